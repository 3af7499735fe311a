package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var checkThenCreate = &Rule{
	Rule: diag.Rule{
		Code: "LK601", Slug: "check-then-create", Level: diag.Error,
		Title: "two runs both find the lock missing and both make it",
	},
	Breaks: []Property{Exclusion},
	Find:   findCheckThenCreate,
}

func findCheckThenCreate(s *Script) []diag.Finding {
	var out []diag.Finding
	tested := map[[5]any]bool{} // what is made: a first test of it is enough
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Test && n.Op != protocol.Alive || n.Path == protocol.None || !s.isLock(n.Path) || s.Paths[n.Path].Private {
			continue
		}
		made, ok := s.createsAfter(id)
		if !ok || tested[place(s.Nodes[made].Span)] || s.endedBefore(id) || s.under(id, n.Path) && s.under(made, n.Path) || s.ownsFolder(made, n.Path) {
			continue
		}
		tested[place(s.Nodes[made].Span)] = true
		f := s.at(id, "two runs can work at once: both find %s missing here before either has made it", s.name(n.Path))
		if n.Op == protocol.Alive {
			f.Message = "two runs can work at once: both find no live owner of " + s.name(n.Path) + " here before either has written its own number"
		}
		s.note(&f, made, "it is made here, also when it is there by now")
		f.NoFix = "how the lock is taken has to change: flock, mkdir or set -C, and its status asked"
		out = append(out, f)
	}
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Misuse || tested[place(n.Span)] {
			continue
		}
		switch command := n.SucceedsAnyway(); {
		case n.Text == protocol.MisuseLateClob:
			f := s.at(id, "two runs can work at once: the redirect behind ( ) opens %s before set -C is set, so it never fails", s.name(n.Path))
			f.NoFix = "the redirect has to move inside the parentheses"
			out = append(out, f)
		case command != "":
			f := s.at(id, "two runs can work at once: %s succeeds also when %s is there", command, s.name(n.Path))
			if f.NoFix = "ln without -f, mkdir and > under set -C fail then"; n.Text == protocol.MisuseMkdirP {
				f.NoFix = "mkdir without -p fails then, and what it needs above the lock has to be made before"
			}
			out = append(out, f)
		}
	}
	return out
}

// createsAfter returns, for a test of a lock's existence or owner, the node
// that makes the lock on the strength of its answer: not atomically, or without
// asking whether it worked. A run that was turned away by the test must not do
// what is done under the lock, else the pair is no lock.
func (s *Script) createsAfter(id protocol.ID) (protocol.ID, bool) {
	made, known := s.creates[id]
	if !known {
		made = s.findCreate(id)
		s.creates[id] = made
	}
	return made, made != protocol.None
}

func (s *Script) findCreate(id protocol.ID) protocol.ID {
	n := &s.Nodes[id]
	asks := func(to protocol.ID) bool {
		o := &s.Nodes[to]
		return (o.Op == protocol.Test || o.Op == protocol.Alive) && o.Path == n.Path
	}
	makes := func(to protocol.ID) bool {
		o := &s.Nodes[to]
		if o.Path != n.Path {
			return false
		}
		return o.Op == protocol.Create && s.Acquires(to) || o.Op == protocol.Claim && (o.Else == protocol.None || o.Else == o.Next) ||
			o.SucceedsAnyway() != ""
	}
	on := s.staying(until(func(to protocol.ID) bool { return asks(to) || s.acquires(to, n.Path) }, s.on))
	made, ok := s.comesTo(on, makes, n.Else)
	if !ok {
		return protocol.None
	}
	// Who waits is turned away, whatever he does when he has waited long enough; who
	// ends the owner is not.
	if !s.staysAway(n.Next, func(to protocol.ID) bool { return makes(to) || s.endsOwner(to) }) {
		return protocol.None
	}
	away := until(func(to protocol.ID) bool { return s.Nodes[to].Op == protocol.Work && s.Nodes[to].Text == "sleep" }, on)
	if s.Nodes[made].Mode.Has(protocol.Pid) {
		// Some take it over because of what is asked of others; who has it is written down all the same.
		away = until(makes, away)
	} else if again, ok := s.comesTo(away, makes, n.Next); ok && (again == made || place(s.Nodes[again].Span) == place(s.Nodes[made].Span) && !s.staysAway(n.Next, makes)) {
		return protocol.None
	}
	turnedAway := map[[5]any]bool{}
	for _, to := range s.reach(away, n.Next) {
		turnedAway[place(s.Nodes[to].Span)] = true
	}
	for _, to := range s.reach(s.staying(s.on), s.Nodes[made].Next) {
		if s.works(to) && len(s.held(to, n.Path)) > 0 && turnedAway[place(s.Nodes[to].Span)] {
			return protocol.None
		}
	}
	return made
}

// staysAway tells whether a run that goes on from the node, and in which no
// command fails, may end or sleep before it comes to what stop says yes to.
func (s *Script) staysAway(from protocol.ID, stop func(protocol.ID) bool) bool {
	_, ok := s.comesTo(until(stop, s.well), func(id protocol.ID) bool {
		n := &s.Nodes[id]
		return n.Op == protocol.Leave || n.Op == protocol.End || n.Op == protocol.Work && n.Text == "sleep"
	}, from)
	return ok
}
