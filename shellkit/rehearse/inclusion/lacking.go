package inclusion

import "github.com/lockkit/lockkit/shellkit/protocol"

// without calls add for the positions in which a thread of p, or a child that it starts
// before, has come to a step that a tool does which is not here: what its shell makes of
// that is not in the protocol. Whoever has only asked for the tool goes on as before.
func (c *Checker) without(p *position, tool string, add func(*position)) {
	for i := range p.threads {
		c.withoutFrom(p, i, tool, add)
	}
}

func (c *Checker) withoutFrom(p *position, i int, tool string, add func(*position)) {
	c.reach(p, i, func(q *position) bool {
		for k := len(p.threads); k < len(q.threads); k++ {
			c.withoutFrom(q, k, tool, add)
		}
		if c.doneBy(q.threads[i].at, tool) {
			add(q.astray(tool + " is not here"))
			return false
		}
		return true
	})
}

// doneBy tells whether a tool does the step of a node.
func (c *Checker) doneBy(at protocol.ID, tool string) bool {
	if at == protocol.None {
		return false
	}
	n := &c.p.Nodes[at]
	switch n.Op {
	case protocol.Work, protocol.Choose:
		return false // it fails, and the protocol has that
	case protocol.Flock:
		return tool == "flock"
	}
	return programOf(n.Text) == tool
}
