package rules

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// nested lists the acquisitions that may have to wait while another lock is held.
func (s *Script) nested() []nested {
	var out []nested
	for i := range s.Nodes {
		id := protocol.ID(i)
		in := s.Facts.At(id)
		if in == nil || !s.mayWait(id) {
			continue
		}
		for _, path := range s.locks(id) {
			for _, h := range in.Holds {
				if h.Path == protocol.None || h.Path == path || s.lockKey(h.Path) == s.lockKey(path) || s.Paths[path].Private || s.Paths[h.Path].Private {
					continue
				}
				n := nested{file: s.File, node: id, outer: s.taken(h.By, h.Path), lock: s.taken(id, path), under: map[string]bool{}}
				if _, _, n.exchanged = protocol.Exchange(&s.Paths[path], &s.Paths[h.Path]); n.exchanged && s.Paths[path].Compared {
					continue // it brings them into an order
				}
				for _, o := range in.Holds {
					if o.Path != protocol.None && o.Path != h.Path && s.heldBefore(o, h.By) {
						n.under[s.lockKey(o.Path)] = true
					}
				}
				out = append(out, n)
			}
		}
	}
	return out
}

// mayWait tells whether the acquisition waits for as long as it takes.
func (s *Script) mayWait(id protocol.ID) bool {
	switch n := &s.Nodes[id]; n.Op {
	case protocol.Flock:
		return !n.Mode.Has(protocol.Unlock) && !n.Mode.Has(protocol.Nonblock) && !n.Mode.Has(protocol.Timed)
	case protocol.Claim:
		return n.Mode.Has(protocol.Waits)
	}
	return false
}

func (s *Script) heldBefore(h protocol.Hold, id protocol.ID) bool { return s.holds(id, h.By) != nil }

// lockKey names a path across scripts. A value that the script does not fix is
// its own in every script.
func (s *Script) lockKey(path int) string {
	p := &s.Paths[path]
	if p.Opaque || p.Self {
		return fmt.Sprint(s.File, "\x00", s.Entry, "\x00", p.Text)
	}
	return p.Text
}
