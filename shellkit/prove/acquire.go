package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// What can be said of an acquisition from what stands around it: the lock that it is
// about, whether it is for nothing, and whether it is looked at once more.

func (s *script) judgeFlock(id protocol.ID, n *node) {
	if s.facts == nil {
		s.facts = protocol.Flow(s.Protocol)
	}
	if in := s.facts.At(id); in != nil {
		for _, open := range in.Opens(n.FD) {
			if open >= 0 && n.believes == none {
				n.believes = s.nodes[open].lock
			}
		}
	}
	for i := range s.nodes {
		other := &s.nodes[i]
		if (other.Op == protocol.Open || other.Op == protocol.Dup) && other.FD == n.FD {
			n.opened = true
			if other.lock != none && n.believes == none {
				n.believes = other.lock
			}
		}
	}
	n.rereads = s.readsFirst(n.Next)
}

// firstDone lists what a process does first from a node, where questions to itself and
// commands that do nothing do not count.
func (s *script) firstDone(from protocol.ID) []protocol.ID {
	var out []protocol.ID
	s.walk(from, func(n *node) bool {
		switch n.Op {
		case protocol.Choose, protocol.Sub, protocol.EndSub:
			return true
		case protocol.Work:
			if n.Mode.Has(protocol.Quiet) && (n.Text == ":" || n.Text == "true" || n.Text == "read" || n.Text == "") {
				return true
			}
		}
		out = append(out, n.id)
		return false
	})
	slices.Sort(out)
	return out
}

// freesIdle tells whether nothing but quiet commands runs from an acquisition to the
// point where its descriptor is unlocked or closed, or the process ends.
func (s *script) freesIdle(locked *node) bool {
	idle := true
	s.walk(locked.Next, func(n *node) bool {
		switch n.Op {
		case protocol.Work:
			idle = idle && n.Mode.Has(protocol.Quiet)
		case protocol.Choose, protocol.Sub, protocol.EndSub, protocol.SameInode, protocol.Test, protocol.Load:
		case protocol.Close, protocol.Restore:
			return n.fd != locked.fd
		case protocol.Leave, protocol.End:
			return false
		case protocol.Flock:
			idle = idle && n.fd == locked.fd && n.Mode.Has(protocol.Unlock)
			return false
		default:
			idle = false
		}
		return idle
	})
	return idle
}

// verifies tells whether on every way from an acquisition a check of the lock
// comes before any work.
func (s *script) verifies(n *node, check func(*node) bool) bool {
	found, always := false, true
	s.walk(n.Next, func(v *node) bool {
		switch {
		case check(v):
			found = true
			return false
		case v.Op == protocol.Work && !v.Mode.Has(protocol.Quiet),
			v.Op == protocol.Opaque, v.Op == protocol.Spawn, v.Op == protocol.End, v.Op == protocol.Remove, v.Op == protocol.Rename:
			always = false
		}
		return always
	})
	return found && always
}

// sameOpen tells whether a descriptor comes at its node from where another one comes
// at another node.
func (s *script) sameOpen(a protocol.ID, fdA int, b protocol.ID, fdB int) bool {
	at, then := s.facts.At(a), s.facts.At(b)
	if at == nil || then == nil {
		return false
	}
	from, opens := at.Opens(fdA), then.Opens(fdB)
	return len(from) > 0 && !slices.ContainsFunc(from, func(o protocol.ID) bool { return o < 0 || !slices.Contains(opens, o) })
}
