package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Who sources a library takes its lock, works, and calls another function of it: one that
// removes the file that is locked takes the lock from those who wait for it.
func TestLibraryThatGivesUpWhatItTook(t *testing.T) {
	const take = "take() { exec 3>\"$1\"; flock -w 60 3 || return 1; }\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"removes it", take + "drop() { rm -f \"$1\"; }\n", prove.Violated},
		{"removes it, then closes it", take + "drop() { rm -f \"$1\"; exec 3>&-; }\n", prove.Violated},
		{"of a path of its own", "LOCK=/run/x.lock\ntake() { exec 3>\"$LOCK\"; flock 3 || return 1; }\ndrop() { rm -f \"$LOCK\"; }\n", prove.Violated},
		{"closes it", take + "drop() { exec 3>&-; }\n", prove.Holds},
		{"unlocks it", take + "drop() { flock -u 3; exec 3>&-; }\n", prove.Holds},
		{"removes something else", take + "drop() { rm -f \"$1.tmp\"; exec 3>&-; }\n", prove.Holds},
		{"takes another one", take + "other() { exec 4>\"$2\"; flock 4 || return 1; }\n", prove.Holds},
		{"runs a command under it", "run() { flock /run/x.lock \"$@\"; }\ndrop() { rm -f /run/x.lock; }\n", prove.Violated},
		{"gives nothing up", take + "log() { echo \"$1\"; }\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
