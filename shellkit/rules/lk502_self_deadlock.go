package rules

import (
	"path"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var selfDeadlock = &Rule{
	Rule: diag.Rule{
		Code: "LK502", Slug: "self-deadlock", Level: diag.Error,
		Title: "the script waits for a lock that it holds itself",
	},
	Breaks: Deadlock,
	Across: findSelfDeadlock,
}

func findSelfDeadlock(scripts []*Script) []diag.Finding {
	var out []diag.Finding
	for _, s := range scripts {
		for i := range s.Nodes {
			id := protocol.ID(i)
			if f, ok := s.waitsForItself(id); ok {
				out = append(out, f)
			}
			if f, ok := s.runsAWaiter(id, scripts); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

// waitsForItself reports a node that waits for the lock of a file which the
// process has locked through another opening.
func (s *Script) waitsForItself(id protocol.ID) (f diag.Finding, ok bool) {
	n := &s.Nodes[id]
	if !s.mayWait(id) {
		return f, false
	}
	for _, p := range s.locks(id) {
		for _, h := range s.held(id, p) {
			other := h.Open != protocol.None && n.Op == protocol.Flock && !s.samedescription(id, h.Open) && s.home[h.By].process == s.home[id].process
			shared := n.Mode.Has(protocol.Shared) && s.Nodes[h.By].Mode.Has(protocol.Shared)
			if !(other || h.Open == protocol.None && n.Op == protocol.Claim && h.By != id) || shared || s.Nodes[h.By].Mode.Has(protocol.Fcntl) != n.Mode.Has(protocol.Fcntl) {
				continue
			}
			f = s.at(id, "the script waits for itself for ever: it holds the lock of %s already, and a second opening is a second lock", s.name(p))
			s.note(&f, h.By, "it was locked here")
			f.NoFix = "the inner one is not needed, or it has to use the descriptor that is open"
			return f, true
		}
	}
	return f, false
}

// samedescription tells whether the node locks what the Open made.
func (s *Script) samedescription(id, open protocol.ID) bool {
	for _, o := range s.openers(id) {
		if o == open {
			return true
		}
	}
	return len(s.openers(id)) == 0
}

// runsAWaiter reports a command that runs one of the scripts, this one included,
// which waits for a lock that is held here.
func (s *Script) runsAWaiter(id protocol.ID, scripts []*Script) (f diag.Finding, ok bool) {
	n, in := &s.Nodes[id], s.Facts.At(id)
	if n.Op != protocol.Work || !n.Mode.Has(protocol.Program) || in == nil || len(in.Holds) == 0 {
		return f, false
	}
	for _, o := range scripts {
		if !(n.Text == "$0" && o == s || n.Text == path.Base(o.File) && o != s) {
			continue
		}
		for _, h := range in.Holds {
			if h.Path == protocol.None || !h.Sure {
				continue
			}
			by, waits := o.alwaysWaitsFor(s.lockKey(h.Path))
			if !waits {
				continue
			}
			f = s.at(id, "the script waits for itself for ever: it holds the lock of %s, for which %s waits", s.name(h.Path), n.Text)
			s.note(&f, h.By, "locked here")
			o.note(&f, by, "and waited for here")
			return f, true
		}
	}
	return f, false
}

// alwaysWaitsFor returns the node at which every run of the script waits for the
// lock of that key.
func (s *Script) alwaysWaitsFor(key string) (protocol.ID, bool) {
	waits := func(id protocol.ID) bool {
		if !s.mayWait(id) {
			return false
		}
		for _, p := range s.locks(id) {
			if s.lockKey(p) == key {
				return true
			}
		}
		return false
	}
	by, some := s.comesTo(s.on, waits, 0)
	_, around := s.comesTo(until(waits, s.well), func(id protocol.ID) bool {
		return s.Nodes[id].Op == protocol.End || s.Nodes[id].Op == protocol.Opaque
	}, 0)
	return by, some && !around
}
