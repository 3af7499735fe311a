package protocol

import "slices"

// Instead lists the acquisitions of other locks that a process comes to only where it
// did not get the lock of one: who gets such a lock has it in place of that. Several
// locks of which one is enough are slots.
func Instead(p *Protocol, f *Facts, id ID) []ID { return InsteadWhere(p, f, id, id) }

// InsteadWhere lists the acquisitions of other locks than that of an acquisition to which
// a process comes only over the Else of a node: where that asks whether the locking program
// is there, every run hears the same, and all of them have such a lock in place of it.
func InsteadWhere(p *Protocol, f *Facts, id, acquisition ID) []ID {
	e := early{p, f}
	n := &p.Nodes[id]
	if n.Else == None || n.Else == n.Next || f.At(acquisition) == nil {
		return nil
	}
	var with, out []ID // what is asked for behind it
	e.walk(n.Next, func(at ID) bool {
		if p.Acquires(at) && at != id {
			with = append(with, at)
		}
		return at != id
	})
	e.walk(n.Else, func(at ID) bool {
		if at == id {
			return false
		}
		if p.Acquires(at) && f.At(at) != nil && !e.sameLock(at, acquisition) && !e.meets([]ID{at}, with) {
			out = append(out, at)
		}
		return true
	})
	slices.Sort(out)
	return out
}
