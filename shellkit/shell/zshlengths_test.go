package shell

import (
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// What stands behind $# in zsh is read as zsh does, and each part has its own place.
func TestZshLengths(t *testing.T) {
	for text, want := range map[string]string{
		`$#-b`:   `length $#-|b`,
		`a$#?`:   `a|length $#?`,
		`$##b$x`: `count $#|#b|value $x`,
		`$#!$#2`: `count $#|!|length $#2`,
		`$##$#-`: `count $#|#|length $#-`,
		`$#$y`:   `length $#$|y`,
		`$#x-`:   `length $#x|-`,
		`$#\-`:   `count $#|\-`,
		`$#.-`:   `count $#|.-`,
	} {
		for _, in := range []string{"x=%s\n", "x=\"%s\"\n", "cat <<E\n%s$z\nE\n"} {
			whole := strings.Replace(in, "%s", text, 1)
			file, err := Read("t", []byte(whole), source.Zsh)
			if err != nil {
				t.Fatalf("%s: %v", whole, err)
			}
			if got := partsAt(file, whole, strings.Index(whole, text), len(text)); got != want {
				t.Errorf("%s gives %s, want %s", whole, got, want)
			}
		}
	}
	file, err := Read("t", []byte("x=$#-b\n"), source.Bash)
	if err != nil {
		t.Fatal(err)
	}
	if got := partsAt(file, "x=$#-b\n", 2, 4); got != "count $#|-b" {
		t.Errorf("bash: $#-b gives %s", got)
	}
}

// partsAt lists the parameters and plain texts that stand within a part of a text.
func partsAt(file *syntax.File, text string, from, length int) string {
	var out []string
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil || int(n.Pos().Offset()) < from || int(n.End().Offset()) > from+length {
			return true
		}
		raw := text[n.Pos().Offset():n.End().Offset()]
		switch n := n.(type) {
		case *syntax.ParamExp:
			kind := "value "
			if n.Length {
				kind = "length "
			} else if n.Param.Value == "#" {
				kind = "count "
			}
			out = append(out, kind+raw)
			return false
		case *syntax.Lit:
			if n.Value != raw {
				raw = n.Value + " at " + raw
			}
			out = append(out, raw)
		}
		return true
	})
	return strings.Join(out, "|")
}
