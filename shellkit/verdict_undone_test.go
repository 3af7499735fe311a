package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A command that removes or moves a lock has not done so where it fails: what comes then
// is for the same lock, and not for that of the next run. That nothing removes it for good
// is not counted.
func TestVerdictsOfRemovalsThatFail(t *testing.T) {
	const (
		take    = "mkdir /srv/app/seat || exit 1\n"
		file    = "set -C\necho $$ >/run/x.pid || exit 1\n"
		signals = "trap 'exit 1' HUP INT TERM\n"
	)
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a folder, and then whatever is in it", take + signals + "trap 'rmdir /srv/app/seat || rm -rf /srv/app/seat' EXIT\nwork\n", prove.Holds},
		{"a file", file + signals + "trap 'rm /run/x.pid || unlink /run/x.pid' EXIT\nwork\n", prove.Holds},
		{"moved here or there", file + signals + "trap 'mv -Z /run/x.pid /run/old || mv /run/x.pid /run/old' EXIT\nwork\n", prove.Holds},
		{"under set -e", "set -e\n" + take + signals + "trap 'rmdir /srv/app/seat' EXIT\nwork\nif rmdir /srv/app/seat; then trap - EXIT; fi\n", prove.Holds},
		{"it is only told", take + signals + "trap 'rmdir /srv/app/seat || echo it stays' EXIT\nwork\n", prove.Holds},
		{"it is only told, of a move", file + signals + "trap 'mv /run/x.pid /run/old || echo it stays' EXIT\nwork\n", prove.Holds},
		{"it has worked, and is removed once more", take + signals + "trap 'rmdir /srv/app/seat && rmdir /srv/app/seat' EXIT\nwork\n", prove.Violated},
		{"it has worked, and the trap is left", take + signals + "trap 'rmdir /srv/app/seat' EXIT\nwork\nrmdir /srv/app/seat || echo it stays\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
