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
	DefaultSteps     = 8_000_000
	MaxProcesses     = 6
)

// Options are the bounds of an exploration and what is looked for.
type Options struct {
	Processes  int        // runs of a single script; 0: DefaultProcesses, and more where it takes more to come to a lock
	Properties []Property // empty: all
	Strict     bool       // see the package comment
	Together   bool       // of several scripts none is explored alone
	MaxStates  int        // 0: DefaultStates; beyond it the answer is unknown
	MaxSteps   int        // 0: DefaultSteps, of all explorations together; beyond it the answer is unknown
	Budget     int        // steps that may be taken in all, where less is asked for than an answer; 0: MaxSteps
	Unreduced  bool       // take every step on its own, in every order, for every numbering of runs: for measuring

	more      bool // no number of runs was asked for
	kindly    bool // nothing grows old, and who has found no lock makes it at once: what is wrong by that hides nothing else
	meter     *meter
	everyTwin bool // keep children that add nothing: for measuring
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
	Violations []Violation // the shortest of each property and lock, in the order of Properties; of each script alone, and of all together
	Answers    []Answer    // every property of every lock
	Processes  int         // the most runs that were explored together
	States     int         // different states, all numbers of runs together
	Doubts     []Doubt
	Steps      int      // what it cost
	Notes      []string // what is worth saying though it is not counted

	searches []search   // that were made
	guessed  []Property // that are broken where a question that was not understood has one answer
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

// Explore answers for runs of the given scripts: of each alone, opt.Processes at a
// time, then of all of them together. Where none of them has a lock there is nothing
// to prove.
func Explore(scripts []*protocol.Protocol, opt Options) Result {
	opt = opt.withDefaults()
	out, locking := explored(scripts, opt)
	out.dropGuesses(scripts, opt)
	switch {
	case len(out.Violations) > 0:
		out.Verdict = Violated
	case len(out.Doubts) > 0:
		out.Verdict = Unknown
	case !locking:
		out.Verdict = Nothing
	}
	out.Answers = answers(scripts, &out, opt)
	out.Steps = opt.meter.steps
	return out
}

// explored takes down what the explorations show, whatever it rests on. locking tells
// whether there was anything to explore.
func explored(scripts []*protocol.Protocol, opt Options) (out Result, locking bool) {
	out.Verdict = Holds
	for _, p := range scripts {
		for _, u := range p.Unknowns {
			out.Doubts = append(out.Doubts, Doubt(u))
		}
	}
	out.Doubts = append(out.Doubts, nested(scripts)...)
	list, whole := groups(scripts, opt)
	for _, g := range list {
		out.explore(scripts, g, opt)
	}
	if !whole {
		out.Doubts = append(out.Doubts, Doubt{Why: tooMany(len(scripts))})
	}
	slices.SortStableFunc(out.Violations, func(a, b Violation) int {
		return slices.Index(Properties, a.Property) - slices.Index(Properties, b.Property)
	})
	if len(list) > 0 && !out.named(scripts) {
		out.Doubts = append(out.Doubts, misused(scripts)...)
		if len(out.Doubts) == 0 {
			out.Doubts = append(out.Doubts, Doubt{Why: "which lock it is about is not known"})
		}
	}
	return out, len(list) > 0
}

// explore takes as many runs of a group as were asked for. Where there are too many
// states for an answer, fewer runs of a script may still break something.
func (r *Result) explore(scripts []*protocol.Protocol, g group, opt Options) {
	any := prepared(g.of(scripts), opt)
	var models []*model
	for _, machine := range any.machines() {
		models = append(models, any.on(machine))
	}
	before := r.States
	var in entrance
	for todo := opt.fewBeside(g.crews); len(todo) > 0; todo = todo[1:] {
		var searches []*explorer
		for _, crew := range todo[0] {
			for _, m := range models {
				searches = append(searches, newExplorer(m.of(crew, opt)))
			}
		}
		inTurn(searches, func(*explorer) bool { return false })
		cut := false
		for _, e := range searches {
			r.merge(e, g, e.m.crew)
			in.see(e)
			cut = cut || e.cut != ""
		}
		if fewer := len(todo[0][0]) - 1; cut && len(g.scripts) == 1 && fewer > 1 && opt.Budget == 0 {
			todo = append(todo, [][]int{make([]int, fewer)})
		}
		if short := in.short(); short != none && len(todo) == 1 && !cut && len(g.scripts) == 1 {
			runs := len(todo[0][len(todo[0])-1])
			if !opt.more || runs >= MaxProcesses {
				r.doubt(in.tooFew(short, runs))
				return
			}
			todo = append(todo, [][]int{make([]int, runs+1)})
			in.last = nil
		}
		if g.states > 0 && r.States-before > g.states && len(todo) > 1 {
			r.doubt(Doubt{Why: tooMany(len(g.scripts))})
			return
		}
	}
	if slices.Contains(opt.Properties, Entry) && len(g.scripts) == 1 {
		r.judgeEntry(&in, g)
	}
}

// fewBeside lists the crews that are explored, those together that are explored in turn:
// two runs beside more of them where there is a budget, because what they show costs least.
func (opt Options) fewBeside(crews [][]int) (out [][][]int) {
	for _, crew := range crews {
		in := [][]int{crew}
		if opt.Budget > 0 && len(crews) == 1 && len(crew) > 2 {
			in = [][]int{crew[:2], crew}
		}
		out = append(out, in)
	}
	return out
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
		opt.Processes, opt.more = DefaultProcesses, true
	}
	opt.Processes = min(opt.Processes, MaxProcesses)
	if opt.MaxStates == 0 {
		opt.MaxStates = DefaultStates
	}
	if opt.MaxSteps == 0 {
		opt.MaxSteps = DefaultSteps
	}
	if len(opt.Properties) == 0 {
		opt.Properties = Properties
	}
	if opt.meter == nil {
		opt.meter = newMeter(opt)
	}
	return opt
}

// merge takes over what one crew of a group has shown: the first violation of each
// property and lock.
func (r *Result) merge(e *explorer, g group, crew []int) {
	r.searches = append(r.searches, search{e, g})
	r.States += len(e.seen.at)
	r.Processes = max(r.Processes, len(crew))
	for _, h := range e.hits {
		lock := e.m.locks[h.lock].text
		if r.violation(h.property, lock, g.scripts) != nil {
			continue
		}
		if h.property == Deadlock && e.varies(lock) {
			r.doubt(Doubt{Why: fmt.Sprintf("%s is another lock in every turn of a loop", lock)})
			continue
		}
		if one, other, asked := e.ordered(h.property, lock); asked {
			r.doubt(Doubt{Why: fmt.Sprintf("whether %s comes before %s is asked, and not followed", one, other)})
			continue
		}
		v := e.violation(h)
		v.exchanged(g)
		v.renumber(g.scripts)
		r.Violations = append(r.Violations, v)
	}
	for _, d := range e.doubts() {
		r.doubt(d)
	}
	for _, note := range e.notes() {
		if !slices.Contains(r.Notes, note) {
			r.Notes = append(r.Notes, note)
		}
	}
}

func (r *Result) doubt(d Doubt) {
	if !slices.Contains(r.Doubts, d) {
		r.Doubts = append(r.Doubts, d)
	}
}

// violation is the first violation of a property and a lock in which only some scripts
// take part, or nil.
func (r *Result) violation(p Property, lock string, among []int) *Violation {
	for i := range r.Violations {
		v := &r.Violations[i]
		if v.Property == p && v.Lock == lock && !slices.ContainsFunc(v.Scripts, func(s int) bool { return !slices.Contains(among, s) }) {
			return v
		}
	}
	return nil
}
