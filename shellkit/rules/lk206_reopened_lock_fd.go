package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var reopenedLockFD = &Rule{
	Rule: diag.Rule{
		Code: "LK206", Slug: "reopened-lock-fd", Level: diag.Error,
		Title: "the lock is dropped because its descriptor is used again",
	},
	Breaks: []Property{Exclusion},
	Find:   findReopenedLockFD,
}

func findReopenedLockFD(s *Script) []diag.Finding {
	out := findDroppedInPlace(s)
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Open && n.Op != protocol.Close && n.Op != protocol.Dup || n.Mode.Has(protocol.Save) {
			continue
		}
		by, ok := s.dropped(id)
		if !ok || !s.workedSince(by, id) || !s.stillBelieved(id, by) {
			continue
		}
		f := s.atWord(id, "the lock of %s is dropped here, unseen: descriptor %d, which carries it, gets another meaning", s.name(s.holds(id, by).Path), n.FD)
		if n.Op == protocol.Close {
			f.Message = "the lock of " + s.name(s.holds(id, by).Path) + " is gone before the script gives it up: its descriptor is closed here"
		}
		s.note(&f, by, "locked here")
		f.NoFix = "another descriptor for the other purpose, or one place that opens it"
		out = append(out, f)
	}
	for _, e := range s.early() {
		if s.Nodes[e.By].Op == protocol.Flock && !s.goesWithScope(e) {
			out = append(out, s.unlockedFrom(e))
		}
	}
	return out
}

// dropped returns the acquisition whose lock surely ends with the node. Where only a
// copy of the descriptor that was locked is left, the script has closed that one.
func (s *Script) dropped(id protocol.ID) (protocol.ID, bool) {
	n, in := &s.Nodes[id], s.Facts.At(id)
	if in == nil {
		return protocol.None, false
	}
	for _, h := range in.Holds {
		locked := s.Nodes[h.By].FD
		if locked != n.FD && !slices.Contains(in.Opens(locked), h.Open) {
			continue
		}
		if h.Open != protocol.None && !s.lone(h.Path) && h.Path != protocol.None && slices.Contains(in.Opens(n.FD), h.Open) && s.holds(n.Next, h.By) == nil {
			return h.By, true
		}
	}
	return protocol.None, false
}

// workedSince tells whether something is done under the lock on the way.
func (s *Script) workedSince(by, id protocol.ID) bool {
	for _, w := range s.reach(s.staying(until(func(n protocol.ID) bool { return n == id }, s.on)), s.Nodes[by].Next) {
		if w == id || !s.works(w) || s.holds(w, by) == nil {
			continue
		}
		if _, ok := s.comesTo(s.on, func(n protocol.ID) bool { return n == id }, s.Nodes[w].Next); ok {
			return true
		}
	}
	return false
}

// stillBelieved tells whether the script acts as if it had the lock after the
// node: it unlocks the closed descriptor, or works on behind a reopening of the
// same file before it locks again.
func (s *Script) stillBelieved(id, by protocol.ID) bool {
	n := &s.Nodes[id]
	touches := func(to protocol.ID) bool {
		o := &s.Nodes[to]
		return o.FD == n.FD && (o.Op == protocol.Flock || o.Op == protocol.Open)
	}
	to, ok := s.comesTo(s.staying(until(touches, s.on)), touches, n.Next)
	switch n.Op {
	case protocol.Close:
		return ok && s.Nodes[to].Op == protocol.Flock && s.Nodes[to].Mode.Has(protocol.Unlock)
	case protocol.Open:
		if n.Path == s.holds(id, by).Path {
			return true
		}
		return !ok || s.Nodes[to].Op == protocol.Flock && s.Nodes[to].Mode.Has(protocol.Unlock)
	}
	return true
}
