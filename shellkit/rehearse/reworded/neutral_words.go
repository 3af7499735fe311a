package reworded

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// asksForNames are commands that take names of variables or functions as words.
var asksForNames = regex.Of(`\b(dd|printf -v|let|declare|typeset|local -n|nameref|eval|mapfile|readarray|source|ssh|env|sudo|export|command|type|alias|unset|getopts|set|trap -p|exec)\b|\(\(|\$\{!|\$\[|(^|[\s;&|({])\. `)

// NeutralWords gives the functions and the variables of a script names that say nothing, those
// of variables in the same case. ok is false where nothing was renamed: a library, and a script
// in which something goes by the names of either.
func NeutralWords(d source.Dialect, text string) (renamed string, ok bool) {
	s := newDraft(d, text, nil)
	if s.tree == nil || s.lib || s.has(asksForNames()) {
		return "", false
	}
	for i, name := range s.functionNames() {
		ok = s.renameWord(name, fmt.Sprintf("thing%d", i), isCalled) || ok
	}
	for i, name := range s.variableNames() {
		to := fmt.Sprintf("value%d", i)
		if strings.ToLower(name) != name {
			to = strings.ToUpper(to)
		}
		ok = s.renameWord(name, to, isVariable) || ok
	}
	return s.head + s.text, ok && s.read()
}

func (d *draft) functionNames() (out []string) {
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		if f, is := n.(*syntax.FuncDecl); is && f.Name != nil && syntax.ValidName(f.Name.Value) && !slices.Contains(out, f.Name.Value) && !strings.HasPrefix(f.Name.Value, "TRAP") {
			out = append(out, f.Name.Value)
		}
		return true
	})
	return out
}

func (d *draft) variableNames() (out []string) {
	for _, m := range assigned().FindAllStringSubmatch(d.text, -1) {
		if name := m[1]; !namesOfOthers[name] && !slices.Contains(out, name) && !strings.HasPrefix(name, "LOCKKIT") && !strings.HasPrefix(name, "LC_") {
			out = append(out, name)
		}
	}
	return out
}

var (
	beginsCommand = regex.Of(`(^|[\n;&|({'"!` + "`" + `]|\b(if|then|else|elif|do|while|until|trap|function|time))\s*['"]?$`)
	endsName      = regex.Of(`^(\s*\(\)|[\s;&|)}'"` + "`" + `]|$)`)
)

// isCalled tells whether a name between two texts is that of a function which is called or
// defined there.
func isCalled(before, after string) bool {
	return beginsCommand().MatchString(before[max(0, len(before)-20):]) && endsName().MatchString(after)
}

// renameWord gives a name another one everywhere, or nowhere where it may be something else.
func (d *draft) renameWord(name, to string, is func(before, after string) bool) bool {
	whole := regexp.MustCompile(`\b` + name + `\b`)
	if strings.Contains(d.text, to) {
		return false
	}
	for _, at := range whole.FindAllStringIndex(d.text, -1) {
		if !is(d.text[:at[0]], d.text[at[1]:]) {
			return false
		}
	}
	d.text = whole.ReplaceAllString(d.text, to)
	return true
}
