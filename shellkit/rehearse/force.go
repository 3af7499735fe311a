package rehearse

import (
	"context"
	"os"
	"os/signal"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// Forced says what became of a schedule of prove's on the very scripts.
type Forced struct {
	Confirmed bool
	Why       string  // what was seen, or where the scripts have left the trace
	Steps     []Step  // what happened, in order
	Other     *Breach // the same promise, broken in another schedule; nil where none was seen
	Schedules int     // how many were played to look for that
}

// Force plays the schedule of a violation on the scripts that prove has read: the runs of
// the trace move in its order, signals and kill -9 come where it has them, and stand-ins
// end with the statuses that it needs. Confirmed says that each step was made as the
// trace has it, and that at its end the same promise was seen broken. Where it was not,
// the plain schedules and a few random ones look for it, unless opt.Only is set.
//
// scripts and protocols have the same order. An error that wraps ErrCannot says that the
// scripts cannot be rehearsed here; nothing was run then. An interrupt ends it between two
// schedules, as the end of ctx does.
func Force(ctx context.Context, scripts []Script, protocols []*protocol.Protocol, v *prove.Violation, opt Options) (*Forced, error) {
	if opt.Runs == 0 {
		opt.Runs = DefaultRuns
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	c := newCourse(protocols, v)
	c.findArguments(scripts, protocols, v)
	c.findLacks(protocols, v)
	return force(ctx, scripts, c, opt)
}

// mostRuns is how many runs there are at once at most.
const mostRuns = 6

// A courseRun is a run of a course: what it runs, and with which arguments.
type courseRun struct {
	script int
	args   []string
}

// runs lists the runs of a course.
func (c *course) runs() []courseRun {
	var list []courseRun
	for n, a := range c.actors {
		if n > 0 && a.parent == 0 {
			list = append(list, courseRun{a.script, c.args[n]})
		}
	}
	return list
}
