package diag

import "github.com/lockkit/lockkit/shellkit/source"

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
	Span    source.Span // where in its script; the zero Span for kills and signals
	Op      string      // what it does: "open 9 /run/x.lock"
	Effect  string      // what the kernel makes of it: "creates inode 2"
	Inside  []int       // the processes that now think that they hold Lock
}
