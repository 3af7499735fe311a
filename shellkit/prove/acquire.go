package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// What can be said of an acquisition from what stands around it: the lock that it is
// about, whether it is for nothing, and whether it is looked at once more.

func (s *script) judgeFlock(id protocol.ID, n *node) {
	if in := s.known().At(id); in != nil {
		for _, open := range in.Opens(n.FD) {
			if open >= 0 && n.believes == none {
				n.believes = s.nodes[open].lock
			}
		}
	}
	for i := range s.nodes {
		other := &s.nodes[i]
		if (other.Op == protocol.Open || other.Op == protocol.Dup && !other.ontoItself()) && other.FD == n.FD {
			n.opened = true
			if other.lock != none && n.believes == none {
				n.believes = other.lock
			}
		}
	}
	n.rereads = s.readsFirst(n.Next) || s.repeatsWork(n)
}

// repeatsWork tells whether what runs first behind a conversion is what ran under the
// shared lock before: it reads again.
func (s *script) repeatsWork(n *node) bool {
	before := map[string]bool{}
	for i := range s.nodes {
		sh := &s.nodes[i]
		if sh.Op != protocol.Flock || sh.FD != n.FD || !sh.Mode.Has(protocol.Shared) {
			continue
		}
		s.walk(sh.Next, func(v *node) bool {
			if v.Op == protocol.Work {
				before[v.Text] = true
			}
			return v != n
		})
	}
	return slices.ContainsFunc(s.firstWork(n.Next, anyNode), func(id protocol.ID) bool { return before[s.nodes[id].Text] })
}

// doneWith tells whether work is done under every lock of another file that the
// descriptor of an Open may carry, before it is opened anew.
func (s *script) doneWith(n *node) (done bool) {
	for i := range s.nodes {
		f := &s.nodes[i]
		if f.Op != protocol.Flock || f.fd != n.fd || f.Mode.Has(protocol.Unlock) || !s.comes(f.Next, n, anyNode) {
			continue
		}
		if s.believed(f) == n.lock || s.comes(f.Next, n, func(v *node) bool { return v.Op != protocol.Work || v.Mode.Has(protocol.Quiet) }) {
			return false
		}
		done = true
	}
	return done
}

// believed is the lock that a flock is meant for, or none.
func (s *script) believed(n *node) int {
	if s.facts == nil {
		s.facts = protocol.Flow(s.Protocol)
	}
	if in := s.facts.At(n.id); in != nil {
		for _, open := range in.Opens(n.FD) {
			if open >= 0 {
				return s.nodes[open].lock
			}
		}
	}
	return none
}

// comes tells whether a process comes from a node to another one, as long as on
// allows to go on.
func (s *script) comes(from protocol.ID, to *node, on func(*node) bool) (found bool) {
	s.walk(from, func(v *node) bool {
		found = found || v == to
		return !found && on(v)
	})
	return found
}

// judgeMisuse looks at a command that is meant to take a lock and never does.
func (s *script) judgeMisuse(id protocol.ID, n *node) {
	path := s.Misses(id, s.known())
	if path == protocol.None || s.byPath[path] == none {
		return
	}
	n.misses, n.local, n.believes = true, false, s.byPath[path]
	if n.anyway = len(protocol.WorkFrom(s.Protocol, s.known(), n.Next)) > 0; n.Text == protocol.MisuseFDAsFile {
		n.anyway = true // its command runs, under the lock of a file that nobody meant
	}
}

// known is what a walk over all paths of the script knows.
func (s *script) known() *protocol.Facts {
	if s.facts == nil {
		s.facts = protocol.Flow(s.Protocol)
	}
	return s.facts
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
			found, always = true, always && !s.goesOnAnyway(v)
			return false
		case v.works(), v.Op == protocol.Opaque, v.Op == protocol.Spawn, v.Op == protocol.Remove, v.Op == protocol.Rename:
			always = false
		}
		return always
	})
	return found && always
}

// goesOnAnyway tells whether who fails a check comes to the work that follows it, or alone
// comes to any.
func (s *script) goesOnAnyway(check *node) bool {
	if check.Else == none {
		return true
	}
	with := s.firstWork(check.Next, anyNode)
	without := s.firstWork(check.Else, func(v *node) bool { return s.takes(v.id) == none })
	return len(without) > 0 && (len(with) == 0 || s.anyOf(with, without))
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
