package inclusion

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// counted are the signals that a protocol speaks of.
var counted = map[string]protocol.Signal{"HUP": protocol.HUP, "INT": protocol.INT, "TERM": protocol.TERM}

// sent gives a signal to all threads.
func (p *position) sent(s protocol.Signal) *position {
	q := p.clone()
	for i := range q.threads {
		q.threads[i].signals |= 1 << s
	}
	q.sentAll |= 1 << s
	return q
}

// signalled are the positions in which a thread answers a signal: its shell may do so
// later, behind the command at hand, so that it is one way among others.
func (c *Checker) signalled(p *position, i int) []*position {
	t := p.threads[i]
	if t.signals == 0 || t.at == protocol.None || t.lent {
		return nil
	}
	var out []*position
	for s := range protocol.NumSignals {
		if t.signals&(1<<s) == 0 {
			continue
		}
		answer := func(h protocol.Handler, back protocol.ID) {
			q := p.clone()
			q.threads[i].signals &^= 1 << s
			switch h.Do {
			case protocol.Die:
				q.threads[i] = thread{at: protocol.None, back: protocol.None}
			case protocol.Run:
				q.threads[i].at, q.threads[i].back, q.threads[i].cut = h.Entry, back, false
			}
			out = append(out, q)
		}
		answer(c.p.Handlers[c.p.Nodes[t.at].Handlers].Signal[s], t.at)
		// Where it ends a child that the shell waits for, the shell itself answers it.
		for sub := c.facts.Frame(t.at); sub != protocol.None; sub = c.facts.Frame(sub) {
			for _, end := range c.endsOf[sub] {
				answer(c.p.Handlers[c.p.Nodes[sub].Handlers].Signal[s], end)
			}
		}
	}
	return out
}

// endsWithout tells whether a signal may have ended the script itself, and not the child
// that it waits for, which may have a trap for it: zsh ends by itself then, as if it were
// told to exit.
func (c *Checker) endsWithout(p *position) bool {
	t := p.threads[0]
	if t.at == protocol.None {
		return false
	}
	for sub := c.facts.Frame(t.at); sub != protocol.None; sub = c.facts.Frame(sub) {
		for s := range protocol.NumSignals {
			if p.sentAll&(1<<s) != 0 && c.p.Handlers[c.p.Nodes[sub].Handlers].Signal[s].Do == protocol.Die {
				return true
			}
		}
	}
	return false
}

// frees tells whether a handler that goes back to a node at its end holds less there than
// was held before.
func (c *Checker) frees(back, end protocol.ID) bool {
	before, after := c.facts.At(back), c.facts.At(end)
	if before == nil || after == nil {
		return false
	}
	return slices.ContainsFunc(before.Holds, func(h protocol.Hold) bool {
		return !slices.ContainsFunc(after.Holds, func(o protocol.Hold) bool { return o.By == h.By && o.Open == h.Open && o.Sure == h.Sure })
	})
}
