package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// What exec opens in ksh93 and mksh is closed for the program that exec runs, be it the
// script itself; the other shells hand it on.
func TestExecInKsh(t *testing.T) {
	const (
		lock  = "exec 9>/run/a.lock\nflock -n 9 9<&9 || exit\n"
		again = "[ -n \"$GOT\" ] || {\n exec 9>/run/a.lock\n flock -n 9 9<&9 || exit\n export GOT=1\n exec \"$0\" \"$@\"\n}\nwork\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"ksh", lock + "exec work\n", prove.Violated},
		{"mksh", lock + "exec work\n", prove.Violated},
		{"mksh", lock + "cd /srv && exec nice work\n", prove.Violated},
		{"ksh", lock + "run() { exec work \"$@\"; }\nrun a\n", prove.Violated},
		{"ksh", again, prove.Violated},
		{"mksh", again, prove.Violated},
		{"ksh", lock + "exec work 9<&9\n", prove.Holds},
		{"ksh", lock + "(exec work)\n", prove.Holds},
		{"ksh", lock + "work\nmore\n:\n", prove.Holds},
		{"mksh", "{ flock -n 9 || exit; exec work; } 9>/run/a.lock\n", prove.Holds},
		{"bash", lock + "exec work\n", prove.Holds},
		{"dash", again, prove.Holds},
		{"zsh", again, prove.Holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
