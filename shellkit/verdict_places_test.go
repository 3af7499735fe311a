package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A name behind a cd and the same name written out from the root are one.
func TestNamesBehindCd(t *testing.T) {
	const (
		nothing, holds, violated = prove.Nothing, prove.Holds, prove.Violated
		on                       = "cd /srv/app || exit 1\nexec 9>seat\nflock -n 9 || exit 1\nwork\n"
		signals                  = "trap 'exit 1' HUP INT TERM\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", on + "rm -f /srv/app/seat\n", violated},
		{"dash", on + "rm -f /srv/other/seat\n", holds},
		{"zsh", "cd /srv\ncd app || exit 1\nexec 9>>./seat\nflock -n 9 || exit 1\nwork\nunlink /srv/app/seat\n", violated},
		{"mksh", "cd /srv/app || exit 1\nmkdir seat || exit 1\ntrap 'rmdir /srv/app/seat' EXIT\n" + signals + "cd / || exit 1\nwork\n", holds},
		{"bash", "cd /srv/app || exit 1\n(set -C; echo $$ >seat) 2>/dev/null || exit 1\ntrap 'rm -f /srv/app/seat' EXIT\n" + signals + "cd /tmp\nwork\n", holds},
		{"bash", "cd /srv/app || exit 1\nmkdir seat || exit 1\ntrap 'rmdir /srv/other/seat' EXIT\nwork\n", nothing},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
