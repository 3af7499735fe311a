package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Who asks for a lock again and again, and does nothing else, waits for it: two that do
// so for each other's lock never end.
func TestVerdictsOfPolling(t *testing.T) {
	const (
		open  = "exec 8>/run/a 9>/run/b\n"
		trap1 = "trap 'rmdir /run/a' EXIT\ntrap 'exit 1' HUP INT TERM\n"
	)
	orders := func(first, second string) string {
		return open + "if [ \"$1\" = back ]; then\n" + second + first + "else\n" + first + second + "fi\nwork\n"
	}
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", orders("until flock -n 8; do sleep 1; done\n", "until flock -n 9; do sleep 1; done\n"), prove.Violated},
		{"dash", orders("while ! flock -w 5 8; do echo waiting; done\n", "while ! flock -w 5 9; do :; done\n"), prove.Violated},
		{"yash", orders("flock 8 || exit\n", "until flock -n 9; do sleep 1; done\n"), prove.Violated},
		{"zsh", orders("until flock -n 8; do sleep 1; done\n", "flock -n 9 || exit\n"), prove.Holds},
		{"bash", orders("until flock -n 8; do ask || exit; done\n", "until flock -n 9; do ask || exit; done\n"), prove.Holds}, // it may give up
		{"bash", open + "until flock -n 8; do sleep 1; done\nuntil flock -n 9; do sleep 1; done\nwork\n", prove.Holds},
		{"bash", "until mkdir /run/a; do sleep 1; done\n" + trap1 + "work\nuntil mkdir /run/a; do sleep 1; done\nmore\n", prove.Violated}, // its own
		{"ksh", "exec 9>/run/a\nflock 9 9<&9 || exit\nexec 8>/run/a\nuntil flock -n 8 8<&8; do sleep 1; done\nwork\necho through\n", prove.Violated},
		{"mksh", "exec 9>/run/a\nflock 9 9<&9 || exit\nexec 8>/run/a\nwhile ! flock -w 1 8 8<&8; do :; done\nwork\n", prove.Violated},
		{"zsh", "exec 9>/run/a\nflock 9 9<&9 || exit\nexec 8>/run/b\nuntil flock -n 8 8<&8; do sleep 1; done\nwork\n", prove.Holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
