package rules

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var pidIsNotIdentity = &Rule{
	Rule: diag.Rule{
		Code: "LK605", Slug: "pid-is-not-identity", Level: diag.Warning,
		Title: "that a process lives says nothing of which process it is",
	},
	Find: findPidIsNotIdentity,
}

func findPidIsNotIdentity(s *Script) []diag.Finding {
	var out []diag.Finding
	for _, id := range s.numbersAsked() {
		path := s.ownedBy(id)
		f := s.at(id, "a stranger may lock everybody out: after a crash or a reboot another process can have the number in %s, and nobody asks which process it is", s.name(path))
		if s.letsTwoIn(path) {
			f.Level = diag.Info // who mends that has no number to compare
		}
		f.NoFix = "a flock goes with its owner; else the number has to stand beside when that process began"
		out = append(out, f)
	}
	for _, at := range s.Sites {
		if at.What == protocol.ByName && at.Fate == protocol.Unclear {
			f := diag.Finding{Span: at.Span, Level: diag.Info, Message: "two runs that begin at once both work, and any process of that name locks everybody out: to look for a process is no lock"}
			f.NoFix = "a flock keeps out those who run this script, and nobody else"
			out = append(out, f)
		}
	}
	return out
}

// numbersAsked lists the questions whether the process lives whose number stands in a lock,
// the first of each lock: who is answered yes stays away and asks for nothing else. What is
// asked under another lock, in a handler or of who was sent a signal is left alone, and so
// is a lock of which it is asked anywhere what its owner is.
func (s *Script) numbersAsked() (out []protocol.ID) {
	done := map[int]bool{}
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Op == protocol.Alive && n.Mode.Has(protocol.Read) {
			done[n.Path] = true
		}
	}
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		path := s.ownedBy(id)
		if n.Op != protocol.Alive || n.AsksAge() || path == protocol.None || done[path] || !s.isLock(path) || s.lone(path) {
			continue
		}
		if s.home[id].process != 0 || s.under(id, path) || s.endedBefore(id) || !s.staysAway(n.Next, s.asks) || (s.Paths[path].Kind == protocol.Inode || readsNumber(n)) && !s.decides(n) {
			continue
		}
		done[path] = true
		out = append(out, id)
	}
	return out
}

// ownedBy is the lock of which a question for a process asks whether its owner lives, none
// where it is about no lock.
func (s *Script) ownedBy(asked protocol.ID) int {
	n := &s.Nodes[asked]
	if n.Path != protocol.None || !readsNumber(n) {
		return n.Path
	}
	for path := range s.Paths {
		if s.Paths[path].Kind == protocol.Exists && s.onlyName(path) {
			return path
		}
	}
	return protocol.None
}

// readsNumber tells of a question for the process whose number is read from a file that is no
// lock itself: it lies in the folder that is one, or beside it.
func readsNumber(n *protocol.Node) bool {
	return n.Op == protocol.Alive && n.Path == protocol.None && strings.HasPrefix(n.Text, "$(")
}

// decides tells whether who is answered no may take the lock for it, or go on without: where
// he has to get a lock of a descriptor first, as everybody has, the number is only talked about.
func (s *Script) decides(asked *protocol.Node) bool {
	if asked.Else == protocol.None {
		return true
	}
	locks := func(id protocol.ID) bool { return s.Nodes[id].Op == protocol.Flock }
	_, yes := s.comesTo(until(locks, s.well), func(id protocol.ID) bool {
		switch s.Nodes[id].Op {
		case protocol.Remove, protocol.Rename, protocol.Create, protocol.Claim, protocol.Store, protocol.Opaque, protocol.Spawn:
			return true
		}
		return s.works(id) && s.Nodes[id].Text != "sleep"
	}, asked.Else)
	return yes
}

// asks tells whether the way of a process hangs on what a node asks.
func (s *Script) asks(id protocol.ID) bool {
	switch s.Nodes[id].Op {
	case protocol.Choose, protocol.Alive, protocol.Own, protocol.Test:
		return true
	}
	return false
}

// letsTwoIn tells whether a lock, or the folder that is one and in which a file lies, is
// made or taken over in a way that excludes nobody.
func (s *Script) letsTwoIn(path int) bool {
	worse := append(findCheckThenCreate(s), findStaleBreakRace(s)...)
	return slices.ContainsFunc(worse, func(f diag.Finding) bool {
		return slices.ContainsFunc(s.Nodes, func(n protocol.Node) bool {
			return place(n.Span) == place(f.Span) && n.Path != protocol.None && (n.Path == path || s.inFolder(path, n.Path))
		})
	})
}
