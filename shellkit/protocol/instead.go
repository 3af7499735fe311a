package protocol

import "slices"

// Instead lists the acquisitions of other locks that a process comes to only where it
// did not get the lock of one: who gets such a lock has it in place of that. Several
// locks of which one is enough are slots.
func Instead(p *Protocol, f *Facts, id ID) []ID {
	e := early{p, f}
	n := &p.Nodes[id]
	if n.Else == None || n.Else == n.Next || f.At(id) == nil {
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
		if p.Acquires(at) && f.At(at) != nil && !e.sameLock(at, id) && !e.meets([]ID{at}, with) {
			out = append(out, at)
		}
		return true
	})
	slices.Sort(out)
	return out
}
