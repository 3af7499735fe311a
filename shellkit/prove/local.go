package prove

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// landing is a place to which a process can come from some node without doing
// anything that is in a State.
type landing struct {
	pc, resume uint16
	due        uint8       // as in proc, where a signal on the way has set it
	believes   protocol.ID // what it passed with nothing but the belief: an unchecked flock that a signal ended, work that lacks its lock; or none
	way        *way        // what it did until then
	told       bool        // notable is known
	notable    []hop       // what of it makes a difference when nobody wants to know the way
	hit        bool        // a signal is among them
}

// hop is a local node that was passed. signal is 0, or what arrived there, plus 1.
type hop struct {
	node   protocol.ID
	ok     bool // it was left by Next
	signal uint8
}

// way is a list of hops with the last one first: those that begin alike share it.
type way struct {
	before *way
	hop
}

// hops lists them from the first one on.
func (w *way) hops() []hop {
	var out []hop
	for ; w != nil; w = w.before {
		out = append(out, w.hop)
	}
	slices.Reverse(out)
	return out
}

// behindFirst is the way without its first hop.
func (w *way) behindFirst() *way {
	if w.before == nil {
		return nil
	}
	return &way{w.before.behindFirst(), w.hop}
}

type landingKey struct {
	script uint8
	node   protocol.ID
	resume uint16
}

// Where a signal handler goes on: resume is 0 outside of handlers, else the
// interrupted node plus 1; with resumeAt set the node has not run yet.
const resumeAt = 0x8000

// land returns where a process can come to from a node, in a fixed order. Ways
// without signals come first.
func (m *model) land(sc uint8, from protocol.ID, resume uint16) []landing {
	key := landingKey{sc, from, resume}
	found, ok := m.landings[key]
	if !ok {
		found, ok = m.scripts[sc].grounds.land(landing0{uint16(from), resume, 0, none})
		if !ok {
			found = m.landAndTell(sc, from, resume)
		}
		m.opt.meter.steps += len(found)
		m.landings[key] = found
	}
	return found
}

// landAndTell is land, with the ways that lead there.
func (m *model) landAndTell(sc uint8, from protocol.ID, resume uint16) []landing {
	key := landingKey{sc, from, resume}
	if found, ok := m.ways[key]; ok {
		return found
	}
	w := walk{m: m, sc: sc, seen: map[landing0]bool{}, ended: map[landing1]bool{}}
	w.push(w.start(from, resume))
	for len(w.now)+len(w.later) > 0 {
		if len(w.now) == 0 {
			w.now, w.later = w.later, nil
		}
		next := w.now[0]
		w.now = w.now[1:]
		w.pass(next)
	}
	if len(w.out) == 0 {
		w.out = []landing{{pc: atWork, believes: none}}
	}
	for i := range w.out {
		l := &w.out[i]
		l.told, l.notable = true, m.notable(sc, l.way)
	}
	m.ways[key] = w.out
	return w.out
}

// notable is what of a way makes a difference when nobody wants to know it.
func (m *model) notable(sc uint8, w *way) []hop {
	return slices.DeleteFunc(w.hops(), func(h hop) bool {
		return h.signal == 0 && m.node(sc, uint16(h.node)).lacks.lock == none
	})
}

// walk is a search over local nodes. Those that need one more signal wait in later.
type walk struct {
	m          *model
	sc         uint8
	now, later []landing
	out        []landing
	seen       map[landing0]bool
	ended      map[landing1]bool
}

// landing0 is what makes two landings the same.
type landing0 struct {
	pc, resume uint16
	due        uint8
	believes   protocol.ID
}

func (w *walk) start(from protocol.ID, resume uint16) landing {
	return landing{pc: uint16(from), resume: resume, believes: none}
}

func (w *walk) push(l landing) {
	w.now = append(w.now, l)
}

func (l landing) to(id protocol.ID, resume uint16, h hop) landing {
	return landing{pc: uint16(id), resume: resume, due: l.due, believes: l.believes, way: &way{l.way, h}, hit: l.hit || h.signal != 0}
}

func (w *walk) pass(l landing) {
	key := landing0{l.pc, l.resume, l.due, l.believes}
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	on, hit, end := w.from(l)
	w.now, w.later = append(w.now, on...), append(w.later, hit...)
	if !end {
		return
	}
	if l.pc < atWork && w.m.node(w.sc, l.pc).Op == protocol.Opaque {
		w.m.reached[place{int(w.sc), protocol.ID(l.pc)}] = true
		l.pc = atUnknown
	}
	if ending := w.ending(l); !w.ended[ending] {
		w.ended[ending] = true
		w.out = append(w.out, l)
	}
}

// passes tells whether a process goes on from a place without anybody noticing.
func (w *walk) passes(l landing) bool {
	return l.pc < atWork && w.m.node(w.sc, l.pc).local && !w.m.opt.Unreduced
}

// from lists where a process comes to next from a place on its way, and where signals
// take it from there; end says that its way ends there.
func (w *walk) from(l landing) (on, hit []landing, end bool) {
	if l.pc >= atWork {
		return nil, nil, true
	}
	switch n := w.m.node(w.sc, l.pc); {
	case n.Op == protocol.Opaque:
		return nil, nil, true
	case n.Op == protocol.Resume:
		return w.resumed(l), nil, false
	case w.passes(l):
		hit = w.interrupted(l)
		if n.lacks.lock != none && l.believes == none {
			l.believes = protocol.ID(l.pc)
		}
		return w.beyond(l), hit, false
	}
	return nil, nil, true
}

// landing1 is what makes two ways end alike.
type landing1 struct {
	position
	due      uint8
	presumed guard
}

func (w *walk) ending(l landing) landing1 {
	e := landing1{w.m.stand(&proc{script: w.sc, pc: l.pc, resume: l.resume}), l.due, guard{lock: none}}
	if l.believes != none {
		e.presumed = w.m.node(w.sc, uint16(l.believes)).presumes()
	}
	return e
}

// beyond lists where a local node leads.
func (w *walk) beyond(l landing) []landing {
	n := w.m.node(w.sc, l.pc)
	id := protocol.ID(l.pc)
	yes, decided := w.m.scripts[w.sc].decided[id]
	if decided && !yes {
		return []landing{l.to(n.Else, l.resume, hop{node: id})}
	}
	out := []landing{l.to(n.Next, l.resume, hop{node: id, ok: true})}
	if !decided && n.Else != none && n.Else != n.Next {
		out = append(out, l.to(n.Else, l.resume, hop{node: id}))
	}
	return out
}

// signals in the order in which a trace prefers them.
var signals = []protocol.Signal{protocol.TERM, protocol.INT, protocol.HUP}

// findSignals leaves out the signals that do the same as another one, wherever they find
// a process.
func (s *script) findSignals() {
	for _, sig := range signals {
		if !slices.ContainsFunc(s.signals, func(other protocol.Signal) bool { return s.actAlike(sig, other) }) {
			s.signals = append(s.signals, sig)
		}
	}
}

// actAlike tells whether two signals do the same everywhere. INT does not reach every
// child and every program.
func (s *script) actAlike(a, b protocol.Signal) bool {
	if (a == protocol.INT || b == protocol.INT) && slices.ContainsFunc(s.nodes, func(n node) bool { return n.async || n.Mode.Has(protocol.Apart) }) {
		return false
	}
	named := func(h protocol.Handler, sig protocol.Signal) bool {
		return h.Armed != none && slices.Contains(strings.Fields(s.Nodes[h.Armed].Text), sig.String())
	}
	return !slices.ContainsFunc(s.Handlers, func(h protocol.Handlers) bool {
		return h.Signal[a] != h.Signal[b] || named(h.Signal[a], a) != named(h.Signal[b], b)
	})
}

// interrupted lists what signals make of a process that runs a program.
func (w *walk) interrupted(l landing) []landing {
	n := w.m.node(w.sc, l.pc)
	if !n.interruptible() || l.resume != 0 {
		return nil
	}
	var out []landing
	for _, sig := range w.m.scripts[w.sc].signals {
		if next, ok := w.hit(l, sig, l.pc+1); ok {
			out = append(out, next)
		}
	}
	return out
}

// interruptible tells whether a program that is work runs at the node, so that a signal
// that reaches the group is counted there: one that only looks is over at once.
func (n *node) interruptible() bool {
	return n.works() && n.Mode&(protocol.Program|protocol.Runs) != 0
}

// hit is what one signal makes of a process at a node; false when nothing.
func (w *walk) hit(l landing, sig protocol.Signal, resume uint16) (landing, bool) {
	sc, at := w.m.scripts[w.sc], protocol.ID(l.pc)
	h := hop{node: at, signal: uint8(sig) + 1}
	if n := &sc.nodes[at]; n.async && (sig == protocol.INT || n.execs && n.Mode.Has(protocol.Apart)) {
		return l, false
	}
	catcher, handler := sc.catcher(at, sig), sc.handler(at, sig)
	around := catcher != none
	switch {
	case handler.Do == protocol.Die && around && sc.losesNothing(at, catcher):
		l = l.to(0, 0, h)
		for f := sc.around[at]; f != sc.around[catcher]; f = sc.around[f] {
			if ends := sc.ends[f]; len(ends) > 0 {
				l = l.to(0, 0, hop{node: ends[0], ok: true})
			}
		}
		if ends := sc.ends[catcher]; sc.tooLate(catcher, sig) && len(ends) > 0 {
			l.pc, l.resume = uint16(sc.nodes[ends[0]].Next), 0
			return l, true
		}
		outer := sc.handler(catcher, sig)
		if resume = uint16(catcher) + 1; !sc.returns[outer.Entry] {
			resume = 1
		}
		l.pc, l.resume = uint16(outer.Entry), resume
		return l, true
	case handler.Do == protocol.Die && around:
		next := l.to(0, uint16(at)+1, h)
		next.pc, next.due = atLoss, h.signal
		return next, true
	case handler.Do == protocol.Die:
		next := l.to(0, 0, h)
		next.pc = atDeath
		return next, true
	case handler.Do == protocol.Run && resume&resumeAt == 0 && sc.tooLate(at, sig) && sc.nodes[at].Else != none:
		return l.to(sc.nodes[at].Else, 0, h), true
	case handler.Do == protocol.Run:
		switch {
		case !sc.returns[handler.Entry]:
			resume = 1 // whatever it was: nobody comes back
		case sc.nodes[at].Op == protocol.Wait && sc.waitsOn(handler.Entry):
			resume = uint16(at) + 1 | resumeAt
		}
		if around && resume == 1 {
			resume = uint16(at) + 1
		}
		next := l.to(handler.Entry, resume, h)
		if around {
			next.due = h.signal
		}
		return next, true
	}
	return landing{}, false
}

// resumed lists where a handler that is through goes on.
func (w *walk) resumed(l landing) []landing {
	h := hop{node: protocol.ID(l.pc), ok: true}
	if l.resume == 0 {
		return nil
	}
	sc := w.m.scripts[w.sc]
	var out []landing
	for _, id := range sc.goesOn(l.resume) {
		out = append(out, l.to(id, 0, h))
	}
	at := protocol.ID(l.resume - 1)
	if n := &sc.nodes[at&^resumeAt]; l.resume&resumeAt == 0 && n.Op != protocol.Work && n.Op != protocol.Sub && n.disregarded() && sc.Acquires(at) {
		out[0].believes = at
	}
	return out
}

// works tells whether the node is work that a lock can be for.
func (n *node) works() bool {
	return n.Op == protocol.Work && n.Mode&(protocol.Quiet|protocol.Minor) == 0
}
