package truth

import (
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse"
)

// mostSchedules is how many schedules are played for one script beside those by which
// it is learned; of every twentieth script all are. Where the trace of a violation is not
// to be had, all are played until it is seen, and many random ones.
const (
	mostSchedules = 6
	manySchedules = 40
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

// options are those of a rehearsal by this choice, where something was forced before. In
// a script that is said to hold everything is worth a try; of what is said to be violated
// and was not to be forced, whatever may show it.
func (c *choice) options(forced *Seen) rehearse.Options {
	opt := rehearse.Options{Seed: c.seed, Kill: true, Signals: true, Schedules: 4}
	switch {
	case c.whole:
	case c.other:
		left := mostSchedules
		opt.Choose = func(schedule string, _ *rehearse.Report) bool {
			if left == 0 || !c.tries(schedule) {
				return false
			}
			left--
			return true
		}
	default:
		opt.Schedules = manySchedules
		opt.Choose = func(_ string, seen *rehearse.Report) bool { return c.lacks(forced, seen) }
	}
	return opt
}

// tries takes a part of all schedules, another one for each script.
func (c *choice) tries(schedule string) bool {
	h := fnv.New32a()
	fmt.Fprint(h, c.seed, schedule)
	return h.Sum32()%4 == 0
}

// lacks tells whether something is neither forced nor seen.
func (c *choice) lacks(forced *Seen, seen *rehearse.Report) bool {
	return slices.ContainsFunc(c.needs, func(n Need) bool { return forced.Breaks(n.Promise) == nil && !sees(seen, n.Promise) })
}

func sees(r *rehearse.Report, p prove.Property) bool {
	return slices.ContainsFunc(r.Breaches, func(b rehearse.Breach) bool { return string(b.Kind) == string(p) })
}
