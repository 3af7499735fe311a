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

// A shell that a command starts has of the script's variables those that are in the
// environment. Of others it makes nothing: flock is given a name less, rm removes nothing.
func TestVariablesOfInnerShells(t *testing.T) {
	const twice = "flock $lock sh -c './a; flock $lock ./b' || exit 1\n"
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
		of                prove.Property
	}{
		{"not exported", "bash", "lock=/srv/app/lock\n" + twice, prove.Violated, prove.Entry},
		{"not exported, in quotes", "ash", "lock=/srv/app/lock\nflock \"$lock\" sh -c './a; flock \"$lock\" ./b' || exit 1\n", prove.Violated, prove.Entry},
		{"exported", "bash", "export lock=/srv/app/lock\n" + twice, prove.Violated, prove.Deadlock},
		{"exported later", "dash", "lock=/srv/app/lock\nexport lock\n" + twice, prove.Violated, prove.Deadlock},
		{"typeset -x", "zsh", "typeset -x lock=/srv/app/lock\n" + twice, prove.Violated, prove.Deadlock},
		{"everything is exported", "ksh", "set -a\nlock=/srv/app/lock\n" + twice, prove.Violated, prove.Deadlock},
		{"by its name", "bash", "set -o allexport\nlock=/srv/app/lock\n" + twice, prove.Violated, prove.Deadlock},
		{"set for the command", "bash", "lock=/srv/app/lock flock /srv/app/lock sh -c './a; flock $lock ./b'\n", prove.Violated, prove.Deadlock},
		{"set by env", "bash", "env lock=/srv/app/lock flock /srv/app/lock sh -c './a; flock $lock ./b'\n", prove.Violated, prove.Deadlock},
		{"put in by the outer shell", "bash", "lock=/srv/app/lock\nflock $lock sh -c \"./a; flock $lock ./b\"\n", prove.Violated, prove.Deadlock},
		{"handed over", "bash", "lock=/srv/app/lock\nflock $lock sh -c './a; flock \"$1\" ./b' x $lock\n", prove.Violated, prove.Deadlock},
		{"of another machine", "bash", "export lock=/srv/app/lock\nexec 9>$lock\nflock 9 || exit\nssh host 'rm -f $lock'\n./work\n", prove.Holds, ""},
		{"removed, and not exported", "bash", "lock=/srv/app/lock\nflock $lock sh -c './a; rm -f \"$lock\"' || exit 1\n", prove.Holds, ""},
		{"removed, and exported", "bash", "export lock=/srv/app/lock\nflock $lock sh -c './a; rm -f \"$lock\"' || exit 1\n", prove.Violated, prove.Exclusion},
		{"a text that is read", "bash", "lock=/srv/app/lock\nflock $lock sh <<'E'\n./a\nrm -f \"$lock\"\nE\n", prove.Holds, ""},
		{"a variable that everybody has", "bash", "HOME=/srv/app\nflock $HOME/lock sh -c './a; rm -f \"$HOME/lock\"' || exit 1\n", prove.Violated, prove.Exclusion},
	} {
		t.Run(c.name, func(t *testing.T) { askFor(t, c.shell, c.text, c.want, c.of) })
	}
}
