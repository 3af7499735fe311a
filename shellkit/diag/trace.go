package diag

import (
	"fmt"
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Trace is a schedule: what each process does, one step after the other, until
// the property is broken.
type Trace struct {
	Property  string // "exclusion", "stale", "leak", "deadlock" or "entry"
	Lock      string // the lock's path as the script writes it
	Processes int
	Steps     []Step
}

// Step is one row of a trace.
type Step struct {
	Process int         // from 1; who acts
	Script  string      // the file that it runs
	Span    source.Span // where in its script; the zero Span for kills and signals
	Op      string      // what it does: "open 9 /run/x.lock"
	Effect  string      // what the kernel makes of it: "creates inode 2"
	Inside  []int       // the processes that now think that they hold Lock
}

// Sentence tells the schedule in words: "A mkdir /run/x (line 3) creates inode 1; B …".
func (t *Trace) Sentence() string {
	var parts []string
	for _, s := range t.Steps {
		part := string(rune('A'+s.Process-1)) + " " + s.Op
		if s.Span.Start.Known() {
			part += fmt.Sprintf(" (line %d)", s.Span.Start.Line)
		}
		if s.Effect != "" {
			part += ": " + s.Effect
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}
