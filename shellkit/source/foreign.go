package source

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// HandedOver names the program of another language to which a script's first lines hand the
// file itself over, as in `exec tclsh "$0" "$@"`, and the line that does it: what follows is
// not for the shell. It is "" where there is none.
func HandedOver(data []byte) (program string, line int) {
	for i, text := range bytes.SplitN(data, []byte("\n"), handOverLines+1) {
		if i == handOverLines {
			break
		}
		m := handsOver().FindSubmatch(text)
		if m == nil {
			continue
		}
		name := filepath.Base(string(m[1]))
		if interpreters[strings.TrimRight(name, "0123456789.-")] {
			return name, i + 1
		}
	}
	return "", 0
}

// handOverLines is how far a script goes, at most, before it hands itself over.
const handOverLines = 30

// handsOver is a program that is given the script itself. Between exec and the program may
// stand env, and quotes of the other language.
var handsOver = regex.Of(`(?:\bexec['"]?[ \t]+['"]?(?:[\w./-]*/)?(?:env[ \t]+(?:-S[ \t]+)?)?|^//usr/bin/env[ \t]+)['"]?([\w./+-]+)['"]?(?:[ \t][^;&|]*)?[ \t]['"]?\$(?:0|\{0\})['"]?(?:[ \t;)]|\r?$)`)

var interpreters = wordSet(`tclsh wish expect expectk python pypy perl ruby jruby node nodejs deno bun lua luajit
	guile scheme racket csi gosh sbcl clisp ecl emacs php java scala groovy kotlin go runghc runhaskell stack
	awk gawk mawk nawk make osascript swipl Rscript R julia escript erl elixir ocaml crystal swift cargo gnuplot sed`)

// LooksLike says what a text that is no shell reads like, in words that follow "it reads
// like"; "" where nothing tells.
func LooksLike(data []byte) string {
	for _, l := range looks {
		if l.mark().Match(data) {
			return l.like
		}
	}
	return ""
}

// looks are marks that a shell script has no use for, each at the beginning of a line.
var looks = []struct {
	like string
	mark regex.Pattern
}{
	{"a file with conflict markers of a merge", regex.Of(`(?m)^(?:<{7} |>{7} )`)},
	{"a page of HTML", regex.Of(`(?i)^\s*(?:#![^\n]*\s)?<(?:!doctype html|html)\b`)},
	{"PHP", regex.Of(`(?m)^<\?php\b`)},
	{"Python", regex.Of(`(?m)^(?:from [\w.]+ import |(?:def \w+\(.*\)(?: *->.*)?|class \w+(?:\(.*\))?|if __name__ == .*):[ \t]*(?:#.*)?\r?$)`)},
	{"Perl", regex.Of(`(?m)^(?:use (?:strict|warnings|v?5[\d.]*)\b.*;|(?:my|our) [$@%]\w+.*;|sub \w+ *\{)`)},
	{"Tcl", regex.Of(`(?m)^(?:proc [\w:]+ \{|package require |set \w+ \[)`)},
	{"Ruby", regex.Of(`(?m)^(?:require ['"][\w/]+['"]\r?$|def \w+(?:\(.*\))?\r?$|class [A-Z]\w*(?: < [\w:]+)?\r?$)`)},
	{"Go", regex.Of(`(?m)^(?:package [a-z]\w*\r?$|func (?:\(\w+ \*?\w+\) )?\w+\(.*\{\r?$)`)},
	{"JavaScript", regex.Of(`(?m)^(?:(?:const|let|var) [\w{].* = .*;\r?$|import .* from ['"])`)},
	{"C", regex.Of(`(?m)^#[ \t]*include[ \t]*[<"]`)},
	{"a template that is to be filled in first", regex.Of(`(?m)^\s*(?:\{%|\{\{[-#/ ]|<%)`)},
	{"fish", regex.Of(`(?m)^(?:function [\w-]+\r?$|\s*set -[gxlUe]+ \w+ )`)},
}

// ForeignHint says what a script that does not parse may be in truth; "" where nothing tells.
func ForeignHint(data []byte) string {
	like := LooksLike(data)
	if like == "" {
		return ""
	}
	if d, says := Shebang(data); says && d != Other {
		return fmt.Sprintf("it reads like %s, though its first line says %s", like, d)
	}
	return "it reads like " + like
}

func wordSet(text string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(text) {
		all[word] = true
	}
	return all
}
