package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A program that may take a lock, and of which nothing else is known, is no proof and no
// reason to say that there is no lock.
func TestProgramsThatMayLock(t *testing.T) {
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"my-lock-helper /run/x || exit\nwork\n", prove.Unknown},
		{"/usr/local/bin/getlock nightly || exit\nwork\n/usr/local/bin/freelock nightly\n", prove.Unknown},
		{"if ! $HOME/bin/trylock.sh x; then exit; fi\nwork\n", prove.Unknown},
		{"run-one rsync -a /a /b\n", prove.Unknown},
		{"sudo run-one rsync -a /a /b\n", prove.Unknown},
		{"solo -port=3801 rsync -a /a /b\n", prove.Unknown},
		{"exec 9>/run/x\nflock -n 9 || exit\nlockrun -- work\n", prove.Unknown},
		{"check-network || exit\nwork\n", prove.Nothing},
		{"hwclock -s || exit\nupdate-blocklist\n", prove.Nothing},
		{"swaylock || exit\nwork\n", prove.Nothing},
		{"echo run-one of them\nman lockrun\n", prove.Nothing},
	} {
		ask(t, "bash", c.text, c.want)
	}
}

// What a value that is not written down puts in front of the machine's name may be options.
func TestOptionsOfSSHInAVariable(t *testing.T) {
	const before, after = "ssh $OPTS ", " host mkdir /tmp/x.lock || exit\nwork\nssh $OPTS host rmdir /tmp/x.lock\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{before + after, prove.Unknown},
		{before + "-p 22" + after, prove.Unknown},
		{"ssh $OPTS host sudo mkdir /tmp/x.lock || exit\nwork\n", prove.Unknown},
		{"OPTS='-o BatchMode=yes'\n" + before + after, prove.Violated},
		{before + "host uptime || exit\nwork\n", prove.Nothing},
		{"ssh \"$HOST\" mkdir /tmp/l || exit\nwork\nssh \"$HOST\" rmdir /tmp/l\n", prove.Violated},
	} {
		ask(t, "bash", c.text, c.want)
	}
}

// dd makes a file that is not there, or fails.
func TestMadeByDD(t *testing.T) {
	const after = "trap 'rm -f /run/l' EXIT\nwork\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
		of   prove.Property
	}{
		{"dd if=/dev/null of=/run/l conv=excl || exit\n" + after, prove.Holds, ""},
		{"L=/run/l\nif ! dd if=/dev/null \"of=$L\" conv=notrunc,excl status=none; then exit; fi\ntrap 'rm -f \"$L\"' EXIT\nwork\n", prove.Holds, ""},
		{"dd if=/dev/null of=/run/l conv=excl || exit\nwork\nrm -f /run/l\n", prove.Violated, prove.Stale},
		{"dd if=/dev/null of=/run/x.lock conv=excl\ntrap 'rm -f /run/x.lock' EXIT\nwork\n", prove.Violated, prove.Exclusion},
		{"dd if=/dev/sda of=/dev/sdb conv=fsync || exit\nrm -f /tmp/y\n", prove.Nothing, ""},
		{"dd if=/dev/urandom of=/etc/key conv=excl bs=32 count=1\nwork\n", prove.Nothing, ""},
	} {
		askFor(t, "bash", c.text, c.want, c.of)
	}
}
