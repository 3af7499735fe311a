package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// What a script does on a signal is up to the shell that runs it, whichever shell runs a
// text of it meanwhile; and inside of that text it is up to the inner one.
func TestTrapsAroundOtherShells(t *testing.T) {
	const take = "mkdir /srv/app/lock.d || exit 1\ntrap 'rmdir /srv/app/lock.d' EXIT\n"
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
	}{
		{"a text for sh", "bash", take + "sh -c './a; ./b'\n", prove.Holds},
		{"a text for another machine", "bash", take + "ssh host uptime\n", prove.Holds},
		{"what another machine reads", "bash", take + "ssh host <<E\n./a\n./b\nE\n", prove.Holds},
		{"a text for another user", "bash", take + "su -c './a; ./b' joe\n", prove.Holds},
		{"a text for sh behind a prefix", "bash", take + "chroot /srv/root sh -c './a; ./b'\n", prove.Holds},
		{"a text for bash", "dash", take + "bash -c './a; ./b'\n", prove.Violated},
		{"what bash reads", "zsh", take + "bash <<E\n./a\n./b\nE\n", prove.Violated},
		{"the same trap in both, which only the outer shell runs", "bash", take + "sh -c 'trap : EXIT; ./a; ./b'\n", prove.Holds},
		{"the inner shell has the lock", "dash", "bash -c 'mkdir /srv/app/lock.d || exit 1; trap \"rmdir /srv/app/lock.d\" EXIT; ./a; ./b'\n", prove.Holds},
		{"the inner shell has the lock and no trap on a signal", "bash", "dash -c 'mkdir /srv/app/lock.d || exit 1; trap \"rmdir /srv/app/lock.d\" EXIT; ./a; ./b'\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
