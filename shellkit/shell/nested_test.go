package shell

import (
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Where subshells begin together, every word stands in the tree where it stands in the text.
func TestSubshellsBeginTogether(t *testing.T) {
	for _, c := range []struct {
		dialect source.Dialect
		text    string
	}{
		{source.Bash, "((flock 8 || exit 1 ) && (work; more ) ) 8>/run/l; after\n"},
		{source.Bash, "((a; b); (c d)) 9>/run/l\nnext word\n"},
		{source.Bash, "x=\"$((apt-get upgrade -s) 2>&1)\"; after it\nnext word\n"},
		{source.Bash, "((one && two); x=$((three four); five)); six\n"},
		{source.Dash, "((a b); c) >/srv/out\nnext word\n"},
		{source.Zsh, "((a ')'); c) >/srv/out\nnext word\n"},
		{source.Mksh, "if ((a b) || c); then d; fi\nnext word\n"},
	} {
		file, err := Read("x", []byte(c.text), c.dialect)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		words := 0
		syntax.Walk(file, func(n syntax.Node) bool {
			if l, ok := n.(*syntax.Lit); ok {
				words++
				if from, to := l.Pos().Offset(), l.End().Offset(); c.text[from:to] != l.Value {
					t.Errorf("%s: %q stands where the text has %q", c.text, l.Value, c.text[from:to])
				}
				if want := uint(len(c.text[:l.Pos().Offset()]) - lastLine(c.text[:l.Pos().Offset()])); l.Pos().Col() != want+1 {
					t.Errorf("%s: %q is in column %d, not %d", c.text, l.Value, l.Pos().Col(), want+1)
				}
			}
			return true
		})
		if words < 4 {
			t.Errorf("%s: only %d words", c.text, words)
		}
	}
}

func lastLine(text string) int {
	for i := len(text); i > 0; i-- {
		if text[i-1] == '\n' {
			return i
		}
	}
	return 0
}

// What is arithmetic to a shell stays so.
func TestArithmeticStays(t *testing.T) {
	for _, text := range []string{"((a = (b + 1) * (c)))\n", "x=$(( (a) + (b) ))\n", "((i++)) || ((j = i))\n"} {
		file, err := Read("x", []byte(text), source.Bash)
		if err != nil {
			t.Fatal(err)
		}
		arithmetic := false
		syntax.Walk(file, func(n syntax.Node) bool {
			switch n.(type) {
			case *syntax.ArithmCmd, *syntax.ArithmExp:
				arithmetic = true
			case *syntax.Subshell:
				t.Errorf("%s: a subshell", text)
			}
			return true
		})
		if !arithmetic {
			t.Errorf("%s: no arithmetic", text)
		}
	}
}
