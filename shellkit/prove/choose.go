package prove

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Kind says what kind of thing happens next.
type Kind uint8

// The kinds of a Choice.
const (
	Run    Kind = iota // a process does its next operation
	Kill               // kill -9
	Signal             // HUP, INT or TERM while it waits; strict: at any time
)

// Choice is one thing that can happen next: to which process, and which of its
// several outcomes, in the order in which they are enumerated.
type Choice struct {
	Kind   Kind
	Proc   uint8
	Branch uint16
}

// effects are what a successor tells beside its State.
type effects struct {
	began  int     // lock that somebody began to believe in, or none
	leaked lockSet // locks that were left to children
}

// yield receives a successor. rows is what happened, only when it is asked for.
type yield func(Choice, *State, effects, []row)

// row is one operation, signal or kill, with the state after it.
type row struct {
	kind   Kind
	proc   uint8
	node   protocol.ID // none for a kill, or a death
	how    outcomes
	signal uint8 // plus 1
	alone  bool  // the signal reaches the shell and nobody else
	along  bool  // it is the one that has hit another process of the group
	stands bool  // the frame has died, but its redirects are there until a trap has run
	after  *State
}

// mover enumerates the successors of one state.
type mover struct {
	m       *model
	record  bool
	calm    bool             // no signal arrives
	again   bool             // what was seen before is told: there is no bound
	through func(place) bool // nodes that are looked for, or nil
	yield   yield

	choice Choice
	effects
	rows  []row
	quick int             // operations in a row that nobody noticed
	idle  []*State        // that nobody uses, for copies
	been  map[string]bool // where the unnoticed ways of this choice have met already
}

// successors calls yield for everything that can happen next.
func (v *mover) successors(s *State) {
	if i := v.m.makesAtOnce(s); i != none {
		v.one(s, Run, i)
		return
	}
	for i := range s.proc {
		p := &s.proc[i]
		if p.life == gone || p.life == daemon && p.pc == atWork {
			continue
		}
		v.one(s, Run, i)
		if p.life != before {
			v.one(s, Kill, i)
			v.one(s, Signal, i)
		}
	}
}

// one enumerates what one kind of choice makes of one process.
func (v *mover) one(s *State, kind Kind, i int) {
	v.choice = Choice{Kind: kind, Proc: uint8(i)}
	v.effects = effects{none, 0}
	v.rows = v.rows[:0]
	v.quick = 0
	clear(v.been)
	switch kind {
	case Run:
		v.run(s, i)
	case Kill:
		t := v.copyOf(s)
		v.kill(t, i)
		v.drop(t)
	case Signal:
		v.signal(s, i)
	}
}

func (v *mover) emit(t *State) {
	if !v.m.opt.Unreduced && !v.m.opt.everyTwin {
		v.m.thin(t)
	}
	v.yield(v.choice, t, v.effects, v.rows)
	v.choice.Branch++
}

// copyOf returns a copy of a state that lasts until it is dropped. Who is handed a
// state by yield keeps nothing of it.
func (v *mover) copyOf(s *State) *State {
	if last := len(v.idle) - 1; last >= 0 {
		t := v.idle[last]
		v.idle = v.idle[:last]
		*t = *s
		return t
	}
	t := *s
	return &t
}

func (v *mover) drop(t *State) { v.idle = append(v.idle, t) }

// note adds a row to the record.
func (v *mover) note(t *State, r row) {
	if v.record {
		after := *t
		r.after = &after
		v.rows = append(v.rows, r)
	}
}

// back undoes rows and effects when one of several branches has been followed.
func (v *mover) back(rows int, e effects) {
	v.rows, v.effects = v.rows[:rows], e
}

func (v *mover) run(s *State, i int) {
	p := &s.proc[i]
	if p.life == before || p.pc < atWork && v.m.node(p.script, p.pc).local && !v.m.opt.Unreduced {
		for _, l := range v.land(p.script, protocol.ID(p.pc), p.resume) {
			t := v.copyOf(s)
			t.proc[i].life = alive
			rows, e := len(v.rows), v.effects
			v.arrive(t, i, l, v.first)
			v.back(rows, e)
			v.drop(t)
		}
		return
	}
	v.act(s, i)
}

// land is where a process can come to from a node.
func (v *mover) land(sc uint8, from protocol.ID, resume uint16) []landing {
	list := v.m.land(sc, from, resume)
	if v.record || v.through != nil {
		list = v.m.landAndTell(sc, from, resume)
	}
	if !v.calm {
		return list
	}
	calm := slices.IndexFunc(list, func(l landing) bool { return l.hit })
	if calm < 0 {
		return list
	}
	return list[:calm] // ways without signals come first
}

// first does the first operation of a process, or leaves it waiting for it, or
// working as if it were alone.
func (v *mover) first(s *State, i int) {
	if p := &s.proc[i]; p.life == alive && (p.pc >= atWork || p.believesAny() || v.m.opt.Strict || v.m.possible(s, i) == 0) {
		v.emit(s)
		return
	}
	v.act(s, i)
}

// act does the next operation of a process, in every way in which it can end.
func (v *mover) act(s *State, i int) {
	p := &s.proc[i]
	if p.life != alive {
		v.emit(s) // it began and ended unnoticed
		return
	}
	switch p.pc {
	case atDeath:
		t := v.copyOf(s)
		v.die(t, i)
		v.emit(t)
		v.drop(t)
		return
	case atLoss:
		t := v.copyOf(s)
		to, _ := v.lose(t, i)
		v.goOn(t, i, to)
		v.drop(t)
		return
	case atUnknown, atWork:
		return
	}
	if v.m.wonders(p) {
		t := v.copyOf(s)
		t.proc[i].pc = atUnknown
		v.emit(t)
		v.drop(t)
		return
	}
	can := v.m.possible(s, i)
	v.m.node(p.script, p.pc).tried = true
	for how := worked; how <= asks; how <<= 1 {
		if can&how == 0 {
			continue
		}
		t := v.copyOf(s)
		rows, e := len(v.rows), v.effects
		a := v.do(t, i, how)
		switch {
		case a.stay:
			v.emit(t)
		case a.child != none:
			v.settle(t, i, a.child, a.to)
		default:
			v.goOn(t, i, a.to)
		}
		v.back(rows, e)
		v.drop(t)
	}
}

// done is an act with the node that it leads to.
type done struct {
	act
	to protocol.ID
}

// do runs the operation that a process stands at.
func (v *mover) do(t *State, i int, how outcomes) done {
	p := &t.proc[i]
	n := v.m.node(p.script, p.pc)
	d := done{act: act{m: v.m, s: t, self: i, p: p, n: n, began: none, child: none}}
	at, sc := protocol.ID(p.pc), p.script
	n.tried, n.won = true, n.won || how == worked
	full := t.full
	d.to = d.act.do(how)
	if t.full && !full {
		v.m.crowded[place{int(sc), at}] = true
	}
	if d.began != none {
		v.began = d.began
	}
	v.leaked |= d.leaked
	if v.through != nil && v.through(place{int(sc), at}) {
		t.passed = true
	}
	v.note(t, row{proc: uint8(i), node: at, how: how})
	return d
}

// goOn takes a process along the edge to a node, over everything that nobody
// notices, and yields the states where it stands then.
func (v *mover) goOn(t *State, i int, to protocol.ID) {
	if to == none {
		v.emit(t)
		return
	}
	p := &t.proc[i]
	list := v.land(p.script, to, p.resume)
	for k := range list {
		u := t
		if k+1 < len(list) {
			u = v.copyOf(t)
		}
		rows, e := len(v.rows), v.effects
		v.arrive(u, i, list[k], nil)
		v.back(rows, e)
		if u != t {
			v.drop(u)
		}
	}
}

// settle lets a child that was just started do what nobody notices, then takes
// its parent along.
func (v *mover) settle(t *State, i, child int, to protocol.ID) {
	c := t.proc[child]
	for _, l := range v.land(c.script, protocol.ID(c.pc), 0) {
		u := v.copyOf(t)
		rows, e := len(v.rows), v.effects
		v.arrive(u, child, l, func(w *State, _ int) {
			v.goOn(w, i, to)
		})
		v.back(rows, e)
		v.drop(u)
	}
}

// arrive puts a process at a landing, lets it do what nobody notices, and then
// calls then, or yields the state.
func (v *mover) arrive(t *State, i int, l landing, then func(*State, int)) {
	if v.m.opt.meter.steps++; !v.again && v.m.opt.meter.out() {
		return
	}
	p := &t.proc[i]
	p.land(l)
	v.pass(t, i, l)
	if l.believes != none {
		v.presume(p, v.m.node(p.script, uint16(l.believes)).presumes())
	}
	if v.quick > 0 && v.met(t, i) || v.unnoticed(t, i, then) {
		return
	}
	if then != nil {
		then(t, i)
		return
	}
	v.emit(t)
}

// land puts a process at a landing.
func (p *proc) land(l landing) {
	p.pc, p.resume = l.pc, l.resume
	if l.due != 0 {
		p.due = l.due
	}
	if l.pc == atDeath && p.born != 0 {
		p.resign(true)
	}
}

// pass notes what a process did on the way to a landing.
func (v *mover) pass(t *State, i int, l landing) {
	p := &t.proc[i]
	hops := l.notable
	if !l.told || v.record || v.through != nil {
		hops = l.way.hops()
	}
	for _, h := range hops {
		if v.through != nil && v.through(place{int(p.script), h.node}) {
			t.passed = true
		}
		if h.signal != 0 {
			v.remain(t, i, h.node, protocol.Signal(h.signal-1))
			v.unwind(t, i, h.node, protocol.Signal(h.signal-1))
			v.note(t, row{kind: Signal, proc: uint8(i), node: h.node, signal: h.signal})
			v.group(t, i, protocol.Signal(h.signal-1))
			continue
		}
		how := worked
		if !h.ok {
			how = failed
		}
		v.presume(p, v.m.node(p.script, uint16(h.node)).lacks)
		v.note(t, row{proc: uint8(i), node: h.node, how: how})
	}
}

// met tells whether a way that nobody noticed comes to where another one of the
// same choice has been: what follows is known.
func (v *mover) met(t *State, i int) bool {
	alike := v.m.renumbered(t)
	key := string(append(v.m.encode(&alike, nil), byte(i), byte(v.began), byte(v.leaked), byte(v.leaked>>8)))
	if v.been[key] {
		return true
	}
	if v.been == nil {
		v.been = map[string]bool{}
	}
	v.been[key] = true
	return false
}

// presume lets a process believe in a lock that it was not given.
func (v *mover) presume(p *proc, g guard) {
	if g.lock != none && p.belief[g.lock].mode == 0 {
		p.begin(g.lock, g.mode, 0)
		v.began = g.lock
	}
}

// unnoticed lets a process do its next operation when nobody can notice it, and
// goes on from there. It tells whether it did.
func (v *mover) unnoticed(t *State, i int, then func(*State, int)) bool {
	p := &t.proc[i]
	if v.m.opt.Unreduced || v.quick > maxQuick {
		return false
	}
	if p.pc >= atWork {
		switch p.pc {
		case atDeath:
			return v.dieUnnoticed(t, i, then)
		case atLoss:
			return v.loseUnnoticed(t, i, then)
		}
		return false
	}
	n := v.m.node(p.script, p.pc)
	if n.lingers || n.orphans {
		return false
	}
	switch n.Op {
	case protocol.Work, protocol.Open, protocol.Dup, protocol.Close, protocol.Restore, protocol.SameInode,
		protocol.Create, protocol.Sub, protocol.EndSub, protocol.End, protocol.Wait:
	case protocol.Flock:
		if !n.Mode.Has(protocol.Unlock) {
			return false
		}
	default:
		return false
	}
	can := v.m.possible(t, i)
	if can != worked && can != failed {
		return false
	}
	u := v.copyOf(t)
	defer v.drop(u)
	rows, e := len(v.rows), v.effects
	d := v.do(u, i, can)
	if d.noticed {
		v.back(rows, e)
		return false
	}
	v.quick++
	defer func() { v.quick-- }()
	if d.to == none {
		if then != nil {
			then(u, i)
		} else {
			v.emit(u)
		}
		return true
	}
	v.goOnUnnoticed(u, i, d.to, then)
	return true
}

func (v *mover) goOnUnnoticed(t *State, i int, to protocol.ID, then func(*State, int)) {
	p := &t.proc[i]
	for _, l := range v.land(p.script, to, p.resume) {
		u := v.copyOf(t)
		rows, e := len(v.rows), v.effects
		v.arrive(u, i, l, then)
		v.back(rows, e)
		v.drop(u)
	}
}

// maxQuick bounds what a process does in one go: its loops may have no end.
const maxQuick = 60

// dieUnnoticed ends a process that a signal has hit and that has nothing.
func (v *mover) dieUnnoticed(t *State, i int, then func(*State, int)) bool {
	p := &t.proc[i]
	if p.believesAny() || v.m.pids && v.m.named(t, p) || (p.born != 0 || v.m.opt.Strict) && v.m.hasFamily(t, i, p.run) {
		return false
	}
	u := v.copyOf(t)
	defer v.drop(u)
	if v.m.release(u, &u.proc[i]) {
		return false
	}
	*u = *t
	v.die(u, i)
	if then != nil {
		then(u, i)
	} else {
		v.emit(u)
	}
	return true
}

// loseUnnoticed ends frames that a signal has hit, where nobody else can tell.
func (v *mover) loseUnnoticed(t *State, i int, then func(*State, int)) bool {
	u := v.copyOf(t)
	defer v.drop(u)
	rows := len(v.rows)
	to, noticed := v.lose(u, i)
	if noticed {
		v.rows = v.rows[:rows]
		return false
	}
	v.quick++
	defer func() { v.quick-- }()
	v.goOnUnnoticed(u, i, to, then)
	return true
}

// lose ends the frames of a process that a signal has hit, and returns where the
// shell around them goes on.
func (v *mover) lose(t *State, i int) (to protocol.ID, noticed bool) {
	p := &t.proc[i]
	at, sig := protocol.ID(p.resume-1), protocol.Signal(p.due-1)
	a := act{m: v.m, s: t, self: i, p: p}
	to = a.lose(at, func(end protocol.ID, stands bool) {
		v.note(t, row{proc: uint8(i), node: end, how: worked, stands: stands})
	})
	v.unwind(t, i, v.m.scripts[p.script].catcher(at, sig), sig)
	return to, a.noticed
}

// die ends a process by a signal that nothing catches.
func (v *mover) die(t *State, i int) {
	p := &t.proc[i]
	run, born := p.run, p.born
	v.m.release(t, p)
	*p = proc{run: run}
	if born == 0 {
		v.leaked |= v.m.leak(t, run, !v.m.opt.Strict)
	}
	v.note(t, row{kind: Run, proc: uint8(i), node: none})
}

func (v *mover) kill(t *State, i int) {
	p := &t.proc[i]
	if p.pc == atDeath {
		return
	}
	run, born := p.run, p.born
	v.m.release(t, p)
	*p = proc{run: run}
	t.killed = v.m.exists
	for j := range t.proc {
		if c := &t.proc[j]; born == 0 && c.run == run {
			c.resign(false)
		}
	}
	if born == 0 {
		v.leaked |= v.m.leak(t, run, !v.m.opt.Strict)
	}
	v.note(t, row{kind: Kill, proc: uint8(i), node: none})
	v.emit(t)
}

// signal delivers a signal to a process that waits, and to its group; strict: to
// any process, alone.
func (v *mover) signal(s *State, i int) {
	p := &s.proc[i]
	if p.life != alive || p.resume != 0 || p.pc >= atWork {
		return
	}
	waits := v.m.waits(s, i)
	if !waits && !v.m.opt.Strict {
		return
	}
	sc := v.m.scripts[p.script]
	w := walk{m: v.m, sc: p.script}
	for _, sig := range sc.signals {
		if sig == protocol.INT && v.m.putsOff(s, i) {
			continue // a later one does the same
		}
		hit, ok := w.hit(landing{pc: p.pc, believes: none}, sig, resumption(p.pc, waits))
		at := protocol.ID(p.pc)
		around := ok && sc.handler(at, sig).Do == protocol.Die && hit.pc != atDeath
		if !ok || !waits && around && !sc.Shell.Has(protocol.OneProcess) {
			continue // the shell that catches it alone does so when the frame has ended, and is told of there
		}
		t := v.copyOf(s)
		v.unwind(t, i, at, sig)
		v.note(t, row{kind: Signal, proc: uint8(i), node: at, signal: uint8(sig) + 1, alone: !waits})
		if waits {
			v.group(t, i, sig)
		}
		v.pass(t, i, landing{way: hit.way.behindFirst()})
		rows, e := len(v.rows), v.effects
		t.proc[i].land(hit)
		if hit.pc >= atWork {
			v.emit(t)
		} else {
			v.goOn(t, i, protocol.ID(hit.pc))
		}
		v.back(rows, e)
		v.drop(t)
		v.rows = v.rows[:0]
	}
}

// putsOff tells whether a process stands in a wait in which its shell does nothing about INT
// yet: children for which it waits behind that are still there.
func (m *model) putsOff(s *State, i int) bool {
	p := &s.proc[i]
	sc := m.scripts[p.script]
	for n := m.node(p.script, p.pc); n.Op == protocol.Wait && n.Mode.Has(protocol.Late) && n.Next != none; {
		n = &sc.nodes[n.Next]
		if n.Op == protocol.Wait && s.hasChild(i, n) {
			return true
		}
	}
	return false
}

// group delivers a signal that has hit a run to its background children too. Who is
// not waiting meanwhile comes back from its trap to what it was about to do.
func (v *mover) group(t *State, i int, sig protocol.Signal) {
	for j := range t.proc {
		c := &t.proc[j]
		if j == i || c.run != t.proc[i].run || c.life != alive || c.resume != 0 || c.pc >= atWork {
			continue
		}
		w := walk{m: v.m, sc: c.script}
		waits := v.m.waits(t, j)
		hit, ok := w.hit(landing{pc: c.pc, believes: none}, sig, resumption(c.pc, waits))
		switch {
		case !ok:
		case hit.pc == atDeath:
			c.land(hit)
		default:
			v.unwind(t, j, protocol.ID(c.pc), sig)
			v.note(t, row{kind: Signal, proc: uint8(j), node: protocol.ID(c.pc), signal: uint8(sig) + 1, alone: !waits, along: true})
			v.pass(t, j, landing{way: hit.way.behindFirst()})
			c.land(hit)
			if hit.pc < atWork {
				l := v.land(c.script, protocol.ID(hit.pc), hit.resume)[0]
				c.land(l)
				v.pass(t, j, l)
			}
		}
	}
}

// unwind ends the redirects that a process is inside of when a signal finds it at a
// node, where the shell does so before the EXIT trap that the signal sets off.
func (v *mover) unwind(t *State, i int, at protocol.ID, sig protocol.Signal) {
	p := &t.proc[i]
	sc := v.m.scripts[p.script]
	if catcher := sc.catcher(at, sig); catcher != none && sc.handler(at, sig).Do == protocol.Die && sc.losesNothing(at, catcher) {
		at = catcher
	}
	if sc.unwindsFor(at, sig) {
		a := act{m: v.m, s: t, self: i, p: p, n: &sc.nodes[at]}
		a.unwind()
	}
}

// unwindsFor tells whether the shell takes redirects back for a signal that finds it at
// a node: before its EXIT trap.
func (s *script) unwindsFor(at protocol.ID, sig protocol.Signal) bool {
	return s.unwinds && s.setsOffExit(at, sig)
}

// setsOffExit tells whether a signal that finds the shell at a node sets off its EXIT trap.
func (s *script) setsOffExit(at protocol.ID, sig protocol.Signal) bool {
	h := s.handler(at, sig)
	return h.Do == protocol.Run && h.Armed != none && !slices.Contains(strings.Fields(s.nodes[h.Armed].Text), sig.String())
}

// waits tells whether a signal to the group finds a process in a program or waiting.
func (m *model) waits(s *State, i int) bool {
	n := m.node(s.proc[i].script, s.proc[i].pc)
	can := m.possible(s, i)
	return can == 0 || n.local && n.interruptible() || can&worked == 0 && n.Mode.Has(protocol.Timed)
}

// resumption is where a handler goes on that has found a process at a node.
func resumption(pc uint16, waits bool) uint16 {
	if waits {
		return pc + 1
	}
	return pc + 1 | resumeAt
}
