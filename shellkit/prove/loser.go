package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// loser is who does not get a lock, on the way to the work that it is for. Whatever else
// it does in between, a message, another program, a child, leads on like anything else:
// no way is left out but those on which the lock is got after all.
type loser struct {
	s       *script
	lock    int
	instead []protocol.ID // acquisitions of other locks, of which one is enough
	work    map[protocol.ID]bool
	places  map[source.Span]bool // of the work: the same command may have several nodes
	calls   map[int]bool         // of the work, where nothing else is done under the lock
	whole   [][]int              // all that is done under the lock, where it is several calls one behind the other
}

func (s *script) loser(lock int, work, instead []protocol.ID) *loser {
	l := &loser{s, lock, instead, map[protocol.ID]bool{}, map[source.Span]bool{}, map[int]bool{}, nil}
	for _, w := range work {
		if call := s.nodes[w].Call; call != none && s.aloneUnder(w, lock) {
			l.calls[call] = true
		} else if all := s.callsFrom(w, s.isUnder(lock)); len(all) > 1 {
			l.whole = append(l.whole, all)
		}
		l.work[w], l.places[s.nodes[w].Span] = true, true
	}
	delete(l.places, source.Span{})
	return l
}

// aloneUnder tells whether no other work follows some before its lock ends.
func (s *script) aloneUnder(work protocol.ID, lock int) bool {
	holds := s.isUnder(lock)
	more := s.firstWork(s.nodes[work].Next, func(n *node) bool { return n.Op != protocol.EndSub || holds(n.Next) })
	return holds(work) && !slices.ContainsFunc(more, holds)
}

// isUnder tells of a node whether a lock is held there.
func (s *script) isUnder(lock int) func(protocol.ID) bool {
	return func(id protocol.ID) bool {
		in := s.known().At(id)
		return in != nil && slices.ContainsFunc(in.Holds, func(h protocol.Hold) bool { return s.takes(h.By) == lock })
	}
}

// callsFrom lists the calls that are made one behind the other from a node on, each where the
// one before has worked; nil where there is work among them that is no call.
func (s *script) callsFrom(id protocol.ID, on func(protocol.ID) bool) (calls []int) {
	for seen := map[protocol.ID]bool{}; id != none && !seen[id] && on(id); id = s.nodes[id].Next {
		seen[id] = true
		switch n := &s.nodes[id]; {
		case n.works() && n.Call == none:
			return nil
		case n.works():
			calls = append(calls, n.Call)
		case n.Op == protocol.Leave, n.Op == protocol.End:
			return calls
		}
	}
	return calls
}

// repeats tells whether all that is done under the lock is done from a node on.
func (l *loser) repeats(n *node) bool {
	if len(l.whole) == 0 || n.Call == none {
		return false
	}
	calls := l.s.callsFrom(n.id, func(protocol.ID) bool { return true })
	return slices.ContainsFunc(l.whole, func(all []int) bool { return len(calls) >= len(all) && slices.Equal(calls[:len(all)], all) })
}

// meant tells whether a node is some of the work that the lock is for. A sleep after
// which the lock is tried again is no work without it.
func (l *loser) meant(n *node) bool {
	same := n.Op == protocol.Work && (l.places[n.Span] || l.calls[n.Call] || l.repeats(n))
	return (l.work[n.id] || same) && !(n.Text == "sleep" && l.s.polls(n.id))
}

// ways lists where a loser may go on from a node. Who comes on over another try has the
// lock, and who loses that one too is followed from there.
func (l *loser) ways(n *node) []protocol.ID {
	switch n.Op {
	case protocol.Leave, protocol.End, protocol.Resume, protocol.Opaque:
		return nil
	case protocol.Spawn:
		return []protocol.ID{n.Next, n.Body}
	}
	switch {
	case l.s.takes(n.id) == l.lock:
		return nil
	case slices.Contains(l.instead, n.id):
		return []protocol.ID{n.Else}
	}
	return []protocol.ID{n.Next, n.Else}
}

// follow goes all ways of a loser from a node. found is what it comes to of the work, and
// asked are the nodes on which it hangs whether it does, where that may be meant to keep
// it away: behind those it is not followed.
func (l *loser) follow(from protocol.ID) (found, asked []protocol.ID) {
	comes := l.comes(from)
	l.s.wander(from, func(n *node) []protocol.ID {
		switch {
		case !comes[n.id]:
			return nil
		case l.meant(n):
			found = append(found, n.id)
			return nil
		case n.Else != none && comes[n.Next] != comes[n.Else] && l.s.keepsAway(n, l.lock):
			asked = append(asked, n.id)
			return nil
		}
		return l.ways(n)
	})
	return found, asked
}

// comes finds the nodes from which a loser may come to the work, among those behind one.
func (l *loser) comes(from protocol.ID) map[protocol.ID]bool {
	comes, order := map[protocol.ID]bool{}, []*node(nil)
	l.s.wander(from, func(n *node) []protocol.ID {
		if l.meant(n) {
			comes[n.id] = true
			return nil
		}
		order = append(order, n)
		return l.ways(n)
	})
	for more := true; more; {
		more = false
		for _, n := range slices.Backward(order) {
			if !comes[n.id] && slices.ContainsFunc(l.ways(n), func(id protocol.ID) bool { return comes[id] }) {
				comes[n.id], more = true, true
			}
		}
	}
	return comes
}

// keepsAway tells whether it may be meant that one end of a node leads to the work of a
// lock and the other one does not: a question about what the script itself has found out
// before, or a program whose end decides.
func (s *script) keepsAway(n *node, lock int) bool {
	if n.Op == protocol.Work && !n.Mode.Has(protocol.Blind) {
		return n.works() && n.Text != "sleep" && s.decides(n)
	}
	return s.asksVariable(n, lock)
}

// decides tells whether it hangs on the end of a command what comes behind it, other than
// by set -e.
func (s *script) decides(n *node) bool {
	if n.ignored() {
		return false
	}
	to := &s.nodes[n.Else]
	return to.Op != protocol.Leave || to.Span.Start.Known()
}

// polls tells whether a node is the sleep after which a lock is tried again.
func (s *script) polls(w protocol.ID) bool {
	again := false
	s.walk(w, func(v *node) bool {
		again = again || s.takes(v.id) != none
		return !again && (v.Op != protocol.Work || v.Mode.Has(protocol.Quiet) || v.Text == "sleep")
	})
	return again
}

// asksVariable tells whether a node on the way of those who do not get a lock is a
// question about what the script itself has found out before. What somebody gives it, an
// argument or an answer, keeps nobody away: it may be either. Whether a counter or a clock
// lets them try once more is neither: some time it does not. What is asked of it behind
// the loop hangs on how that has ended.
func (s *script) asksVariable(n *node, lock int) bool {
	if n.Op == protocol.Choose && n.Mode.Has(protocol.Counts) {
		again := false
		s.walk(n.id, func(v *node) bool {
			again = again || s.takes(v.id) == lock
			return !again
		})
		return !again
	}
	return (n.Op == protocol.Choose || n.Op == protocol.Work) && n.Mode.Has(protocol.Blind)
}
