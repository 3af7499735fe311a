package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Who waits for a lock to add a line to a file, and lets it go, has had it for that line:
// the work behind it is not what the lock was for.
func TestLineInFile(t *testing.T) {
	const add = "flock 8 || exit 1; echo \"$(date) $1\" >>/var/log/agent.log"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a logging function", "log() { ( " + add + " ) 8>>/var/log/agent.lock; }\nlog start\n./work\nlog end\n", prove.Holds},
		{"a logging function, by a group", "log() { { flock 8; printf '%s\\n' \"$1\" >>/var/log/agent.log; } 8>>/var/log/agent.lock; }\nlog start\n./work\n", prove.Holds},
		{"a result in a list", "( flock 8 || exit 1; echo up >>/srv/results ) 8>/srv/.lock\n./render\n", prove.Holds},
		{"a stamp", "( flock 8 || exit 1; date >>/srv/stamps ) 8>/srv/.lock\n./render\n", prove.Holds},
		{"nothing at all", "( flock 8 || exit 1 ) 8>/srv/.lock\n./work\n", prove.Violated},
		{"a message", "( flock 8 || exit 1; echo ready ) 8>/srv/.lock\n./work\n", prove.Violated},
		{"a message to standard error", "( flock 8 || exit 1; echo ready >&2 ) 8>/srv/.lock\n./work\n", prove.Violated},
		{"the process number beside it", "( flock 8 || exit 1; echo $$ >/srv/pid ) 8>/srv/.lock\n./work\n", prove.Violated},
		{"who does not get it stays away", "( flock -n 8 || exit 1; echo start >>/var/log/agent.log ) 8>/srv/.lock || exit 1\n./work\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
