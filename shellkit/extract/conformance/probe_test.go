package conformance

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Probes are put where they do nothing, and both scripts are one but for them.
func TestPrepare(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"last argument", "echo a b >c\n", "echo a b@ >c\n"},
		{"no argument", "echo\n", "echo@\n"},
		{"others stay", "ls; false && cat x\n", "ls; false && cat x\n"},
		{"within", `x="$(echo a)$(printf %s "$(echo b)")"` + "\n", `x="$(echo a@)$(printf %s "$(echo b@)"@)"` + "\n"},
		{"a text", "trap 'echo a; false' EXIT\n", "trap 'echo a@; false' EXIT\n"},
		{"a text in double quotes", "eval \"echo a\"\n", "eval \"echo a@\"\n"},
		{"no text", "trap 'if' EXIT\nf 'echo a'\n", "trap 'if' EXIT\nf 'echo a'\n"},
	}
	probes := regexp.MustCompile(` \\?\$\((?:_s|case)[^@]*?(?:/mnt/log|esac; :)\)`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := prepare(&Case{Line: 1, Text: tt.text}, source.Dash, false)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{s.real, s.lock} {
				_, rest, _ := strings.Cut(text, "\n")
				if got := probes.ReplaceAllString(rest, "@"); got != tt.want {
					t.Errorf("got %q of %q, want %q", got, rest, tt.want)
				}
			}
			for _, m := range s.marks {
				if !strings.HasPrefix(s.lock[m.at:], "rm -rf ") {
					t.Errorf("no removal at %d of %q", m.at, s.lock)
				}
			}
		})
	}
}

// A line that is named is one of the suite's file.
func TestLinesOfProbes(t *testing.T) {
	for _, subshell := range []bool{false, true} {
		s, err := prepare(&Case{Line: 40, Head: "x=1\ny=2\n", Text: ":\necho a\n"}, source.Dash, subshell)
		if err != nil {
			t.Fatal(err)
		}
		if s.lines[0] != 41 {
			t.Errorf("subshell %v: line %d, want 41", subshell, s.lines[0])
		}
	}
}

func TestWhatRunsSideBySide(t *testing.T) {
	for text, want := range map[string]bool{
		"echo a | cat": true, "sleep 1 & echo a": true, "trap 'echo a | cat' EXIT": true,
		"echo a || echo b && ( echo c )": false, "echo 'a | b'": false, "echo a 2>&1": false,
	} {
		s, err := prepare(&Case{Text: text + "\n"}, source.Bash, false)
		if err != nil {
			t.Fatal(err)
		}
		if s.beside != want {
			t.Errorf("%q: %v", text, s.beside)
		}
	}
}
