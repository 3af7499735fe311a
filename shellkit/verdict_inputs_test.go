package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// What a script is given may be anything: a loser whom an argument, the environment or an
// answer lets in works without the lock.
func TestLosersWhoAreLetIn(t *testing.T) {
	const (
		holds, violated, unknown = prove.Holds, prove.Violated, prove.Unknown
		busy                     = "exec 9>/srv/app/lock\nif ! flock -n 9; then\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", busy + "[ \"$1\" = --force ] || exit 1\nfi\nwork\n", violated},
		{"dash", busy + "test $# -gt 1 || exit 1\nfi\nwork\n", violated},
		{"zsh", busy + "[[ $FORCE == yes ]] || exit 1\nfi\nwork\n", violated},
		{"bash", busy + "read -r -p 'work all the same? ' a\n[ \"$a\" = y ] || exit 1\nfi\nwork\n", violated},
		{"sh", busy + "printf 'work all the same? '\nread a </dev/tty\n[ \"$a\" != n ] || exit 1\nfi\nwork\n", violated},
		{"bash", busy + "read -rsn1 -p '? ' a; [[ $a =~ ^[yY] ]] || exit 1\nfi\nwork\n", violated},
		{"bash", busy + "[ \"$1\" = --wait ] || exit 1\nflock 9\nfi\nwork\n", holds},
		{"bash", busy + "[ \"$1\" = -q ] || echo busy\nexit 1\nfi\nwork\n", holds},
		// What a file says is another matter: the winner may have written it.
		{"bash", busy + "read -r a </srv/app/state\n[ \"$a\" = done ] || exit 1\nfi\nwork\n", unknown},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
