package prove

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Property is a promise that a lock has to keep.
type Property string

// The properties, in the order in which they are reported.
const (
	Exclusion Property = "exclusion" // no two runs are inside at once
	Stale     Property = "stale"     // once nobody lives, a newcomer can get in
	Leak      Property = "leak"      // once the script has ended, its lock is free
	Deadlock  Property = "deadlock"  // nobody waits for ever
	Entry     Property = "entry"     // somebody gets in
)

// Properties are all of them.
var Properties = []Property{Exclusion, Stale, Leak, Deadlock, Entry}

// Bounds that hold where nothing else is asked for.
const (
	DefaultProcesses = 3
	DefaultStates    = 300_000
	MaxProcesses     = 6
)

// Options are the bounds of an exploration and what is looked for.
type Options struct {
	Processes  int        // runs of a single script; 0: DefaultProcesses
	Properties []Property // empty: all
	Strict     bool       // see the package comment
	MaxStates  int        // 0: DefaultStates; beyond it, or 25 times as many steps, the answer is unknown
	Unreduced  bool       // take every step on its own, in every order, for every numbering of runs: for measuring
}

// Verdict is the answer.
type Verdict string

// The verdicts.
const (
	Holds    Verdict = "holds"
	Violated Verdict = "violated"
	Unknown  Verdict = "unknown"
	Nothing  Verdict = "nothing" // no lock was found, and nothing was there that may be one
)

// Doubt is a reason why nothing can be promised.
type Doubt struct {
	Span source.Span // the zero Span where it is about the exploration itself
	Why  string
}

// Result is what an exploration found.
type Result struct {
	Verdict    Verdict
	Violations []Violation // the shortest of each property, in the order of Properties
	Processes  int         // the most runs that were explored together
	States     int         // different states, all numbers of runs together
	Doubts     []Doubt
	Notes      []string // what is worth saying though it is not counted
}

// Violation is a broken promise with the schedule that breaks it.
type Violation struct {
	Property Property
	Lock     string // the path of the lock as the script writes it
	Trace    *diag.Trace
	Events   []Event // the same schedule, with what the kernel has after each row
	Start    Table   // what the kernel has before the first
	Scripts  []int   // by process: the index of the protocol that it runs
}

// Explore answers for runs of the given scripts. A single script runs
// opt.Processes times; of several scripts there is one run each, then two. Where
// none of them has a lock there is nothing to prove.
func Explore(scripts []*protocol.Protocol, opt Options) Result {
	opt = opt.withDefaults()
	out := Result{Verdict: Holds}
	for _, p := range scripts {
		for _, u := range p.Unknowns {
			out.Doubts = append(out.Doubts, Doubt(u))
		}
	}
	var kept []int
	var explored []*protocol.Protocol
	for i, p := range scripts {
		if p.HasLocks() {
			kept, explored = append(kept, i), append(explored, p)
		}
	}
	out.explore(explored, opt)
	if len(explored) > MaxProcesses {
		out.Doubts = append(out.Doubts, Doubt{Why: fmt.Sprintf("no more than %d scripts are explored together", MaxProcesses)})
	}
	for i := range out.Violations {
		out.Violations[i].renumber(kept)
	}
	switch {
	case len(out.Violations) > 0:
		out.Verdict = Violated
	case len(out.Doubts) > 0:
		out.Verdict = Unknown
	case len(explored) == 0:
		out.Verdict = Nothing
	}
	return out
}

// explore takes as many runs as were asked for. Where there are too many states for
// an answer, fewer runs may still break something.
func (r *Result) explore(scripts []*protocol.Protocol, opt Options) {
	var todo [][]int
	var in entrance
	for todo = crews(len(scripts), opt.Processes); len(todo) > 0 && len(r.Violations) == 0; todo = todo[1:] {
		e := newExplorer(scripts, todo[0], opt)
		e.explore()
		r.merge(e, len(todo[0]))
		in.see(e)
		if fewer := len(todo[0]) - 1; e.cut != "" && len(scripts) == 1 && fewer > 1 {
			todo = append(todo, make([]int, fewer))
		}
	}
	if slices.Contains(opt.Properties, Entry) {
		r.judgeEntry(&in)
	}
}

// renumber gives scripts the indexes that they have in the caller's list.
func (v *Violation) renumber(kept []int) {
	for i := range v.Scripts {
		v.Scripts[i] = kept[v.Scripts[i]]
	}
	for i := range v.Events {
		v.Events[i].Script = kept[v.Events[i].Script]
	}
}

func (opt Options) withDefaults() Options {
	if opt.Processes == 0 {
		opt.Processes = DefaultProcesses
	}
	opt.Processes = min(opt.Processes, MaxProcesses)
	if opt.MaxStates == 0 {
		opt.MaxStates = DefaultStates
	}
	if len(opt.Properties) == 0 {
		opt.Properties = Properties
	}
	return opt
}

// crews lists which scripts run together: indexes of scripts, one a run.
func crews(scripts, processes int) [][]int {
	switch {
	case scripts == 0:
		return nil
	case scripts == 1:
		return [][]int{make([]int, processes)}
	case scripts > MaxProcesses:
		scripts = MaxProcesses
	}
	one, two := []int{}, []int{}
	for i := range scripts {
		one = append(one, i)
		two = append(two, i, i)
	}
	if len(two) > MaxProcesses {
		return [][]int{one}
	}
	return [][]int{one, two}
}

func (r *Result) merge(e *explorer, processes int) {
	r.States += len(e.seen.at)
	r.Processes = max(r.Processes, processes)
	r.Violations = append(r.Violations, e.violations()...)
	for _, d := range e.doubts() {
		if !slices.Contains(r.Doubts, d) {
			r.Doubts = append(r.Doubts, d)
		}
	}
	for _, note := range e.notes() {
		if !slices.Contains(r.Notes, note) {
			r.Notes = append(r.Notes, note)
		}
	}
}
