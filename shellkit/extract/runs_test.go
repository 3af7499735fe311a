package extract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// removals lists the lines of a script on which it removes its lock, on the one path that
// there is; "?" stands for a branch.
func removals(t *testing.T, d source.Dialect, text string) string {
	t.Helper()
	file, err := source.New("x", []byte("mkdir /run/x.lock || exit 9\n"+text+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Script(file, d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range p.Unknowns {
		t.Errorf("%s\nunknown: %s", text, u.Why)
	}
	var out []string
	seen := map[protocol.ID]bool{}
	if len(p.Nodes) == 0 {
		return "no lock"
	}
	for id := p.Nodes[0].Next; id != protocol.None && !seen[id]; id = p.Nodes[id].Next {
		seen[id] = true
		n := &p.Nodes[id]
		if n.Op == protocol.Remove {
			out = append(out, fmt.Sprint(n.Span.Start.Line-1))
		}
		if n.Else != protocol.None && n.Else != n.Next {
			out = append(out, "?")
		}
	}
	return strings.Join(out, " ")
}

// What runs is what the shell would run.
func TestWhatRuns(t *testing.T) {
	const gone = "rm -rf /run/x.lock"
	for _, c := range []struct{ name, text, want string }{
		// A word is expanded once, though it is asked more than once what it is.
		{"a word that counts", "i=0\nif [ $((i=i+1)) -le 1 ]; then\n" + gone + "\nfi", "3"},
		{"a word that counts, in double quotes", "i=0\nif test \"$((i += 1))\" = 1; then\n" + gone + "\nelse\n:\nfi", "3"},
		{"words that count, from left to right", "i=0\nif [ $((i += 1)) -lt $((i += 1)) ]; then\n" + gone + "\nfi", "3"},
		{"what counts, afterwards", "i=0\n: $((i += 1))\nif [ $i -eq 1 ]; then\n" + gone + "\nfi", "4"},

		// Parameters that stand unquoted are words no longer than others are.
		{"unquoted parameters", "set -- a 'b c' ''\nset -- $@\nif [ $# -eq 3 ]; then\n" + gone + "\nfi", "4"},
		{"unquoted parameters of a function", "f() {\n[ \"$2\" = x ] &&\n" + gone + "\n}\nset -- '' 'a x'\nf $*", "3"},
		{"parameters in double quotes", "set -- 'b c' ''\nset -- \"$@\"\nif [ $# -eq 2 ]; then\n" + gone + "\nfi", "4"},

		// What is quoted in a pattern stands for itself, where that can be told.
		{"a quoted letter in what is taken off", "p='a?b'\nif [ \"${p#*\"?\"}\" = b ]; then\n" + gone + "\nfi", "? 3"},
		{"a quoted pattern that is taken off", "p='a*b'\nif [ \"${p%'*b'}\" = a ]; then\n" + gone + "\nfi", "? 3"},
		{"a quoted word that is taken off", "p=a.b\nif [ \"${p%\".b\"}\" = a ]; then\n" + gone + "\nfi", "3"},
		{"a quoted bracket within brackets", "p='x]y'\ncase x in\n*[\"$p\"]*)\n" + gone + "\nesac", "? 4"},
		{"a quoted letter within brackets", "p='xy'\ncase x in\n[\"$p\"])\n" + gone + "\nesac", "4"},

		// There are no more loops to leave than there are.
		{"break of too many", "for i in a; do\nbreak 2\ndone\n" + gone, "4"},
		{"break of too many, two loops", "for i in a; do\nfor j in b; do\nbreak 7\ndone\nexit\ndone\n" + gone, "7"},
		{"break of too many, in a condition", "while break 2; do\nexit\ndone\n" + gone, "4"},
		{"break of both", "for i in a; do\nfor j in b; do\nbreak 2\ndone\nexit\ndone\n" + gone, "7"},

		// exit in an EXIT trap says how the shell has ended, and a subshell has a trap of its own.
		{"exit in an EXIT trap", "( trap 'exit 0' EXIT\nexit 1 ) &&\n" + gone, "3"},
		{"exit in an EXIT trap, failing", "( trap 'exit 3' EXIT\n: ) ||\n" + gone, "3"},
		{"no exit in an EXIT trap", "( trap 'false' EXIT\n: ) &&\n" + gone, "3"},
		{"an EXIT trap within one", "trap '( trap \"" + gone + "\" EXIT; : )' EXIT", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, d := range []source.Dialect{source.Bash, source.Dash} {
				if got := removals(t, d, c.text); got != c.want {
					t.Errorf("%s:\n%s\nremoves on lines %q, want %q", d, c.text, got, c.want)
				}
			}
		})
	}
}
