package rehearse

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A Script says what is rehearsed.
type Script struct {
	Path  string   // the file; it is read, never changed, locked or executed where it lies
	Shell string   // the shell that runs it, "busybox ash" in two words; empty: what its first line says, else bash
	Args  []string // its arguments, the same for each run
	Env   []string // NAME=value, beside PATH, HOME and the like
	Dir   string   // where it runs; empty: the root folder
}

// Options say how much is tried. The zero value is a rehearsal by the fixed schedules
// alone, with three runs.
type Options struct {
	Runs      int           // how many runs at once, 2 to 6; 0 is 3
	Schedules int           // how many random schedules follow the fixed ones
	Seed      uint64        // from which they are drawn; the same seed gives the same logs
	Kill      bool          // kill -9 of a run at work is tried too
	Signals   bool          // HUP, INT and TERM are tried too
	Helper    string        // a program that calls Serve; empty: this one
	Tables    bool          // each Step has a Table
	Time      time.Duration // for all schedules together; 0: DefaultTime, and three seconds for each random one
	Only      bool          // Force plays the trace, and looks nowhere else where it is not to be had

	// Choose is asked before each schedule but the first, which are played to learn the
	// script, and is given what was seen so far; false leaves it out. nil: all are played.
	Choose func(schedule string, seen *Report) bool

	// Watch is shown each schedule that was played to its end, with all that its runs have
	// done, in order. It is called from another goroutine, for one schedule after the other.
	Watch func(schedule string, log []Deed)

	walls walls         // for tests
	watch func(*played) // for tests: is shown each schedule
}

// DefaultTime is how long all schedules together may take where nobody says it. Nothing
// hangs on it but whether there is a verdict: a schedule takes a twentieth of a second.
const (
	DefaultTime = 5 * time.Minute
	eachTime    = 3 * time.Second // more for each random schedule
)

// DefaultRuns is how many runs there are where nobody says it.
const DefaultRuns = 3

// A Breach is a promise that was seen broken, and how.
type Breach struct {
	Kind     prove.Property
	Lock     string // the name of the lock, as the script knows it
	Why      string // in one sentence
	Schedule string // its name; Run with the same Options plays it again
	Steps    []Step // what happened, in order
}

// A Step is one visible deed of a run.
type Step struct {
	Number  int    `json:"step"`
	Process string `json:"process"` // A is the first run
	Op      string `json:"op"`
	Effect  string `json:"effect"`
	Inside  []int  `json:"inside"` // the runs, from 1, whose stand-ins are at work now
	Deed    int    `json:"-"`      // its index in what Watch is shown of the schedule

	// Table is what the kernel has after it, of the names that runs may meet at; nil where
	// Options do not ask for it.
	Table *prove.Table `json:"-"`
}

// A Report is what was seen.
type Report struct {
	Breaches  []Breach // one for each kind and lock: the first that was seen
	Schedules int      // how many were played to their end
	Unjudged  []string // schedules that were cut off, each with the reason: they show nothing
	Cut       string   // why the schedules that were left were not played; empty: all were
	Locks     []string // what was taken as a lock by some run, by name
	StoodIn   []string // commands whose work stand-ins did
	Missing   []string // programs that are not here, and were taken to exist
	Lacking   []string // tools about locks, names and text that are not here, and that nothing stands in for
	Notes     []string // what is no breach and worth knowing
	Alone     []Step   // the lone run: what the script does when nobody is in its way
}

// ErrCannot is what Run's error wraps where the script cannot be rehearsed here; the text
// says why. Nothing was run then.
var ErrCannot = errors.New("cannot be rehearsed")

func cannot(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCannot, fmt.Sprintf(format, args...))
}

// Run rehearses a script: its own shell runs the unchanged file, several times at once,
// one visible step after the other, in a private world in which stand-ins do the work.
//
// A report without breaches says that nothing was seen in its schedules, which is
// evidence and no proof. A breach is a fact about this script on this machine: it has
// happened, with stand-ins for its work. An error that wraps ErrCannot says that the
// walls cannot be had or that the script is out of reach, in memory, time or processes as
// well; ctx ends a rehearsal between two orders to the kernel. In no case is anything left behind: no process, mount, file or lock.
func Run(ctx context.Context, script Script, opt Options) (*Report, error) {
	if opt.Runs == 0 {
		opt.Runs = DefaultRuns
	}
	if opt.Runs < 2 || opt.Runs > 6 {
		return nil, fmt.Errorf("a rehearsal has 2 to 6 runs, not %d", opt.Runs)
	}
	return run(ctx, script, opt)
}
