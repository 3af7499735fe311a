package prove

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// explorer is one breadth-first search.
type explorer struct {
	m       *model
	through func(place) bool // nodes of which one has to take part, or nil
	traps   bool             // through means traps: their running is what takes part
	lock    func(int) bool   // locks that count, or nil for all

	seen    *set
	from    []step  // by state: how it was first reached
	hits    []hit   // the first of each property and lock
	first   int     // states when the first hit was found
	steps   int     // ways from one state to another that were taken
	wanted  lockSet // locks that some acquisition is about
	entered lockSet // those that somebody has come to believe in
	ended   bool    // every state was seen, or everything that was looked for
	handed  lockSet // locks that stay behind where their caller does not give them up
	left    []hit   // locks left behind by kill -9, which is only noted
	cut     string  // which bound was reached, "" for none
	reject  func(hit) bool

	mover       *mover
	looked      int    // states that were looked at
	key, beside []byte // room for one

	rejected int // steps that were taken again for hits that did not count
}

// step is one edge: the state that it leaves, and what happened there.
type step struct {
	state  int32 // -1 for a start
	depth  uint16
	choice Choice
}

// hit is a violation: the last edge leads to it.
type hit struct {
	step
	property Property
	lock     int
	script   uint8 // stale: what the newcomer runs
	killed   bool  // stale: by kill -9
}

func newExplorer(m *model) *explorer {
	return &explorer{m: m, seen: newSet(), wanted: m.wanted()}
}

// world is the state in which nothing has happened and no lock file is left.
func (m *model) world() State {
	var s State
	for i := range m.locks {
		l := &m.locks[i]
		if l.used && !l.private && (l.stable || l.made == 0) {
			s.setName(l.name, s.newInode())
		}
	}
	return s
}

// starts lists the states in which an exploration begins: no lock file is there,
// one of them, all of them.
func (m *model) starts() []State {
	s := m.world()
	for i, sc := range m.crew {
		s.proc[i] = proc{life: before, script: uint8(sc), run: uint8(i)}
	}
	out := []State{s}
	var open []int
	for i := range m.locks {
		if l := &m.locks[i]; l.used && s.name[l.name] == 0 && !l.private && (l.asked || !l.pid || m.opt.Unreduced) {
			open = append(open, i)
		}
	}
	leave := func(locks ...int) {
		t := s
		for _, i := range locks {
			inode := t.newInode()
			t.setName(m.locks[i].name, inode)
			if m.locks[i].pid {
				t.text[inode] = deadPid
			}
			t.left = t.left || m.locks[i].kind == protocol.Exists
		}
		out = append(out, t)
	}
	for _, i := range open {
		if j := slices.IndexFunc(open, func(j int) bool { return m.below(i, j) }); j >= 0 {
			leave(i, open[j]) // what stands in a folder is there with that
			continue
		}
		leave(i)
	}
	if len(open) > 1 {
		leave(open...)
	}
	return out
}

// explore searches until every property is found broken, all states have been
// seen, or there are too many.
func (e *explorer) explore() {
	for e.begin(); e.goOn(); {
	}
}

// inTurn lets several searches go on side by side, so that each has cost as much as
// the others when a budget is used up, until they are through or enough says so.
func inTurn(searches []*explorer, enough func(*explorer) bool) {
	cost := make([]int, len(searches))
	var going []int
	for i, e := range searches {
		e.begin()
		going = append(going, i)
	}
	for len(going) > 0 {
		least := slices.MinFunc(going, func(a, b int) int { return cost[a] - cost[b] })
		e := searches[least]
		before := e.m.opt.meter.steps
		if !e.goOn() {
			going = slices.DeleteFunc(going, func(i int) bool { return i == least })
		}
		cost[least] += e.m.opt.meter.steps - before
		if enough(e) {
			return
		}
	}
}

// begin makes a search ready to go on from its starts.
func (e *explorer) begin() {
	m := e.m
	if m.names > maxNames || slices.ContainsFunc(m.scripts, func(s *script) bool { return s.slots > maxSlots }) {
		return
	}
	if slices.Contains(m.opt.Properties, Stale) {
		m.newcomers = map[string]lockSet{}
	}
	for _, s := range m.starts() {
		c, _ := m.canonical(&s)
		if _, fresh := e.seen.add(m.encode(&c, nil), nil); fresh {
			e.from = append(e.from, step{state: -1})
		}
	}
	e.mover = &mover{m: m, through: e.through}
}

// goOn looks at what follows the next state. It tells whether there is more to look at.
func (e *explorer) goOn() bool {
	m, i := e.m, e.looked
	switch {
	case e.mover == nil:
		return false // there is no room for what it is about
	case i == len(e.seen.at) || e.done():
		if e.ended = !m.opt.meter.out(); !e.ended {
			e.cut = m.opt.meter.why
		}
		return false
	case len(e.hits) > 0 && len(e.seen.at) > min(4*e.first+more, m.opt.MaxStates):
		e.cut = "more states than are looked at once something is broken"
		return false
	case e.rejected > maxRejected:
		return false
	case len(e.seen.at) > m.opt.MaxStates:
		e.cut = fmt.Sprintf("more than %d states", m.opt.MaxStates)
		return false
	case m.opt.meter.out():
		e.cut = m.opt.meter.why
		return false
	}
	e.looked++
	s := m.decode(e.seen.get(i))
	e.mover.yield = func(ch Choice, t *State, eff effects, _ []row) {
		e.steps++
		m.opt.meter.steps++
		if eff.began != none {
			e.entered |= 1 << eff.began
		}
		if t.full {
			return
		}
		st := step{state: int32(i), depth: e.from[i].depth + 1, choice: ch}
		e.judge(t, eff, st)
		c, _ := m.canonical(t)
		e.key, e.beside = m.encode(&c, e.key[:0]), m.stands(&c, e.beside[:0])
		if _, fresh := e.seen.add(e.key, e.beside); fresh {
			e.from = append(e.from, st)
		}
	}
	e.mover.successors(&s)
	return true
}

// maxRejected bounds the steps that are taken again to look at hits more closely:
// where so many do not count, the next will not either.
const maxRejected = 40_000

// more is how many states are seen at least, when something is broken, to find out
// what else is.
const more = 40_000

// done tells whether the one thing that is looked for was found. Where the question
// is what is broken at all, every state is looked at: what is found of one lock says
// nothing of another.
func (e *explorer) done() bool { return e.through != nil && len(e.hits) > 0 }

// found is the hit of a property: of that lock, or of any.
func (e *explorer) found(p Property, lock int) *hit {
	for i := range e.hits {
		if h := &e.hits[i]; h.property == p && (lock == none || h.lock == lock) {
			return h
		}
	}
	return nil
}

// settled tells whether a property is known to be broken for every lock.
func (e *explorer) settled(p Property) bool {
	n := 0
	for i := range e.hits {
		if e.hits[i].property == p {
			n++
		}
	}
	return n == len(e.m.locks)
}

// judge records what is broken in a state that was just reached.
func (e *explorer) judge(t *State, eff effects, st step) {
	m := e.m
	if e.through != nil && !t.passed {
		return
	}
	for _, p := range m.opt.Properties {
		if e.settled(p) {
			continue
		}
		h := hit{step: st, property: p}
		switch p {
		case Exclusion:
			if eff.began != none {
				if _, _, clash := m.clash(t, eff.began); clash {
					e.record(h, 1<<eff.began)
				}
			}
		case Leak:
			e.record(h, eff.leaked)
		case Deadlock:
			e.record(h, m.stuck(t))
		case Stale:
			if !t.quiet() || t.left {
				continue
			}
			h.killed = t.killed
			for sc := range m.scripts {
				h.script = uint8(sc)
				e.record(h, e.withoutHanded(e.counted(h, m.stale(t, h.script))))
			}
		}
	}
}

// counted takes a name that kill -9 has left behind, which is only noted, out of the
// locks that nobody gets any more, and with it those that are kept out by it.
func (e *explorer) counted(h hit, locks lockSet) lockSet {
	m := e.m
	if !h.killed || m.opt.Strict {
		return locks
	}
	counted := locks
	for l := range m.locks {
		if !locks.has(l) || m.locks[l].kind != protocol.Exists {
			continue
		}
		counted = 0
		if h.lock = l; !slices.ContainsFunc(e.left, func(left hit) bool { return left.lock == l }) && (e.lock == nil || e.lock(l)) {
			e.left = append(e.left, h)
		}
	}
	return counted
}

// record takes down a hit of each of the locks that counts and is the first.
func (e *explorer) record(h hit, locks lockSet) {
	m := e.m
	if locks == 0 {
		return
	}
	for l := range m.locks {
		if !locks.has(l) || e.found(h.property, l) != nil || e.lock != nil && !e.lock(l) {
			continue
		}
		h := h
		h.lock = l
		if e.reject != nil {
			if e.rejected > maxRejected || e.reject(h) {
				continue
			}
		}
		if len(e.hits) == 0 {
			e.first = len(e.seen.at)
		}
		e.hits = append(e.hits, h)
	}
}

// doubts lists why the answer cannot be "holds".
func (e *explorer) doubts() []Doubt {
	var out []Doubt
	for i, sc := range e.m.scripts {
		for id := range sc.nodes {
			at := place{i, protocol.ID(id)}
			if e.m.reached[at] {
				out = append(out, Doubt{at.span(e.m), sc.nodes[id].Text})
			}
			if e.m.outside[at] {
				out = append(out, Doubt{at.span(e.m), fmt.Sprintf("descriptor %d was opened outside of the script", sc.nodes[id].FD)})
			}
		}
		for _, id := range sc.wondered {
			out = append(out, Doubt{sc.nodes[id].Span, fmt.Sprintf("whether %s keeps those away who do not get the lock", sc.nodes[id].Text)})
		}
	}
	out = append(out, e.handedDoubts()...)
	if e.cut != "" {
		out = append(out, Doubt{Why: e.cutShort()})
	}
	switch {
	case !e.m.lostNewcomer:
	case e.m.opt.meter.out():
		out = append(out, Doubt{Why: BudgetSpent})
	default:
		out = append(out, Doubt{Why: fmt.Sprintf("a newcomer may come to more than %d states", maxNewcomer)})
	}
	for _, at := range slices.SortedFunc(maps.Keys(e.m.crowded), func(a, b place) int {
		return cmp.Or(a.script-b.script, int(a.node-b.node))
	}) {
		out = append(out, Doubt{at.span(e.m), NoRoom})
	}
	return out
}

// BudgetSpent is the doubt of an exploration that has cost what it may.
const BudgetSpent = "the budget is used up"

// cutShort says which bound was reached.
func (e *explorer) cutShort() string {
	if e.cut == OverBudget {
		return BudgetSpent
	}
	return "there are " + e.cut
}

func (e *explorer) notes() []string {
	var out []string
	for _, left := range e.left {
		if e.found(Stale, left.lock) == nil {
			out = append(out, fmt.Sprintf("kill -9 or a power loss leaves %s behind, which then keeps everyone out (not counted: --strict)", e.m.locks[left.lock].text))
		}
	}
	for _, s := range e.m.scripts {
		for _, site := range s.Sites {
			if site.Call && site.Fate == protocol.NoLock {
				out = append(out, fmt.Sprintf("%s:%d: %s is taken for a program: %s", site.Span.File, site.Span.Start.Line, site.What, site.Why))
			}
		}
	}
	return append(out, e.m.sharedOnly()...)
}
