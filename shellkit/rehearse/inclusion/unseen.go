package inclusion

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// reach calls visit for the positions that a thread of p comes to through steps that
// nobody can see, p itself first. Behind a position for which visit says no, it does not
// go on.
func (c *Checker) reach(p *position, i int, visit func(*position) bool) {
	seen := map[string]bool{}
	todo := []*position{p}
	for len(todo) > 0 {
		q := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if k := q.key(); seen[k] {
			continue
		} else {
			seen[k] = true
		}
		if !visit(q) {
			continue
		}
		if len(seen) > mostUnseen {
			c.crowded = true
			return
		}
		todo = append(todo, c.signalled(q, i)...)
		todo = append(todo, c.unseen(q, i)...)
	}
}

// unseen are the positions behind the node before which a thread stands, where it can be
// passed without a step that the log would show.
func (c *Checker) unseen(p *position, i int) []*position {
	t := p.threads[i]
	if t.at == protocol.None {
		return nil
	}
	n := &c.p.Nodes[t.at]
	var out []*position
	on := func(to protocol.ID) {
		if to != protocol.None {
			out = append(out, p.moved(i, to))
		}
	}
	switch n.Op {
	case protocol.End:
		q := p.moved(i, protocol.None)
		return append(out, q)
	case protocol.Resume:
		if t.back != protocol.None {
			q := p.moved(i, t.back)
			q.threads[i].back, q.threads[i].cut = protocol.None, true
			q.threads[i].freed = t.freed || c.frees(t.back, t.at)
			out = append(out, q)
		}
		return out
	case protocol.Spawn:
		on(n.Next)
		for _, q := range out {
			q.threads = append(q.threads, thread{at: n.Body, back: protocol.None, body: n.Body})
		}
		return out
	case protocol.Flock:
		if n.Mode.Has(protocol.ByJob) && !t.lent {
			on(n.Next)
			for _, q := range out {
				q.threads = append(q.threads, thread{at: t.at, back: protocol.None, lent: true})
			}
			return out
		}
	case protocol.Wait:
		if i > 0 || c.killed || n.Mode.Has(protocol.Ends) { // children of children, and those that may have been killed, are not followed so far
			break
		}
		if p = c.waited(p, n); p == nil {
			return nil
		}
	}
	if t.cut || c.quiet(n) {
		on(n.Next)
		on(n.Else)
	}
	if n.Op == protocol.Work && n.Mode.Has(protocol.Stays) && !t.lent { // what it leaves behind works on
		for _, q := range out {
			q.threads = append(q.threads, thread{at: t.at, back: protocol.None, lent: true})
		}
	}
	return out
}

// quiet tells whether a node may be passed, with either outcome, without anything that a
// log has to show.
func (c *Checker) quiet(n *protocol.Node) bool {
	switch n.Op {
	case protocol.Flock:
		return false
	case protocol.Open:
		// An open for reading shows only where it is known that somebody changes the name.
		return c.p.Paths[n.Path].Kind == protocol.Data || !n.Mode.Has(protocol.Creat) && n.Mode&(protocol.Write|protocol.Truncate|protocol.Append) == 0
	case protocol.Test:
		// What is in a file is asked by reading it.
		return n.Text == "-s" || c.p.Paths[n.Path].Kind == protocol.Data || !c.shown(n)
	case protocol.Create, protocol.Claim, protocol.Remove, protocol.Rename:
		if n.Op == protocol.Remove && n.To != protocol.None {
			return true // what lies in a folder that goes need not be there
		}
		if c.p.Paths[n.Path].Kind == protocol.Data && (n.To == protocol.None || c.p.Paths[n.To].Kind == protocol.Data) {
			return true
		}
		return !c.shown(n)
	}
	return true
}

// shown tells whether a step about a name of a node would be in the log: looks at names
// of which it was not learnt that somebody changes them are not, and what a symbol stands
// for may be nothing at all.
func (c *Checker) shown(n *protocol.Node) bool {
	at := &c.names[n.Path]
	switch n.Op {
	case protocol.Test:
		return at.fixed() && slices.ContainsFunc(c.looked, at.fits)
	case protocol.Remove, protocol.Rename:
		return at.fixed() && slices.ContainsFunc(c.named, at.fits)
	}
	return true
}

// waited is the position once the children for which a node waits have ended; nil where
// one has a step to make before.
func (c *Checker) waited(p *position, n *protocol.Node) *position {
	q := p.clone()
	for k := 1; k < len(q.threads); k++ {
		if n.Body != protocol.None && q.threads[k].body != c.p.Nodes[n.Body].Body {
			continue
		}
		if !c.canEnd(q.threads[k].at) {
			return nil
		}
		q.threads[k].at = protocol.None
	}
	return q
}

// canEnd tells whether a thread before a node can end without a visible step.
func (c *Checker) canEnd(from protocol.ID) bool {
	if from == protocol.None {
		return true
	}
	if known, ok := c.ends[from]; ok {
		return known
	}
	seen := map[protocol.ID]bool{}
	todo := []protocol.ID{from}
	ends := false
	for len(todo) > 0 && !ends {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == protocol.None || seen[id] {
			continue
		}
		seen[id] = true
		n := &c.p.Nodes[id]
		ends = n.Op == protocol.End
		if c.quiet(n) {
			todo = append(todo, n.Next, n.Else)
		}
	}
	c.ends[from] = ends
	return ends
}
