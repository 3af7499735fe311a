package truth

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse"
)

// mostSchedules is how many schedules are played for one script beside those by which
// it is learned; of every twentieth script all are.
const (
	mostSchedules = 6
	wholeOf       = 20
)

// choice says which schedules a script is rehearsed by.
type choice struct {
	name  string // the same for scripts that are rehearsed by the same choice
	needs []Need
	whole bool
	other bool // nothing is looked for: what comes first is as good as anything
	seed  uint64
}

// choose makes the choice from the verdict.
func choose(o *Said) *choice {
	c := &choice{needs: o.Needs, seed: o.Script.Seed, whole: o.Script.Seed%wholeOf == 0, other: o.Verdict != prove.Violated}
	c.name = fmt.Sprintf("%s %v %v", o.Verdict, c.needs, c.whole)
	return c
}

// options are those of a rehearsal by this choice. In a script that is said to hold
// everything is worth a try; of what is said to be violated only what shows it.
func (c *choice) options() rehearse.Options {
	opt := rehearse.Options{Seed: c.seed, Kill: true, Signals: true, Schedules: 4}
	if !c.whole {
		left := mostSchedules
		opt.Choose = func(name string, seen *rehearse.Report) bool {
			if left == 0 || !c.wants(name, seen) {
				return false
			}
			left--
			return true
		}
	}
	return opt
}

// wants tells whether a schedule may show what is looked for, and has not been seen yet.
func (c *choice) wants(schedule string, seen *rehearse.Report) bool {
	if c.other {
		h := fnv.New32a()
		fmt.Fprint(h, c.seed, schedule)
		return h.Sum32()%4 == 0 // another part of them for each script
	}
	for _, n := range c.needs {
		if !sees(seen, n.Promise) && n.shownBy(schedule) {
			return true
		}
	}
	return false
}

// shownBy tells whether a schedule is of the kind that shows it.
func (n *Need) shownBy(schedule string) bool {
	killed := strings.HasPrefix(schedule, "killed")
	signalled := strings.HasPrefix(schedule, "SIG")
	switch {
	case n.Promise == prove.Stale && n.Kill:
		return signalled // what prove shows by kill -9 it counts only where a signal does it too
	case n.Kill:
		return killed
	case n.Signal:
		return signalled
	}
	return !killed && !signalled
}

func sees(r *rehearse.Report, p prove.Property) bool {
	return slices.ContainsFunc(r.Breaches, func(b rehearse.Breach) bool { return string(b.Kind) == string(p) })
}
