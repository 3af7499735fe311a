package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Background children of one run that stand at the same place with the same descriptors
// are twins: which of them does what comes next makes no difference. A run that starts
// children in a loop has any number of them, and a state has room for few.

// enough is how many twins are kept that have yet to do something to a lock: with two
// of them one meets the other, and as long as the run starts more, more come.
const enough = 2

// findPassive finds the places from which a process only works and ends, and those from
// which it may come to wait for a child. What a process keeps while it only works is kept
// by its twin as well, and gone with the last of them: one stands for any number.
func (s *script) findPassive() {
	busy := s.leading(func(c *node) bool {
		works := c.local || c.Op == protocol.Leave || c.Op == protocol.End || c.Op == protocol.Work && !c.Mode.Has(protocol.Stays)
		return !works || c.orphans || c.lacks.lock != none || c.Op == protocol.Opaque
	})
	awaits := s.leading(func(c *node) bool { return c.Op == protocol.Wait || c.Op == protocol.Alive && c.Body != none })
	for i := range s.nodes {
		s.nodes[i].passive, s.nodes[i].awaits = !busy[i], awaits[i]
	}
}

// leading tells, by node, whether a process may come from it to one of those that are
// asked for, be it by a signal. All are found at once, from those backwards.
func (s *script) leading(to func(*node) bool) []bool {
	before := s.backwards()
	leads := make([]bool, len(s.nodes))
	var todo []protocol.ID
	for i := range s.nodes {
		n := &s.nodes[i]
		if to(n) {
			leads[i] = true
			todo = append(todo, n.id)
		}
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, from := range before[id] {
			if !leads[from] {
				leads[from] = true
				todo = append(todo, from)
			}
		}
	}
	return leads
}

// thin takes out the twins that add nothing. Of those that have not done anything yet,
// or do nothing any more, somebody may be waiting for one.
func (m *model) thin(s *State) {
	runs := len(m.crew)
	for i := runs; i < maxProcs; i++ {
		if s.proc[i].life != alive {
			continue
		}
		kept := enough
		switch p := &s.proc[i]; {
		case p.hasNothing() && m.onlyEnds(p) && p.pc != atWork && (p.pc == atDeath || !m.awaits(s, p.run)):
			kept = 0
		case p.hasNothing() || m.onlyEnds(p):
			kept = 1
		}
		for j := runs; j < i; j++ {
			if m.twins(s, &s.proc[j], &s.proc[i]) {
				kept--
			}
		}
		if kept <= 0 {
			m.release(s, &s.proc[i])
			s.proc[i] = proc{}
		}
	}
}

// onlyEnds tells whether a child does nothing more but work and end. One that thinks
// that it is alone with a lock is in its twin's way meanwhile.
func (m *model) onlyEnds(p *proc) bool {
	alone := func(b belief) bool { return b.mode != 0 && !b.forRun() }
	switch {
	case p.depth != 0 || p.due != 0 || p.resume != 0 || slices.ContainsFunc(p.belief[:], alone):
		return false
	case p.pc >= atWork:
		return p.pc == atDeath || p.pc == atWork
	}
	return m.node(p.script, p.pc).passive
}

// awaits tells whether a process of a run may yet wait for a child.
func (m *model) awaits(s *State, run uint8) bool {
	return slices.ContainsFunc(s.proc[:], func(p proc) bool {
		return p.run == run && p.life == alive && p.pc < atWork && (p.resume != 0 || m.node(p.script, p.pc).awaits)
	})
}

// hasNothing tells whether a process has no descriptor and thinks that it has no lock.
func (p *proc) hasNothing() bool { return p.fd == [maxSlots]entry{} && !p.believesAny() }

// twins tells whether two children differ in nothing but in which of them has opened
// which of their own open file descriptions.
func (m *model) twins(s *State, a, b *proc) bool {
	if a.life != b.life || a.script != b.script || a.run != b.run || a.depth != b.depth || m.stand(a) != m.stand(b) ||
		a.due != b.due || a.born != b.born {
		return false
	}
	for i := range a.fd {
		x, y := a.fd[i], b.fd[i]
		if x != y && (x&^entryFile != y&^entryFile || !s.likewise(a, b, x.file(), y.file())) {
			return false
		}
	}
	for l := range a.belief {
		x, y := a.belief[l], b.belief[l]
		x.file, y.file = 0, 0
		if x != y || a.belief[l].file != b.belief[l].file && !s.likewise(a, b, int(a.belief[l].file), int(b.belief[l].file)) {
			return false
		}
	}
	return true
}

// likewise tells whether two open file descriptions are alike, and each is the one
// child's alone.
func (s *State) likewise(a, b *proc, x, y int) bool {
	if x == 0 || y == 0 || x > maxFiles || y > maxFiles {
		return false
	}
	return s.file[x] == s.file[y] && a.owns(s, x) && b.owns(s, y) && slices.Equal(a.slots(x), b.slots(y))
}

// owns tells whether nobody else has a descriptor of an open file description.
func (p *proc) owns(s *State, file int) bool { return len(p.slots(file)) == int(s.file[file].refs) }

// slots lists the descriptors that lead to an open file description.
func (p *proc) slots(file int) (out []int) {
	for i, e := range p.fd {
		if e.file() == file {
			out = append(out, i)
		}
	}
	return out
}
