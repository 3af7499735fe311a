package replay

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// Verdict is the answer of a replay.
type Verdict string

// The verdicts.
const (
	Confirmed     Verdict = "confirmed"
	NotReproduced Verdict = "not reproduced" // real processes did something else
	NotRun        Verdict = "not run"        // it cannot be forced here
)

// Outcome is a verdict with its reason: what was seen, what differed, or why
// nothing ran.
type Outcome struct {
	Verdict Verdict
	Why     string
}

// String is the verdict, and behind a colon the reason where there is one.
func (o Outcome) String() string {
	if o.Why == "" {
		return string(o.Verdict)
	}
	return string(o.Verdict) + ": " + o.Why
}

// Schedule is what is to happen, and what the kernel should have after each step.
type Schedule struct {
	Scripts []*protocol.Protocol // Event.Script is an index of it
	Start   prove.Table
	Events  []prove.Event

	// own is the script's own text of an operation that is a command by itself, or
	// nil: a test runs that instead of what is written from the protocol.
	own func(*prove.Event) string
}

// Difference is the first place where real processes did not do what the model says.
type Difference struct {
	Step int // row of the trace as it is shown, from 1
	Op   string
	What string
}

func (d *Difference) Error() string { return fmt.Sprintf("step %d (%s): %s", d.Step, d.Op, d.What) }

// Unable is why a schedule cannot be forced here.
type Unable struct{ Why string }

func (u *Unable) Error() string { return u.Why }

func unable(format string, args ...any) error { return &Unable{fmt.Sprintf(format, args...)} }
