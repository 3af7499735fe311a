package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Locks of which all are wanted are told apart, in a list that is written down as in an
// array, and whatever they are called: who gets the first while the second is still there
// leaves the first behind.
func TestLocksOfLists(t *testing.T) {
	const (
		nothing, holds, violated = prove.Nothing, prove.Holds, prove.Violated
		signals                  = "trap 'exit 1' HUP INT TERM\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"dash", "for d in /srv/app/seat /srv/app/door; do\n mkdir \"$d\" || exit 1\ndone\nwork\nrmdir /srv/app/seat /srv/app/door\n", violated},
		{"bash", "all=(/srv/app/seat /srv/app/door)\nfor d in \"${all[@]}\"; do\n if ! mkdir $d; then echo busy; exit 1; fi\ndone\ntrap 'rmdir \"${all[@]}\"' EXIT\n" + signals + "work\n", violated},
		{"mksh", "for l in /srv/app/a.lock /srv/app/b.lock; do\n (set -C; : >$l) 2>/dev/null || exit\ndone\nwork\nrm -f /srv/app/a.lock /srv/app/b.lock\n", violated},
		{"bash", "for d in /srv/app/seat; do\n mkdir \"$d\" || exit 1\ndone\ntrap 'rmdir /srv/app/seat' EXIT\n" + signals + "work\n", holds},
		{"bash", "for d in /srv/app/in /srv/app/out; do\n mkdir \"$d\" || exit 1\ndone\nwork </srv/app/in/x >/srv/app/out/y\nrm -rf /srv/app/in /srv/app/out\n", nothing},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
