package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Pairs: what a trap goes by, and whether it comes to its work.
func TestStatusInTraps(t *testing.T) {
	const exit7 = "flock -n 9\n(exit 7)\nexit 7\n"
	for _, c := range []struct {
		name, text string
		works      []source.Dialect // where it does
	}{
		{"a bare return", "f() { false; return; }\ntrap 'f && work' EXIT\nflock -n 9\nexit 0\n", []source.Dialect{source.Bash, source.Yash, source.Mksh}},
		{"a return with its number", "f() { false; return 1; }\ntrap 'f && work' EXIT\nflock -n 9\nexit 0\n", nil},
		{"a function that comes to its end", "f() { false; }\ntrap 'f && work' EXIT\nflock -n 9\nexit 0\n", nil},
		{"a bare return in a subshell", "f() { false; return; }\ntrap '( f ) && work' EXIT\nflock -n 9\nexit 0\n", []source.Dialect{source.Yash, source.Mksh, source.Zsh}},
		{"a bare return where the shell fails", "f() { :; return; }\ntrap 'f || work' EXIT\n" + exit7, []source.Dialect{source.Bash, source.Yash, source.Mksh}},
		{"a bare exit in a subshell", "trap '( false; exit ) && work' EXIT\nflock -n 9\nexit 0\n", []source.Dialect{source.Dash, source.Ash, source.Mksh}},
		{"one of two exits", "trap '[ $? -eq 3 ] && work' EXIT\nflock -n 9 || exit 4\nexit 3\n", []source.Dialect{source.Bash, source.Dash, source.Ash, source.Yash, source.Mksh, source.Zsh, source.Ksh}},
		{"neither of two exits", "trap '[ $? -eq 5 ] && work' EXIT\nflock -n 9 || exit 4\nexit 3\n", nil},
	} {
		for _, d := range []source.Dialect{source.Bash, source.Dash, source.Ash, source.Yash, source.Mksh, source.Zsh, source.Ksh} {
			file, err := source.New("x", []byte("exec 9>>/run/x.lock\n"+c.text))
			if err != nil {
				t.Fatal(err)
			}
			p, err := Script(file, d, Options{Exact: true})
			if err != nil {
				t.Fatal(err)
			}
			works, want := false, false
			for i := range p.Nodes {
				works = works || p.Nodes[i].Op == protocol.Work && p.Nodes[i].Text == "work"
			}
			for _, in := range c.works {
				want = want || in == d
			}
			if works != want {
				t.Errorf("%s in %s: works is %v\n%s", c.name, d, works, p)
			}
		}
	}
}
