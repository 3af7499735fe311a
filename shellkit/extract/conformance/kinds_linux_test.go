package conformance

import (
	"errors"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// kinds are small scripts of what shells do differently, each with the shells that are
// asked about it. What they do there is a path of the protocol; where it says that it
// does not know, that is said here as well.
var kinds = []struct {
	name, shells, text string
	unknown            string // the shells whose protocol says that it does not know
}{
	{"a substitution after another", everyShell, "echo $(echo a; false) $(echo b)\necho c\n", ""},
	{"a substitution under a redirect", everyShell, "x=$(false) 2>/dev/null\necho a\n>/dev/null$(false) x=1\necho b\n", ""},
	{"words before redirects", everyShell, "echo $(echo a) >f$(echo b)\necho c\n", ""},
	{"a file does not open", everyShell, "echo a >/missing/f\necho b\n{ echo c; } >/missing/f\necho d\n>/missing/f\necho e\n", ""},
	{"errexit where a file does not open", everyShell, "set -e\necho a >/missing/f\necho b\n", ""},
	{"a special builtin whose file does not open", everyShell, ": >/missing/f\necho a\n", ""},
	{"a special builtin that is none behind command", everyShell, "command : >/missing/f\necho a\n", ""},
	{"words, assignments and redirects", "bash dash ash mksh ksh zsh", "a=$(echo a) : $(echo b) >f$(echo c)\n", ""},
	{"errexit in a substitution of a condition", everyShell, "set -e\nif echo $(false; echo a); then echo b; fi\n", ""},
	{"standard output is closed", everyShell, "echo a >&-\necho b\n", ""},
	{"a descriptor is moved", everyShell, "exec 5>f\nexec 6>&5-\necho a >&5\necho b\n", "dash ash mksh zsh yash"},
	{"break with what is no number", everyShell, "for i in 1 2; do echo a; break 0; done\necho b\n", everyShell},
	{"break of more loops than a subshell has", everyShell, "for x in a b; do (for y in c d; do break 2; done; echo a); done\necho b\n", ""},
	{"behind ! break", everyShell, "for i in 1; do ! break; done\necho a\n", ""},
	{"an option that is none", "bash dash ash mksh", "echo a\nset -o nosuchoption\necho b\n", ""},
	{"a file that is not there", everyShell, ". ./missing\necho a\n", ""},
	{"a shift by too much", everyShell, "set -- 1 2\necho a\nshift 3\necho b\n", ""},
	{"a trap for no signal", everyShell, "trap 'echo a'\necho b\n", "mksh ksh zsh"},
	{"exit with two numbers", everyShell, "(exit 7 8)\necho a\n", everyShell},
	{"return with no number", everyShell, "f() { return 1x; }\nf\necho a\n", everyShell},
	{"return with less than 0", "bash mksh ksh zsh yash", "f() { return -1; }\nf\necho a\n", "yash"},
	{"return with less than 0 in a subshell", "dash ash", "(f() { return -1; }; f; echo a)\necho b\n", ""},
	{"return out of a subshell", everyShell, "f() ( trap 'echo a' EXIT; return 5 )\nf\necho b\n", ""},
	{"a constant is set again", "dash ash mksh ksh zsh yash", "readonly a=1\necho a\na=2\necho b\n", ""},
	{"a constant is set for a command", everyShell, "readonly a=1\na=2 true\necho a\n", everyShell},
	{"a constant is taken back", everyShell, "readonly a=1\nunset a\necho a\n", everyShell},
	{"a local variable has no value", "bash dash ash ksh", "set -u\nf() { local x; echo $x; }\nf\necho a\n", ""},
	{"a function that is defined later", everyShell, "true && echo a\ntrue() { echo b; return 1; }\ntrue || echo c\n", ""},
	{"no word for a loop", everyShell, "a=\nfor i in $a; do echo a; done\necho b\nset --\nfor i in \"$@\"; do echo c; done\necho d\n", ""},
	{"a division by zero", everyShell, "echo $((1 / 0))\necho a\n", everyShell},
	{"what dash does not read", "dash", "echo a\na=(1 2)\necho b\n", "dash"},
	{"a builtin that dash has not", "dash", "declare a=1\necho a\n", ""},
	{"exec with an option", "dash", "echo a\nexec -a name true\necho b\n", ""},
	{"a program beside the script", everyShell, "./echo\n[ $? -eq 0 ] || echo a\n", ""},
	{"an alias for a function", "dash ash mksh ksh zsh yash", "f() { echo a; }\nalias f='false || g'\nf\n", "dash ash mksh ksh zsh yash"},
	{"a descriptor for both", everyShell, "case $(echo a <>/dev/null) in '') echo b;; *) echo c;; esac\n", ""},
	{"arithmetic in a case", everyShell, "case $((n += 2)) in 2) echo a;; esac\n[ $n = 2 ] && echo b\n", ""},
	{"an empty command", everyShell, "if $(false); then echo a; else echo b; fi\n", ""},
	{"a separator of words", "bash dash ash ksh yash", "IFS=0\nset -- $((103))\n[ $# = 2 ] && echo a\n", ""},
	{"nothing beside all parameters", everyShell, "set --\nset -- ''$@\n[ $# = 1 ] && echo a\n", ""},
	{"a copy of what is closed", everyShell, "echo a >&8\necho b\n: <&8\necho c\n", ""},
}

const everyShell = "bash dash ash mksh ksh zsh yash"

// TestKinds runs each script in its shells and judges what they have shown.
func TestKinds(t *testing.T) {
	p := aPlayer(t)
	for _, tt := range kinds {
		for _, shell := range strings.Fields(tt.shells) {
			d, _ := source.ParseDialect(shell)
			if !Installed(d) {
				continue
			}
			want := Right
			if strings.Contains(" "+tt.unknown+" ", " "+shell+" ") {
				want = Unknown
			}
			for _, subshell := range []bool{false, true} {
				s, err := prepare(&Case{Line: 1, Text: tt.text}, d, subshell)
				if err != nil {
					t.Fatalf("%s in %s: %v", tt.name, shell, err)
				}
				r, err := p.play(d, s, nil)
				if errors.Is(err, errSlow) {
					continue // another day it may be quick
				}
				if err != nil {
					t.Fatalf("%s in %s: %v", tt.name, shell, err)
				}
				if got := judge(s, r.events, d, Extraction); got.verdict != want {
					t.Errorf("%s in %s, subshell %v: %s (%s), want %s", tt.name, shell, subshell, got.verdict, got.why, want)
				}
			}
		}
	}
}
