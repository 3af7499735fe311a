package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

const (
	silentMake = "mkdir /srv/app/lock.d || exit 75\n"
	silentGive = "work\nrmdir /srv/app/lock.d\n"
	silentLock = "exec 9>/srv/app/lock\nflock -n 9 || exit 75\n"
)

// In zsh a function is a trap by its name.
func TestTrapFunctions(t *testing.T) {
	const bye = "{ rmdir /srv/app/lock.d; return 130 }\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{silentMake + "TRAPEXIT() { rmdir /srv/app/lock.d }\nTRAPHUP() { exit 1 }\nTRAPINT() { exit 1 }\nTRAPTERM() { exit 1 }\nwork\n", prove.Holds},
		{silentMake + "TRAPEXIT() { rmdir /srv/app/lock.d }\nwork\n", prove.Violated}, // no signal runs it
		{silentMake + "TRAPHUP() " + bye + "TRAPINT() " + bye + "TRAPTERM() " + bye + silentGive, prove.Holds},
		{silentMake + "TRAPHUP() " + bye + "TRAPINT() " + bye + "TRAPTERM() { rmdir /srv/app/lock.d }\n" + silentGive + "\n", prove.Violated}, // it goes on
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "zsh", c.text, c.want) })
	}
}

// A coprocess inherits what the script has open, and may outlive it.
func TestCoprocesses(t *testing.T) {
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", silentLock + "coproc tailer -f /srv/log\nwork\n", prove.Violated},
		{"zsh", silentLock + "coproc tailer -f /srv/log\nwork\n", prove.Violated},
		{"bash", silentLock + "if check; then\n coproc { tailer -f /srv/log; }\nfi\nwork\n", prove.Violated},
		{"bash", silentLock + "coproc tailer -f /srv/log 9>&-\nwork\n", prove.Holds},
		{"zsh", silentLock + "coproc tailer -f /srv/log 9>&-\nwork\n", prove.Holds},
		{"bash", silentLock + "coproc { exec 9>&-; tailer -f /srv/log; }\nwork\n", prove.Holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}

// The program that takes the shell's place has none of its traps.
func TestExecForgetsTraps(t *testing.T) {
	const child = "trap 'rmdir /srv/app/lock.d; exit 1' HUP INT TERM; "
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", silentMake + "( " + child + "exec work )\nrmdir /srv/app/lock.d\n", prove.Violated},
		{"dash", silentMake + "( " + child + "exec nice work )\nrmdir /srv/app/lock.d\n", prove.Violated},
		{"bash", silentMake + "trap 'rmdir /srv/app/lock.d; exit 1' HUP INT TERM\n( " + "exec work )\nrmdir /srv/app/lock.d\n", prove.Holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}

// An ERR trap runs behind what fails and is not asked for.
func TestErrTraps(t *testing.T) {
	const (
		ends = "trap 'exit 1' HUP INT TERM\ntrap 'rmdir /srv/app/lock.d' EXIT\n"
		give = "trap 'rmdir /srv/app/lock.d' "
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		// The lock is gone, and the work goes on.
		{"bash", silentLock + "trap 'exec 9>&-' ERR\nfalse\nwork\n", prove.Violated},
		{"bash", silentMake + ends + give + "ERR\nwork\nmore\n", prove.Violated},
		{"ksh", silentMake + ends + give + "ERR\nf() { work; more; }\nf\n", prove.Violated},
		{"zsh", silentMake + ends + give + "ZERR\nf() { work; more }\nf\n", prove.Violated},
		{"zsh", silentMake + ends + "TRAPZERR() { rmdir /srv/app/lock.d }\nwork\nmore\n", prove.Violated},
		{"bash", silentMake + ends + "f() { " + give + "ERR; work; more; }\nf\n", prove.Violated},
		{"bash", silentMake + ends + "set -E\n" + give + "ERR\nf() { work; more; return 0; }\nf\n", prove.Violated},
		// Nobody has it behind its end.
		{"bash", silentMake + ends + "trap 'echo failed; exit 1' ERR\nwork\nmore\n", prove.Holds},
		{"bash", silentMake + "trap 'rmdir /srv/app/lock.d; exit 1' ERR HUP INT TERM\nset -e\n" + silentGive, prove.Holds},
		{"bash", silentMake + "trap 'rmdir /srv/app/lock.d; exit 1' HUP INT TERM\nset -e\n" + silentGive, prove.Violated},
		{"bash", silentMake + "trap 'rmdir /srv/app/lock.d; exit 1' HUP INT TERM\ntrap 'exit 1' ERR\n" + silentGive, prove.Violated},
		// It has nothing to do with the lock, or does not run.
		{"bash", silentMake + ends + "trap 'echo failed' ERR\nwork\nmore\n", prove.Holds},
		{"bash", silentMake + ends + give + "ERR\nif work; then more || true; fi\n", prove.Holds},
		{"bash", silentMake + ends + give + "ERR\ntrap - ERR\nwork\nmore\n", prove.Holds},
		{"bash", silentMake + ends + give + "ERR\nf() { work; more; return 0; }\nf\n", prove.Holds},
		// What is not modelled is said.
		{"bash", silentMake + "trap 'rmdir /srv/app/lock.d; exit 1' HUP INT TERM\ntrap 'rmdir /srv/app/lock.d' DEBUG\n" + silentGive, prove.Unknown},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}

// What else find and git clean ask for decides whether a lock in the folder goes, too.
func TestSweepsThatAsk(t *testing.T) {
	const lock = "exec 9>>/srv/q/run.lock\nflock -n 9 || exit 75\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{lock + "find /srv/q -mtime +1 -delete\nwork\n", prove.Unknown},
		{lock + "find /srv/q -type f -empty -exec rm {} +\nwork\n", prove.Unknown},
		{lock + "find /srv/q -name '*.tmp' -o -size 0 -delete\nwork\n", prove.Unknown},
		{lock + "git -C /srv/q clean -fd\nwork\n", prove.Unknown},
		{lock + "find /srv/q -type f -delete\nwork\n", prove.Violated},
		{lock + "git -C /srv/q clean -fdx\nwork\n", prove.Violated},
		// It cannot be the lock.
		{lock + "find /srv/q -name '*.tmp' -mmin +60 -delete\nwork\n", prove.Holds},
		{lock + "find /srv/q -type d -empty -delete\nwork\n", prove.Holds},
		{lock + "find /srv/q ! -name run.lock -newer /srv/stamp -delete\nwork\n", prove.Holds},
		{lock + "find /srv/other -size 0 -delete\nwork\n", prove.Holds},
		{lock + "git -C /srv/q clean -nd\nwork\n", prove.Holds},
		{"exec 9>>/srv/q/.git/run.lock\nflock -n 9 || exit 75\ngit -C /srv/q clean -fd\nwork\n", prove.Holds},
		// Opening it has made it young.
		{silentTruncated + "find /srv/q -mtime +1 -delete\nwork\n", prove.Holds},
		{silentTruncated + "find /srv/q -mmin -60 -delete\nwork\n", prove.Unknown},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

const silentTruncated = "exec 9>/srv/q/run.lock\nflock -n 9 || exit 75\n"

// What an output tells of a lock that ended with its command keeps nobody out.
func TestToldInSubstitution(t *testing.T) {
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"case $(flock -n /srv/app/lock echo got) in\ngot) work ;;\nesac\n", prove.Violated},
		{"[ \"$(flock -n /srv/app/lock echo got)\" = got ] || exit 75\nwork\n", prove.Violated},
		{"got=$(flock -n /srv/app/lock echo yes)\n[ -n \"$got\" ] || exit 75\nwork\n", prove.Violated},
		{"case $(flock -n /srv/app/lock work) in\ngot) echo done ;;\nesac\n", prove.Holds},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

// A command of which the name is not known may lock the descriptor that it is given.
func TestUnknownLocker(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{open + "\"$1\" -n 9 || exit 75\nwork\n", prove.Unknown},
		{open + "$TOOL -n 9 || exit 75\nwork\n", prove.Unknown},
		{open + "flock -n 9 || exit 75\n$TOOL -u 9\nwork\n", prove.Unknown},
		{open + "flock -n 9 || exit 75\n$TOOL -n 4\nwork\n", prove.Holds},
		{open + "${LOCKER:-flock} -n 9 || exit 75\nwork\n", prove.Holds},
		{open + "${TOOL:-/usr/bin/flock} -n 9 || exit 75\nwork\n", prove.Holds},
		{open + "${LOCKER:-flock} -n 9\nwork\n", prove.Violated},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

// OpenWrt's lock: who dies leaves it behind.
func TestLockApplet(t *testing.T) {
	const traps = "trap 'exit 1' HUP INT TERM\ntrap 'lock -u /var/lock/app' EXIT\n"
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"sh", "lock -n /var/lock/app || exit 75\n" + traps + "work\n", prove.Holds},
		{"sh", "lock /var/lock/app\n" + traps + "work\n", prove.Holds},
		{"sh", "lock -n /var/lock/app || exit 75\nwork\nlock -u /var/lock/app\n", prove.Violated},
		{"sh", traps + "lock -n /var/lock/app || exit 75\nwork\n", prove.Violated}, // the loser gives it up
		{"sh", "lock -s /var/lock/app\nwork\nlock -u /var/lock/app\n", prove.Unknown},
		{"bash", "lock /var/lock/app\nwork\nlock -u /var/lock/app\n", prove.Unknown},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
