package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// begin lets a process believe that it has a lock.
func (p *proc) begin(lock int, mode, file uint8) {
	p.belief[lock] = belief{mode: mode, file: file}
}

// end ends a belief and tells whether there was one.
func (p *proc) end(lock int) bool {
	had := p.belief[lock].mode != 0
	p.belief[lock] = belief{}
	return had
}

// letGo ends the beliefs whose open file description the process has no
// descriptor of any more: it closed the last one on purpose.
func (p *proc) letGo(file int) (had bool) {
	if file == 0 || p.holds(uint8(file)) {
		return false
	}
	for l := range p.belief {
		if b := &p.belief[l]; b.mode != 0 && int(b.file) == file {
			*b = belief{}
			had = true
		}
	}
	return had
}

// lost leaves the process its belief although the lock went away unseen.
func (p *proc) lost(file int) {
	if file == 0 || p.holds(uint8(file)) {
		return
	}
	for l := range p.belief {
		if b := &p.belief[l]; b.mode != 0 && int(b.file) == file {
			b.file = 0
		}
	}
}

// isPast ends what the process thinks of some locks that it has lost, and tells whether it
// thought so of any.
func (p *proc) isPast(locks lockSet) (had bool) {
	for l := range p.belief {
		if b := &p.belief[l]; locks.has(l) && b.mode != 0 && b.file == 0 {
			*b = belief{}
			had = true
		}
	}
	return had
}

// believesAny tells whether the process believes to hold anything.
func (p *proc) believesAny() bool {
	for l := range p.belief {
		if p.belief[l].mode != 0 {
			return true
		}
	}
	return false
}

// inside tells whether the process is within its belief span of a lock.
func (m *model) inside(p *proc, lock int) bool {
	b := p.belief[lock]
	if p.life != alive || b.mode == 0 || b.over || b.open {
		return false
	}
	// While it waits for a conversion whose result makes it read again, it
	// relies on nothing.
	if b.file == asking {
		return false
	}
	return true
}

// asking stands for the file of a belief whose lock is being converted.
const asking = 0xff

// clash returns two processes that are inside of the lock at once, unless both
// share it, or false.
func (m *model) clash(s *State, lock int) (a, b int, ok bool) {
	for i := range s.proc {
		p := &s.proc[i]
		if !m.inside(p, lock) {
			continue
		}
		for j := i + 1; j < maxProcs; j++ {
			q := &s.proc[j]
			if !m.inside(q, lock) || m.locks[lock].own && p.run != q.run {
				continue
			}
			x, y := p.belief[lock], q.belief[lock]
			switch {
			case x.mode == shared && y.mode == shared:
				continue
			case x.forRun() || y.forRun():
				if p.run == q.run {
					continue
				}
			case x.file != 0 && x.file == y.file:
				continue
			}
			return i, j, true
		}
	}
	return 0, 0, false
}

// presumes returns the lock that a run believes in when it has passed a node that
// did not give it one.
func (n *node) presumes() guard {
	if n.Op == protocol.Work {
		return n.lacks
	}
	return guard{lock: n.about(), mode: n.mode()}
}

// mode returns what a flock node asks for.
func (n *node) mode() uint8 {
	if n.Mode.Has(protocol.Shared) {
		return shared
	}
	return exclusive
}

// disregarded tells whether the script works on whether the acquisition succeeded or not.
func (n *node) disregarded() bool { return n.unasked || n.ignored() && !n.last }

// ignored tells whether nobody looks at whether the node succeeded.
func (n *node) ignored() bool { return n.Else == none || n.Else == n.Next }
