package replay

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// TestTrapAroundSubshell has a signal find a subshell: it dies of it, and when it has
// ended the shell that waits for it runs its trap.
func TestTrapAroundSubshell(t *testing.T) {
	const (
		cleansUp = `trap 'rmdir /no/such/d.lock; exit 1' INT TERM HUP
mkdir /no/such/d.lock || exit 1
( flock -n 9 || exit 1; ./work ) 9>>/no/such/f.lock
rmdir /no/such/d.lock
`
		removes = `trap 'rm -f /no/such/f.lock' TERM
( flock -n 9 || exit 1; ./work ) 9>>/no/such/f.lock
`
	)
	for _, d := range dialects {
		r := prove.Explore([]*protocol.Protocol{understand(t, cleansUp, d)}, prove.Options{Properties: []prove.Property{prove.Stale}})
		if r.Verdict != prove.Holds {
			t.Errorf("%s: with a trap that cleans up, stale is %s", d, r.Verdict)
		}
		if _, err := Shell(d); err != nil {
			t.Logf("not tried: %v", err)
			continue
		}
		v, out := replayed(t, removes, d, prove.Options{Properties: []prove.Property{prove.Exclusion}})
		signalled := false
		for _, ev := range v.Events {
			signalled = signalled || ev.Signal == "TERM"
		}
		if out.Verdict != Confirmed || !signalled {
			t.Errorf("%s: %s, by a signal: %v", d, out, signalled)
		}
	}
}
