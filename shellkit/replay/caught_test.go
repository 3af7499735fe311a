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

// TestTrapTooLate has a signal kill what a script with set -e waits for: mksh and ksh93
// end before they come to the trap.
func TestTrapTooLate(t *testing.T) {
	const begin, end = "trap 'rmdir /no/such/d.lock; exit 1' INT TERM HUP\nmkdir /no/such/d.lock || exit 1\n", "\nrmdir /no/such/d.lock\n"
	for _, d := range dialects {
		for text, late := range map[string]bool{
			"set -e\n" + begin + "./work" + end:                                       d.Facts().ErrexitFirst,
			"set -e\n" + begin + "( flock -n 9; ./work; : ) 9>>/no/such/f.lock" + end: d.Facts().ErrexitFirst,
			begin + "./work" + end:                                                    false,
		} {
			scripts := []*protocol.Protocol{understand(t, text, d)}
			w := prove.NewWalk(scripts, []int{0}, false)
			var last []prove.Event
			for signalled := false; !signalled; {
				choices := w.Choices()
				choice := choices[0]
				for _, c := range choices {
					if c.Kind == prove.Signal {
						choice, signalled = c, true
					}
				}
				last = w.Take(choice)
			}
			left := true // behind the signal
			for {
				choices := w.Choices()
				if len(choices) == 0 {
					break
				}
				last = w.Take(choices[0])
			}
			for _, name := range last[len(last)-1].Table.Names {
				if name.Path == "/no/such/d.lock" {
					left = name.Inode != 0
				}
			}
			if left != late {
				t.Errorf("%s: %sthe lock is left behind: %v, want %v", d, text, left, late)
			}
		}
	}
}
