package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

var pollingLoop = &Rule{
	Rule: diag.Rule{
		Code: "LK208", Slug: "polling-loop", Level: diag.Style,
		Title: "the script sleeps and tries where the kernel would wait for it",
	},
	Find: findPollingLoop,
}

func findPollingLoop(s *Script) []diag.Finding {
	if !shell.Of(s.Dialect).FlockWaits {
		return nil // busybox's flock cannot wait for a limited time
	}
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		switch {
		case n.Else == protocol.None:
			continue
		case n.Op == protocol.Flock && n.Mode.Has(protocol.Nonblock):
		case n.Op == protocol.Claim && !n.Mode.Has(protocol.Waits):
		default:
			continue
		}
		sleep, ok := s.comesTo(until(func(to protocol.ID) bool { return to == id }, s.on), func(to protocol.ID) bool {
			return s.Nodes[to].Op == protocol.Work && s.Nodes[to].Text == "sleep"
		}, n.Else)
		if !ok {
			continue
		}
		if _, back := s.comesTo(s.staying(s.on), func(to protocol.ID) bool { return to == id }, s.Nodes[sleep].Next); !back {
			continue
		}
		if s.triesAnother(id) || s.isPeriod(sleep, id) {
			continue
		}
		f := s.at(id, "whoever polls comes late and may never get the lock: it sleeps and tries again")
		if n.Op == protocol.Flock {
			f.Message += "; flock waits by itself, with -w for a limited time"
		} else {
			f.Message += "; flock -w would wait for it"
		}
		s.note(&f, sleep, "it sleeps here")
		f.NoFix = "how long to wait in all is for you to choose"
		out = append(out, f)
	}
	return out
}

// isPeriod tells of a sleep to which a process comes that has got the lock and done its work as
// well: it is how often something is done, and who finds the lock taken leaves out a turn.
func (s *Script) isPeriod(sleep, id protocol.ID) bool {
	span := s.Nodes[sleep].Span
	tries := func(to protocol.ID) bool { return to == id }
	_, again := s.comesTo(until(tries, s.on), func(to protocol.ID) bool {
		return s.Nodes[to].Op == protocol.Work && s.Nodes[to].Span == span
	}, s.Nodes[id].Next)
	return again
}

// triesAnother tells whether a process that did not get the lock tries for another one
// before it sleeps: nobody can wait for whichever comes free first.
func (s *Script) triesAnother(id protocol.ID) bool {
	sleeps := func(to protocol.ID) bool { return s.Nodes[to].Op == protocol.Work && s.Nodes[to].Text == "sleep" }
	_, another := s.comesTo(until(sleeps, s.on), func(to protocol.ID) bool {
		for _, p := range s.locks(to) {
			if s.Paths[p].Opaque || !s.acquires(id, p) {
				return true
			}
		}
		return false
	}, s.Nodes[id].Else)
	return another
}
