package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// guard is the lock that the script takes for some work, where a run can come to
// the work without it: it believes to have it, or does not care.
type guard struct {
	lock int // none: no lock is meant, or nobody comes here without it
	mode uint8
}

// judgeGuards finds the work to which a run comes although it was not let in.
func (s *script) judgeGuards() {
	for i := range s.nodes {
		s.nodes[i].lacks.lock = none
	}
	for i := range s.nodes {
		id, n := protocol.ID(i), &s.nodes[i]
		if s.takes(id) != none {
			s.judgeHeed(id)
		} else if n.Else != none && n.AsksForLocker() {
			s.walk(n.Next, func(by *node) bool {
				if s.takes(by.id) == none {
					return true
				}
				if work := s.underLock(by.id); len(work) > 0 {
					s.lacking(work, id, by.id)
				}
				return false
			})
		}
	}
	s.judgeEarly()
	s.judgeWorkers()
}

// judgeHeed looks at what follows an acquisition that fails.
func (s *script) judgeHeed(id protocol.ID) {
	n := &s.nodes[id]
	if n.ignored() {
		return
	}
	if work := s.underLock(id); len(work) > 0 {
		s.lacking(work, id, id)
	}
	s.judgeInverted(id)
}

// judgeEarly finds the work for which a lock was taken that ends before it.
func (s *script) judgeEarly() {
	if !s.Protocol.HasLocks() {
		return
	}
	for _, e := range protocol.EarlyEnds(s.Protocol, s.known()) {
		switch lock := s.takes(e.By); {
		case lock == none:
		case e.Meant:
			s.lack(e.Work, e.By)
		case !s.nodes[e.By].ignored():
			var asked []protocol.ID
			s.firstWorkOn(s.nodes[e.By].Else, func(v *node) []protocol.ID {
				switch {
				case s.takes(v.id) == lock:
					return nil
				case s.asksVariable(v, lock) && !(s.leads(v.Next, e.Work) && s.leads(v.Else, e.Work)):
					asked = append(asked, v.id)
				}
				return []protocol.ID{v.Next, v.Else}
			})
			s.wonders(asked, e.Work, lock)
		}
	}
}

// lacking marks the work of a lock where all of it is also reached over the Else of a
// node without that lock, and nothing is asked on the way. The node is the acquisition, or
// asks whether its program is there.
func (s *script) lacking(work []protocol.ID, behind, acquisition protocol.ID) {
	lock, from := s.takes(acquisition), s.nodes[behind].Else
	instead := protocol.InsteadWhere(s.Protocol, s.known(), behind, acquisition)
	var asked []protocol.ID
	on := func(v *node) []protocol.ID {
		switch {
		case s.takes(v.id) == lock:
			return nil
		case s.asksVariable(v, lock) && !(s.leads(v.Next, work) && s.leads(v.Else, work)):
			asked = append(asked, v.id)
			return nil
		case slices.Contains(instead, v.id):
			return []protocol.ID{v.Else}
		}
		return []protocol.ID{v.Next, v.Else}
	}
	found := s.behind(s.firstWorkOn(from, on), work, on)
	for _, w := range work {
		if !s.anyOf([]protocol.ID{w}, found) {
			s.wonders(asked, work, lock)
			return
		}
	}
	s.lack(found, acquisition)
}

// wonders notes the questions about a variable whose answer decides whether a run that
// was not let in comes to the work of the lock. What is known of a variable has no
// question left in the protocol: of these it is not known. Who comes to the work over
// another try has the lock.
func (s *script) wonders(asked, work []protocol.ID, lock int) {
	without := func(v *node) bool { return s.takes(v.id) != lock }
	for _, id := range asked {
		n := &s.nodes[id]
		if s.anyOf(work, append(s.firstWork(n.Next, without), s.firstWork(n.Else, without)...)) {
			s.wondered = append(s.wondered, id)
		}
	}
}

// behind follows those who do not get a lock past what they do in its place: a message, a
// sleep. done is what they come to of the work that the lock is for, and what else they
// end with. Where the end of a command decides whether they come to the work, it may be
// asked whether that is meant; who comes to it over another try has the lock. A sleep after
// which the lock is tried again is no work without it; what is done when it is tried no
// more is.
func (s *script) behind(first, work []protocol.ID, on func(*node) []protocol.ID) (done []protocol.ID) {
	seen := map[protocol.ID]bool{}
	for todo := first; len(todo) > 0; todo = todo[1:] {
		w := todo[0]
		if seen[w] {
			continue
		}
		seen[w] = true
		n := &s.nodes[w]
		sleeps, own := n.Text == "sleep", s.anyOf([]protocol.ID{w}, work)
		between := !sleeps && !own && s.anyOf(work, s.firstWorkOn(n.Next, on))
		passed := sleeps && s.polls(w) || between && !s.decides(n)
		if between && !passed {
			s.wondered = append(s.wondered, w)
		}
		if !passed {
			done = append(done, w)
		}
		if passed || sleeps {
			todo = append(todo, s.firstWorkOn(n.Next, on)...)
		}
	}
	return done
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

func (s *script) lack(work []protocol.ID, acquisition protocol.ID) {
	g := guard{lock: s.takes(acquisition), mode: s.nodes[acquisition].mode()}
	for _, w := range work {
		if s.nodes[w].lacks.lock == none {
			s.nodes[w].lacks = g
		}
	}
}

// leads tells whether some of this work comes first from a node.
func (s *script) leads(from protocol.ID, work []protocol.ID) bool {
	return s.anyOf(work, s.firstWork(from, anyNode))
}

func anyNode(*node) bool { return true }

// asksVariable tells whether a node on the way of those who do not get a lock is a
// question about what the script itself has found out before. What somebody gives it, an
// argument or an answer, keeps nobody away: it may be either. Whether a counter or a clock lets them try once more is neither: some time it does not. What is
// asked of it behind the loop hangs on how that has ended.
func (s *script) asksVariable(n *node, lock int) bool {
	if n.Op == protocol.Choose && n.Mode.Has(protocol.Counts) {
		again := false
		s.walk(n.id, func(v *node) bool {
			again = again || s.takes(v.id) == lock
			return !again
		})
		return !again
	}
	return n.Op == protocol.Choose && n.Mode.Has(protocol.Blind)
}

// anyOf tells whether one of these nodes stands where one of the others does: the
// same command may have several nodes.
func (s *script) anyOf(these, others []protocol.ID) bool {
	there, none := map[source.Span]bool{}, source.Span{}
	for _, id := range others {
		there[s.nodes[id].Span] = true
	}
	return slices.ContainsFunc(these, func(id protocol.ID) bool {
		at := s.nodes[id].Span
		return at != none && there[at] || slices.Contains(others, id)
	})
}

// takes returns the lock that a node asks for, or none.
func (s *script) takes(id protocol.ID) int {
	if n := &s.nodes[id]; n.Op == protocol.Flock && !n.Mode.Has(protocol.Unlock) || n.Op == protocol.Claim {
		return n.about()
	}
	return none
}

// about returns the lock that a node has to do with: a flock names a descriptor only.
func (n *node) about() int {
	if n.Op == protocol.Flock {
		return n.believes
	}
	return n.lock
}

// underLock lists the work that is done first under the lock that a node acquires.
func (s *script) underLock(id protocol.ID) []protocol.ID {
	n := &s.nodes[id]
	return s.firstWork(n.Next, func(v *node) bool {
		switch v.Op {
		case protocol.Flock, protocol.Claim:
			return v.about() != s.takes(id)
		case protocol.Close, protocol.Restore: // what is only hidden for a while is kept
			return n.fd == none || v.Mode.Has(protocol.Save) || s.keptBehind(id, v.id)
		case protocol.Remove, protocol.Rename:
			return v.lock != s.takes(id)
		case protocol.EndSub:
			return n.fd == none || s.keptBehind(id, v.id)
		}
		return true
	})
}

// keptBehind tells whether the lock that a node acquires has a descriptor left when some
// are closed.
func (s *script) keptBehind(acquisition, closing protocol.ID) bool {
	out := s.known().Out(closing, true)
	return out != nil && slices.ContainsFunc(out.Holds, func(h protocol.Hold) bool { return h.By == acquisition })
}

// firstWork lists the work that a process comes to first from a node, as long as
// on allows to go on.
func (s *script) firstWork(from protocol.ID, on func(*node) bool) []protocol.ID {
	return s.firstWorkOn(from, func(n *node) []protocol.ID {
		if on(n) {
			return []protocol.ID{n.Next, n.Else}
		}
		return nil
	})
}

// firstWorkOn is firstWork along the edges that on names.
func (s *script) firstWorkOn(from protocol.ID, on func(*node) []protocol.ID) []protocol.ID {
	var out []protocol.ID
	s.wander(from, func(n *node) []protocol.ID {
		switch n.Op {
		case protocol.Leave, protocol.End, protocol.Resume, protocol.Opaque, protocol.Spawn:
			return nil
		case protocol.Work:
			if n.Mode&(protocol.Quiet|protocol.Minor) == 0 { // no lock is for what is minor
				out = append(out, n.id)
				return nil
			}
		}
		return on(n)
	})
	return out
}
