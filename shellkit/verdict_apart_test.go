package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A program under timeout or setsid is in another process group: a signal that ends the
// script does not reach it.
func TestProgramsInAnotherGroup(t *testing.T) {
	const folder = "mkdir /srv/app/lock.d || exit\ntrap 'rmdir /srv/app/lock.d' EXIT\n"
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", folder + "timeout 60 work\n:\n", prove.Violated},
		{"ksh", folder + "timeout -k 5 60 work --all\n:\n", prove.Violated},
		{"bash", folder + "nice setsid work\n:\n", prove.Violated},
		{"bash", folder + "timeout --foreground 60 work\n:\n", prove.Holds},
		{"bash", folder + "work\n:\n", prove.Holds},
		{"bash", folder + "trap 'exit 1' HUP INT TERM\ntimeout 60 work\n:\n", prove.Holds},
		{"dash", folder + "trap 'exit 1' HUP INT TERM\ntimeout 60 work\n:\n", prove.Holds},
		{"bash", "exec 9>/srv/app/lock\nflock -n 9 || exit\ntrap 'echo bye' EXIT\ntimeout 60 work\n:\n", prove.Holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
