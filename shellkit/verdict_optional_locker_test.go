package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// The command that locks may stand in a variable that is empty where there is no such
// command: the work is done all the same then, and without the lock.
func TestLockerInVariableThatMayBeEmpty(t *testing.T) {
	const work = " rsync -a a:b /c\n"
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
	}{
		{"empty, then set", "sh", "LOCK_CMD=\nif [ -x /usr/bin/flock ]; then LOCK_CMD=\"flock -n /run/lock/pull\"; fi\n$LOCK_CMD" + work, prove.Violated},
		{"never set", "sh", "[ -x /usr/bin/flock ] && LOCKER=\"flock -n /run/lock/pull\"\n${LOCKER}" + work, prove.Violated},
		{"whatever it is called", "bash", "run=\ncommand -v flock >/dev/null && run='flock -n /run/lock/pull'\n$run" + work, prove.Violated},
		{"behind another prefix", "bash", "run=nice\n[ -x /usr/bin/flock ] && run='nice flock -n /run/lock/pull'\n$run" + work, prove.Violated},
		{"taken back", "dash", "run='flock -n'\n[ -x /usr/bin/flock ] || run=\n$run /run/lock/pull" + work, prove.Violated},
		{"it is asked whether it is set", "bash", "run=\n[ -x /usr/bin/flock ] && run='flock -n /run/lock/pull'\n[ -n \"$run\" ] || exit 1\n$run" + work, prove.Holds},
		{"it ends without", "bash", "run='flock -n /run/lock/pull'\n[ -x /usr/bin/flock ] || exit 1\n$run" + work, prove.Holds},
		{"always set", "bash", "run='flock -n /run/lock/pull'\n$run" + work, prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
