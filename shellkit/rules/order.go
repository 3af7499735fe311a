package rules

import (
	"github.com/lockkit/lockkit/shellkit/protocol"
)

// after is one acquisition that may have to wait while another lock is held.
type after struct {
	s            *Script
	by, then     protocol.ID // who holds; who waits
	first, other string      // the locks, by a name that scripts share
	outer        map[string]bool
}

// waitsWhileHolding lists the nested acquisitions of a script.
func (s *Script) waitsWhileHolding() []after {
	var out []after
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
				a := after{s, h.By, id, s.lockKey(h.Path), s.lockKey(path), map[string]bool{}}
				for _, o := range in.Holds {
					if o.Path != protocol.None && o.Path != h.Path && s.heldBefore(o, h.By) {
						a.outer[s.lockKey(o.Path)] = true
					}
				}
				out = append(out, a)
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
		return s.File + "\x00" + p.Text
	}
	return p.Text
}
