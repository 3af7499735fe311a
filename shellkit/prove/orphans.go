package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// kill of a job that is a shell ends the shell, and not the program that this waits for: it
// works on. One that runs in the place of its shell is the job itself.

// findOrphans finds the programs of children that such a signal leaves behind.
func (s *script) findOrphans() {
	ended, every := map[protocol.ID]bool{}, false
	for i := range s.nodes {
		if n := &s.nodes[i]; n.Op == protocol.Wait && n.Mode.Has(protocol.Ends) && !n.Mode.Has(protocol.Program) {
			ended[n.Body], every = true, every || n.Body == none
		}
	}
	if len(ended) == 0 {
		return
	}
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.Op != protocol.Spawn || !every && !ended[n.id] {
			continue
		}
		s.walk(n.Body, func(c *node) bool {
			if c.leavesOrphan() && !s.anyFrom(c.Next, func(again *node) bool { return again == c }) {
				c.orphans, c.local = true, false
			}
			return true
		})
	}
}

// leavesOrphan tells of a program that its shell waits for. What a loop runs again and again
// is over soon.
func (n *node) leavesOrphan() bool {
	const besides = protocol.InPlace | protocol.Exec | protocol.Endless | protocol.Several
	return n.works() && n.Mode&(protocol.Program|protocol.Runs) != 0 && n.Mode&besides == 0 && n.Text != "sleep"
}

// orphan is the program that a child is waiting for when a signal ends it, where it works for
// a lock that the process which sends the signal has: a name, which is given up although the
// program works on. It is nobody otherwise.
func (a *act) orphan(c *proc) proc {
	left := proc{run: c.run}
	if a.n.Mode.Has(protocol.Program) || c.life != alive || c.pc >= atWork || !a.m.node(c.script, c.pc).orphans {
		return left
	}
	for l := range a.m.locks {
		if b := a.p.belief[l]; b.mode != 0 && b.file == 0 && a.m.locks[l].kind == protocol.Exists {
			left.worksFor(l, exclusive)
		}
	}
	if left.believesAny() {
		left.life, left.script, left.born, left.pc = alive, c.script, c.pc+1, atWork
	}
	return left
}
