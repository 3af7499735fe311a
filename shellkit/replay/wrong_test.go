package replay

import (
	"context"
	"errors"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// TestWrongModel tells a schedule as a model with a fault would tell it, and looks
// whether the comparison with real shells finds the fault where it is.
func TestWrongModel(t *testing.T) {
	const text = "exec 9>>/no/such/f.lock\nflock -s 9\nflock -n 9\nrm -f /no/such/f.lock\n"
	for _, c := range []struct {
		name  string
		step  int // at which it is to be found, 0 for never
		spoil func(events []prove.Event)
	}{
		{"nothing", 0, func([]prove.Event) {}},
		{"a failed conversion keeps the old lock", 5, func(events []prove.Event) {
			for i := range events[4:] {
				for j := range events[4+i].Table.Files {
					events[4+i].Table.Files[j].Lock = "shared"
				}
			}
		}},
		{"a conversion works beside another lock", 5, func(events []prove.Event) { events[4].OK = true }},
		{"a name that is removed stays", 6, func(events []prove.Event) { events[5].Table.Names = events[4].Table.Names }},
		{"two opens are one", 2, func(events []prove.Event) { events[1].Table = events[0].Table }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := understand(t, text, source.Bash)
			scripts := []*protocol.Protocol{p}
			w := prove.NewWalk(scripts, []int{0, 0}, false)
			schedule := Schedule{Scripts: scripts, Start: w.Start()}
			for _, who := range []uint8{0, 1, 0, 1, 0, 0} {
				for _, choice := range w.Choices() {
					if choice.Kind == prove.Run && choice.Proc == who {
						schedule.Events = append(schedule.Events, w.Take(choice)...)
						break
					}
				}
			}
			c.spoil(schedule.Events)
			err := Run(context.Background(), schedule)
			var found *Difference
			switch {
			case c.step == 0 && err == nil:
			case !errors.As(err, &found) || found.Step != c.step:
				t.Errorf("%v, want a difference in step %d", err, c.step)
			}
		})
	}
}

// TestNotForced takes a signal into a frame that has a trap for it as the shell around
// it has.
func TestNotForced(t *testing.T) {
	scripts := []*protocol.Protocol{understand(t, "trap 'exit 1' TERM\nexec 9>>/no/such/f.lock\n( trap 'exit 2' TERM; flock -n 9; work )\n", source.Bash)}
	w := prove.NewWalk(scripts, []int{0}, false)
	schedule := Schedule{Scripts: scripts, Start: w.Start()}
	for signalled := false; !signalled; {
		choices := w.Choices()
		choice := choices[0]
		for _, c := range choices {
			if c.Kind == prove.Signal && !signalled { // TERM comes first
				choice, signalled = c, true
			}
		}
		schedule.Events = append(schedule.Events, w.Take(choice)...)
	}
	var unable *Unable
	if err := Run(context.Background(), schedule); !errors.As(err, &unable) {
		t.Errorf("%v, want that it cannot be forced", err)
	}
}
