package prove

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Suspicion is what a reader of a protocol thinks is wrong: that a promise about a
// lock is broken through some operation.
type Suspicion struct {
	Properties []Property    // one of them
	Script     int           // index of the script in which the operation stands
	Nodes      []protocol.ID // the operation; more than one where it is inlined several times
}

// Known looks among the schedules that were found for one that breaks the promise
// and in which the operation takes part: without what it does, the same schedule
// would break nothing. The scripts are those of the result.
func (r *Result) Known(scripts []*protocol.Protocol, sus Suspicion) *Violation {
	through, traps := sus.nodes(scripts), sus.onlyTraps(scripts)
	for i := range r.Violations {
		v := &r.Violations[i]
		if v.Property == Entry && sus.about(v) && slices.ContainsFunc(v.Events, func(ev Event) bool { return through(place{ev.Script, ev.Node}) }) {
			return v
		}
	}
	for _, s := range r.searches {
		s.e.traps = traps
		for _, h := range s.e.hits {
			if slices.Contains(sus.Properties, h.property) && s.e.takesPart(h, s.within(through)) {
				return r.violation(h.property, s.e.m.locks[h.lock].text, s.scripts)
			}
		}
	}
	return nil
}

// Confirm looks for such a schedule anew, of a lock whose promise is known to be
// broken. Where there is none, why says so in half a sentence.
func (r *Result) Confirm(scripts []*protocol.Protocol, sus Suspicion) (shown *Violation, why string) {
	if slices.Contains(sus.Properties, Exclusion) && !slices.ContainsFunc(scripts, excludes) {
		return nil, "all who take the lock here share it"
	}
	through, traps := sus.nodes(scripts), sus.onlyTraps(scripts)
	broken := func(lock string) bool {
		return slices.ContainsFunc(r.Violations, func(v Violation) bool { return sus.about(&v) && v.Lock == lock })
	}
	if !slices.ContainsFunc(r.Violations, func(v Violation) bool { return sus.about(&v) }) {
		if slices.ContainsFunc(r.guessed, func(p Property) bool { return slices.Contains(sus.Properties, p) }) {
			return nil, "it hangs on a question that is not followed"
		}
		return nil, r.whyNot()
	}
	for _, kindly := range []bool{false, true} {
		for first := 0; first < len(r.searches); {
			among := r.searches[first:]
			if r.searches[0].e.m.opt.Budget == 0 { // one after the other
				among = among[:1]
			}
			if kindly && (!slices.Contains(sus.Properties, Exclusion) || !slices.ContainsFunc(among, func(s search) bool { return s.e.m.hides() })) {
				break
			}
			if shown, why = sus.confirm(among, through, traps, kindly, broken); shown != nil || why != "" {
				return shown, why
			}
			first += len(among)
		}
	}
	return nil, "what was seen to go wrong does so without it"
}

// confirm makes these searches once more, in turn, for a schedule in which the operation
// takes part. It says why it cannot tell, where it cannot.
func (sus *Suspicion) confirm(among []search, through func(place) bool, traps, kindly bool, broken func(string) bool) (shown *Violation, why string) {
	var again []*explorer
	for _, s := range among {
		opt := s.e.m.opt
		opt.Properties, opt.kindly = sus.Properties, kindly
		opt.meter.release(opt)
		through := s.within(through)
		e := newExplorer(s.e.m.of(s.e.m.crew, opt).through(through))
		e.through, e.traps = through, traps
		e.lock = func(l int) bool { return broken(e.m.locks[l].text) }
		e.reject = func(h hit) bool { return !e.takesPart(h, through) }
		again = append(again, e)
	}
	inTurn(again, (*explorer).done)
	for i, e := range again {
		if len(e.hits) > 0 {
			return search{e, among[i].group}.violation(e.hits[0]), ""
		}
	}
	for _, e := range again {
		if e.cut != "" {
			return nil, e.cut
		}
	}
	return nil, ""
}

// about tells whether a violation is of a promise that the suspicion is about.
func (sus *Suspicion) about(v *Violation) bool { return slices.Contains(sus.Properties, v.Property) }

// search is an exploration of the runs of a group.
type search struct {
	e *explorer
	group
}

// within is what a function tells of the caller's scripts, asked of those of the search.
func (s search) within(through func(place) bool) func(place) bool {
	return func(at place) bool { return through(place{s.scripts[at.script], at.node}) }
}

// violation tells of a hit in the numbers of the caller's scripts.
func (s search) violation(h hit) *Violation {
	v := s.e.violation(h)
	v.renumber(s.scripts)
	return &v
}

// whyNot says why nothing is known to be broken.
func (r *Result) whyNot() string {
	for _, s := range r.searches {
		switch {
		case s.e.cut != "":
			return s.e.cut
		case s.e.crowded():
			return NoRoom
		}
	}
	return fmt.Sprintf("no schedule of %d runs shows it", r.Processes)
}

// NodesAt returns the nodes that stand at a place of a script, or whose operand does.
func NodesAt(p *protocol.Protocol, at source.Span) []protocol.ID {
	var out, operands []protocol.ID
	for i := range p.Nodes {
		switch at {
		case p.Nodes[i].Span:
			out = append(out, protocol.ID(i))
		case p.Nodes[i].Word:
			operands = append(operands, protocol.ID(i))
		}
	}
	if len(out) == 0 && at.Start.Known() {
		return operands
	}
	return out
}

// excludes tells whether some acquisition in a script is exclusive.
func excludes(p *protocol.Protocol) bool {
	for i := range p.Nodes {
		if p.Acquires(protocol.ID(i)) && !p.Nodes[i].Mode.Has(protocol.Shared) {
			return true
		}
	}
	return false
}

// nodes tells of a place whether it belongs to the operation.
func (sus *Suspicion) nodes(scripts []*protocol.Protocol) func(place) bool {
	among := make([]bool, len(scripts[sus.Script].Nodes))
	for _, id := range sus.Nodes {
		among[id] = true
	}
	return func(at place) bool { return at.script == sus.Script && at.node != none && among[at.node] }
}

// takesPart tells whether a schedule needs the operation: one of the beliefs that
// clash began there, or the schedule cannot be run, or breaks nothing, when the
// operation does nothing.
func (e *explorer) takesPart(h hit, through func(place) bool) bool {
	m := e.m
	path := e.chain(h.step)
	for _, st := range path {
		e.rejected += 2 * (int(st.choice.Branch) + 1)
		m.opt.meter.steps += 2 * (int(st.choice.Branch) + 1)
	}
	t := &tracer{m: m, lock: h.lock}
	var rows []row
	t.keep = func(r row) { rows = append(rows, r) }
	e.retell(t, h, path)
	if e.traps && m.runsTrap(rows, through) {
		return true
	}
	s := t.start
	var began [maxProcs]place
	for i := range began {
		began[i].node = none
	}
	for _, r := range rows {
		p := &s.proc[r.proc]
		if p.life == before {
			p.life = alive
		}
		v := &mover{m: m}
		switch {
		case r.kind == Kill || r.node == none:
			m.release(&s, p)
			*p = proc{run: p.run}
			s.killed = s.killed || r.kind == Kill && m.exists
			continue
		case r.stands:
			continue // it is left in a row that follows
		case r.along:
			continue // with the one that has hit the group
		case r.kind == Signal:
			v.remain(&s, int(r.proc), r.node, protocol.Signal(r.signal-1))
			v.unwind(&s, int(r.proc), r.node, protocol.Signal(r.signal-1))
			v.group(&s, int(r.proc), protocol.Signal(r.signal-1))
			continue
		}
		at := place{int(p.script), r.node}
		p.pc = uint16(r.node)
		if p.life != alive || m.possible(&s, int(r.proc))&r.how == 0 {
			return true
		}
		if through(at) {
			if m.scripts[at.script].Acquires(at.node) || m.scripts[at.script].nodes[at.node].misses {
				began[r.proc] = at
			}
			if m.scripts[at.script].nodes[at.node].Op != protocol.End {
				continue
			}
		}
		v.effects = effects{none, 0}
		a := v.do(&s, int(r.proc), r.how)
		if a.began != none {
			began[r.proc] = at
		}
	}
	return e.needed(&s, h, began, through)
}

// onlyTraps tells whether the operation is to arm a trap.
func (sus *Suspicion) onlyTraps(scripts []*protocol.Protocol) bool {
	armed := false
	for _, id := range sus.Nodes {
		switch scripts[sus.Script].Nodes[id].Op {
		case protocol.Trap:
			armed = true
		case protocol.Leave, protocol.End:
		default:
			return false
		}
	}
	return armed
}

// runsTrap tells whether a signal or an exit meets a trap that one of these nodes
// has armed, and the process does something then.
func (m *model) runsTrap(rows []row, armed func(place) bool) bool {
	for i, r := range rows {
		if r.node == none {
			continue
		}
		script := int(r.after.proc[r.proc].script)
		sc := m.scripts[script]
		n := &sc.nodes[r.node]
		h := &sc.Handlers[n.Handlers]
		meets := armed(place{script, h.Exit})
		switch {
		case r.kind == Signal:
			sig := protocol.Signal(r.signal - 1)
			meets = meets || armed(place{script, h.Signal[sig].Armed})
			if shell := sc.catcher(r.node, sig); shell != none {
				meets = meets || armed(place{script, sc.handler(shell, sig).Armed})
			}
		case n.Op != protocol.Leave:
			continue
		}
		if meets && slices.ContainsFunc(rows[i+1:], func(s row) bool {
			return s.proc == r.proc && (s.node == none || !sc.nodes[s.node].local)
		}) {
			return true
		}
	}
	return false
}

// needed looks at the state that a schedule without the operation has led to.
func (e *explorer) needed(s *State, h hit, began [maxProcs]place, through func(place) bool) bool {
	m := e.m
	switch h.property {
	case Exclusion:
		a, b, clash := m.clash(s, h.lock)
		return !clash || through(began[a]) || through(began[b])
	case Deadlock:
		return !m.stuck(s).has(h.lock)
	case Stale:
		if !s.quiet() {
			return true
		}
		return !m.stale(s, h.script).has(h.lock)
	}
	return true
}
