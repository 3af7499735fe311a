package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var lostInSubshell = &Rule{
	Rule: diag.Rule{
		Code: "LK205", Slug: "lost-in-subshell", Level: diag.Error,
		Title: "the lock ends with a subshell, before the work begins",
	},
	Breaks: []Property{Exclusion},
	Find:   findLostInSubshell,
}

func findLostInSubshell(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Flock || n.Mode.Has(protocol.Unlock) || s.home[id].frame == protocol.None {
			continue
		}
		end, ok := s.frameEnd(id)
		if !ok {
			continue
		}
		work, ok := s.comesTo(s.staying(until(s.isAcquisition, s.on)), func(w protocol.ID) bool {
			o := &s.Nodes[w]
			return o.Op == protocol.Work && o.Mode.Has(protocol.Program) && !o.Mode.Has(protocol.Quiet)
		}, s.Nodes[end].Next)
		if !ok || s.probes(id, work) {
			continue
		}
		f := s.at(id, "the work runs without the lock: it ends with %s around it", frameName(s.Nodes[s.home[id].frame].Text))
		s.note(&f, end, "which is over here")
		s.note(&f, work, "this runs without the lock")
		f.NoFix = "the descriptor has to be opened in the shell that does the work"
		out = append(out, f)
	}
	return out
}

// probes tells whether flock FILE true only looks whether the lock is free, or
// waits some time for that: the work comes whatever the answer is.
func (s *Script) probes(id, work protocol.ID) bool {
	n := &s.Nodes[id]
	if s.Nodes[s.home[id].frame].Text != "flock" {
		return false
	}
	if n.Else == protocol.None {
		return n.Mode.Has(protocol.Timed)
	}
	if !n.Mode.Has(protocol.Timed) && !n.Mode.Has(protocol.Nonblock) {
		return false
	}
	at := func(to protocol.ID) bool { return place(s.Nodes[to].Span) == place(s.Nodes[work].Span) }
	_, anyway := s.comesTo(s.staying(s.on), at, n.Else)
	return anyway
}

// frameEnd returns the end of the frame in which the node takes a lock, when the
// lock ends there without anything having been done under it.
func (s *Script) frameEnd(id protocol.ID) (protocol.ID, bool) {
	for _, path := range s.locks(id) {
		if s.lone(path) || len(s.firstWork(id, path)) > 0 {
			return protocol.None, false
		}
	}
	for _, e := range s.reach(s.staying(s.on), s.Nodes[id].Next) {
		n := &s.Nodes[e]
		if n.Op == protocol.Opaque || n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock) {
			return protocol.None, false
		}
		if n.Op == protocol.EndSub && s.holds(e, id) != nil && s.holds(n.Next, id) == nil {
			return e, true
		}
	}
	return protocol.None, false
}

func (s *Script) isAcquisition(id protocol.ID) bool { return s.Acquires(id) }

func frameName(text string) string {
	switch text {
	case "flock":
		return "the flock command"
	case "|":
		return "the part of the pipeline"
	case "$( )":
		return "the command substitution"
	}
	return "the subshell"
}
