package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// leak returns the locks that the ended run has left to its children: their
// open file descriptions are locked, and only processes that do not believe to
// have them keep them open.
//
// After kill -9, and after a signal that nothing catches, what is about to end by itself
// is waited for: only who goes on for ever keeps anything then.
func (m *model) leak(s *State, run uint8, forEver bool) (left lockSet) {
	for f := 1; f <= maxFiles; f++ {
		if s.file[f].mode == 0 {
			continue
		}
		child, owned := false, false
		for i := range s.proc {
			p := &s.proc[i]
			if p.life == gone || !p.holds(uint8(f)) || p.pc == atDeath && p.born != 0 { // who dies keeps nothing
				continue
			}
			child = child || p.run == run && (!forEver || m.goesOn(p))
			owned = owned || p.born == 0 || p.beliefOn(f) != 0
		}
		if lock := int(s.file[f].lock) - 1; child && !owned && lock != none {
			left |= 1 << lock
		}
	}
	return left
}

// goesOn tells whether a process stands at work that never ends by itself.
func (m *model) goesOn(p *proc) bool {
	return p.life == alive && p.pc < atWork && m.node(p.script, p.pc).endless
}

// stuck returns the locks that somebody waits for although everybody who could
// release them waits too.
func (m *model) stuck(s *State) (locks lockSet) {
	var waits [maxProcs]bool
	any := false
	for i := range s.proc {
		waits[i] = m.standsWaiting(s, i)
		any = any || waits[i]
	}
	for changed := any; changed; {
		changed = false
		for i := range waits {
			if waits[i] && !m.blocked(s, i, &waits) {
				waits[i], changed = false, true
			}
		}
	}
	for i := range waits {
		if p := &s.proc[i]; waits[i] {
			n := m.node(p.script, p.pc)
			lock := n.lock
			if lock == none && n.fd != none {
				lock = int(s.file[p.fd[n.fd].file()].lock) - 1
			}
			if lock != none {
				locks |= 1 << lock
			}
		}
	}
	return locks
}

// standsWaiting tells whether a process is before what it cannot have now: it sleeps until
// then, or asks again and again and does nothing else.
func (m *model) standsWaiting(s *State, i int) bool {
	p := &s.proc[i]
	if p.life != alive || p.pc >= atWork {
		return false
	}
	n := m.node(p.script, p.pc)
	return n.canWait() && m.possible(s, i) == 0 || n.polls && m.possible(s, i)&worked == 0
}

func (n *node) canWait() bool {
	return n.Op == protocol.Flock || n.Op == protocol.Wait && !n.Mode.Has(protocol.Ends) || n.Op == protocol.Claim && n.Mode.Has(protocol.Waits)
}

// blocked tells whether what a process waits for is kept only by processes that wait.
func (m *model) blocked(s *State, i int, waits *[maxProcs]bool) bool {
	p := &s.proc[i]
	n := m.node(p.script, p.pc)
	all := func(has func(j int, q *proc) bool) (only bool) {
		for j := range s.proc {
			if q := &s.proc[j]; q.life != gone && has(j, q) {
				if !waits[j] {
					return false
				}
				only = true
			}
		}
		return only
	}
	switch n.Op {
	case protocol.Wait:
		for j := range s.proc {
			c := &s.proc[j]
			if waits[j] && c.born != 0 && c.run == p.run && (n.Body == none || int(c.born) == int(n.Body)+1) {
				return true
			}
		}
		return false
	case protocol.Claim:
		return all(func(_ int, q *proc) bool { return q.belief[n.lock].mode != 0 })
	}
	file := p.fd[n.fd].file()
	if n.Mode.Has(protocol.Fcntl) {
		inode := s.file[file].inode
		return all(func(j int, q *proc) bool {
			for _, e := range q.fd {
				if j != i && e&entryLocks != 0 && s.file[e.file()].inode == inode {
					return true
				}
			}
			return false
		})
	}
	for f := 1; f <= maxFiles; f++ {
		g := s.file[f]
		if f == file || g.inode != s.file[file].inode || g.mode == 0 || n.mode() == shared && g.mode == shared {
			continue
		}
		if all(func(_ int, q *proc) bool { return q.holds(uint8(f)) }) {
			return true
		}
	}
	return false
}

// lockSet is a set of locks.
type lockSet uint32

func (l lockSet) has(i int) bool { return l&(1<<i) != 0 }

// leftBehind is the world that a state leaves behind when nobody lives any more, and a newcomer
// that is about to begin in it.
func (m *model) leftBehind(s *State, script uint8) State {
	t := State{name: s.name, text: s.text, used: s.used}
	for i := range m.locks {
		if l := &m.locks[i]; l.private {
			for run := range m.crew {
				t.setName(m.nameOf(i, run), 0)
			}
		}
	}
	for i := range t.text {
		if t.text[i] != empty && t.text[i] != text {
			t.text[i] = deadPid
		}
	}
	t.proc[0] = proc{life: before, script: script}
	return t
}

// getsIn returns the locks that a newcomer which runs script, or one that begins when that
// has gone, can come to believe in, alone in the world that s leaves behind.
//
// Where enough is known to be reached it looks no further; 0: all.
func (m *model) getsIn(s *State, sc uint8, enough lockSet) lockSet {
	t := m.leftBehind(s, sc)
	key := string(m.encode(&t, nil)) + string(rune(sc))
	if found, ok := m.newcomers[key]; ok {
		return found
	}
	var in lockSet
	seen := newSet()
	seen.add(m.encode(&t, nil), nil)
	works := func(at place) bool { return m.scripts[at.script].nodes[at.node].works() } // it does without the lock
	v := &mover{m: m, calm: true, through: works}
	for i := 0; i < len(seen.at) && i < maxNewcomer && !m.opt.meter.out() && (enough == 0 || in&enough != enough); i++ {
		u := m.decode(seen.get(i))
		v.yield = func(_ Choice, n *State, e effects, _ []row) {
			if e.began != none {
				in |= 1 << e.began
			}
			for j := range n.proc {
				if n.proc[j].life == alive && n.proc[j].pc == atUnknown {
					in = ^lockSet(0) // nobody knows what it would do
				}
			}
			if n.quiet() && !n.passed {
				next := m.leftBehind(n, sc) // who did not get in may have removed what was in the way
				n = &next
			}
			c, _ := m.canonical(n)
			seen.add(m.encode(&c, nil), m.stands(&c, nil))
		}
		for j := range u.proc {
			if u.proc[j].life == before || u.proc[j].life == alive {
				v.one(&u, Run, j)
			}
		}
	}
	if len(seen.at) > maxNewcomer || m.opt.meter.out() {
		m.lostNewcomer, in = true, ^lockSet(0)
	}
	m.newcomers[key] = in
	return in
}

// maxNewcomer bounds the walk of a newcomer. Who has farther to go is taken to get in,
// and then the answer is unknown.
const maxNewcomer = 20_000

// stale returns the locks that a newcomer which runs script cannot get any more once
// everybody has gone.
func (m *model) stale(s *State, script uint8) lockSet {
	all, known := m.free[script]
	if !known {
		start := m.world()
		all = m.getsIn(&start, script, m.wantedBy(script))
		if m.free == nil {
			m.free = map[uint8]lockSet{}
		}
		m.free[script] = all
	}
	if all == 0 {
		return 0
	}
	return all &^ m.getsIn(s, script, all)
}
