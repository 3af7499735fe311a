package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// findFrames finds the frames in which descriptors change. The others are
// nothing but brackets: their Sub and EndSub become local.
func (s *script) findFrames() {
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.Op != protocol.Sub {
			continue
		}
		id := protocol.ID(i)
		saves, touched := []int{}, n.Mode.Has(protocol.InPlace) || len(n.handed) > 0
		s.inside(id, func(n *node) {
			switch n.Op {
			case protocol.Open, protocol.Dup, protocol.Close, protocol.Restore:
				touched = touched || n.fd != none
			case protocol.Work:
				touched = touched || n.Mode.Has(protocol.InPlace)
			}
			if n.save != none {
				saves = append(saves, n.save)
			}
		})
		if touched {
			s.frames[id] = saves
		}
		for at := n.Next; at != none; at = s.nodes[at].Next {
			r := &s.nodes[at]
			if !r.Mode.Has(protocol.Scoped) || r.Mode.Has(protocol.Save) || r.fd == none {
				break
			}
			if !s.isNothing(r) {
				s.redirected[id] = append(s.redirected[id], r.fd)
			}
			if s.parentOpens() && r.Op == protocol.Open && s.opensAnew(id, r) {
				r.kept = s.tables + s.saves
				s.saves++
				s.frames[id] = append(s.frames[id], r.kept)
			}
		}
	}
	for id := range s.frames {
		depth := 1
		for other := range s.frames {
			s.inside(other, func(n *node) {
				if n == &s.nodes[id] {
					depth++
				}
			})
		}
		s.depth = max(s.depth, depth)
	}
}

// parentOpens tells whether the shell that waits for a frame has its redirects open
// too: then a lock lives on when the frame closes its descriptor.
func (s *script) parentOpens() bool {
	return s.Shell.Has(protocol.ParentOpens)
}

// handsDown tells whether background children inherit what the shell has put aside
// while a redirect hides it.
func (s *script) handsDown() bool {
	return s.Shell.Has(protocol.HandsDown)
}

// opensAnew tells whether a frame gives the descriptor of its own redirect away.
func (s *script) opensAnew(sub protocol.ID, redirect *node) (anew bool) {
	s.inside(sub, func(n *node) {
		switch n.Op {
		case protocol.Open, protocol.Dup, protocol.Close:
			anew = anew || n.fd == redirect.fd && !n.Mode.Has(protocol.Scoped)
		}
	})
	return anew
}

// findReturns finds the handlers that can come back to what they interrupted.
func (s *script) findReturns() {
	for i := range s.Handlers {
		for _, h := range s.Handlers[i].Signal {
			if h.Do == protocol.Run {
				s.walk(h.Entry, func(n *node) bool {
					s.returns[h.Entry] = s.returns[h.Entry] || n.Op == protocol.Resume
					return true
				})
			}
		}
	}
}

// waitsOn tells whether the shell goes on waiting for its children after a handler that
// comes back: some do when a program has run in it.
func (s *script) waitsOn(handler protocol.ID) (ran bool) {
	if !s.Shell.Has(protocol.WaitsOn) {
		return false
	}
	s.walk(handler, func(n *node) bool {
		switch n.Op {
		case protocol.Flock, protocol.Remove, protocol.Rename:
			ran = true
		case protocol.Claim:
			ran = ran || n.Text != "noclobber"
		case protocol.Work:
			ran = ran || !n.Mode.Has(protocol.Quiet)
		}
		return !ran
	})
	return ran
}

// findAwaited finds out for which children each Wait waits: for one, or for all that
// its own process has started.
func (s *script) findAwaited() {
	for i := range s.nodes {
		switch n := &s.nodes[i]; n.Op {
		case protocol.Wait, protocol.Alive:
			if n.Body != none {
				s.nodes[n.Body].awaited = true
			}
		case protocol.Spawn:
			s.ownWaits(n.Next, func(w *node) { w.own = append(w.own, protocol.ID(i)) })
		}
	}
	s.findLeft()
	s.findWholeWaits()
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.everyone {
			continue
		}
		for _, spawn := range n.own {
			s.nodes[spawn].awaited = true
		}
	}
}

// findUnasked finds the Claims of children of whose end nobody asks: only a Wait for that
// very child can tell how it has ended. Where such a child does no work, it is the same to
// everybody whether it has made the name.
func (s *script) findUnasked() {
	asked := map[protocol.ID]bool{}
	for i := range s.nodes {
		if n := &s.nodes[i]; n.Op == protocol.Wait {
			asked[n.Body] = true
		}
	}
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.Op != protocol.Spawn || asked[protocol.ID(i)] {
			continue
		}
		idle := len(s.firstWork(n.Body, anyNode)) == 0
		s.walk(n.Body, func(c *node) bool {
			c.unasked = idle && c.Op == protocol.Claim
			return true
		})
	}
}

// findLeft finds the programs that stay in the place of a child, as nohup does, and end
// with it where it is killed.
func (s *script) findLeft() {
	type child struct{ spawn, stays protocol.ID }
	var children []child
	for i := range s.nodes {
		if n := &s.nodes[i]; n.Op == protocol.Spawn {
			if first := &s.nodes[n.Body]; first.Op == protocol.Work && first.Mode.Has(protocol.Stays) {
				children = append(children, child{n.id, first.id})
			}
		}
	}
	if len(children) == 0 {
		return
	}
	for i := range s.nodes {
		w := &s.nodes[i]
		if w.Op != protocol.Wait || !w.Mode.Has(protocol.Ends) {
			continue
		}
		for _, c := range children {
			if w.Body == c.spawn || w.Body == none && slices.Contains(w.own, c.spawn) {
				w.left = append(w.left, c.stays)
			}
		}
	}
}

// ownWaits visits every Wait for all children that a process can come to from a node
// in the frame in which it is. Who waits in a frame has other children, unless the shell
// runs frames in the same process.
func (s *script) ownWaits(from protocol.ID, visit func(*node)) {
	s.wander(from, func(n *node) []protocol.ID {
		switch {
		case s.Shell.Has(protocol.OneProcess) && (n.Op == protocol.Sub || n.Op == protocol.EndSub):
		case n.Op == protocol.EndSub: // of the frame itself: others are stepped over
			return nil
		case n.Op == protocol.Sub:
			return s.behind[n.id]
		case n.Op == protocol.Wait && n.Body == none:
			visit(n)
		}
		on := []protocol.ID{n.Next, n.Else}
		for _, h := range s.Handlers[n.Handlers].Signal { // a trap may wait as well
			on = append(on, h.Entry)
		}
		return on
	})
}

// findUnwinds finds the ends of a script before which the shell takes the redirects of
// compound commands back, if it is inside of any, and after which an EXIT trap runs.
func (s *script) findUnwinds() {
	s.unwinds = s.Shell.Has(protocol.Unwinds) && s.saves > 0
	for i := range s.nodes {
		if n := &s.nodes[i]; s.unwinds && n.Op == protocol.Leave && s.Handlers[n.Handlers].Exit != none {
			n.unwinds, n.local = true, false
		}
	}
}

// findExecs finds the programs that run in place of their shell: after exec, and those
// for which the shell starts no process. It also finds what background children do.
func (s *script) findExecs() {
	for i := range s.nodes {
		n := &s.nodes[i]
		n.execs = n.execs || n.Op == protocol.Work && n.Mode&(protocol.Exec|protocol.InPlace) != 0 || n.Op == protocol.Sub && n.Mode.Has(protocol.InPlace)
		if n.Op == protocol.Spawn {
			s.walk(n.Body, func(c *node) bool {
				c.async = c.async || !n.Mode.Has(protocol.Piped)
				return true
			})
		}
	}
}

// endsAt tells whether a node only ends the process.
func (s *script) endsAt(id protocol.ID) bool {
	for s.nodes[id].Op == protocol.Leave {
		id = s.nodes[id].Next
	}
	return s.nodes[id].Op == protocol.End
}

// inside visits every node that runs in the frame that begins at sub.
func (s *script) inside(sub protocol.ID, visit func(*node)) {
	s.walk(s.nodes[sub].Next, func(n *node) bool {
		if n.Op == protocol.EndSub && n.Body == sub {
			return false
		}
		visit(n)
		return true
	})
}

// walk visits the nodes that one process can come to from a node, until visit
// says not to go beyond.
func (s *script) walk(from protocol.ID, visit func(*node) bool) {
	var on [2]protocol.ID
	s.wander(from, func(n *node) []protocol.ID {
		if !visit(n) {
			return nil
		}
		on = [...]protocol.ID{n.Next, n.Else}
		return on[:]
	})
}

// wander visits each node once that on leads to, from one to the next. What on returns is
// read at once: it may be the same slice every time.
func (s *script) wander(from protocol.ID, on func(*node) []protocol.ID) {
	w := s.wanderer()
	w.todo = append(w.todo, from)
	for len(w.todo) > 0 {
		id := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		if id == none || w.seen[id] == w.turn {
			continue
		}
		w.seen[id] = w.turn
		w.todo = append(w.todo, on(&s.nodes[id])...)
	}
	s.resting.all = append(s.resting.all, w)
}

// resting are the wanderers of a script that nobody uses; its copies share them.
type resting struct{ all []*wanderer }

// A wanderer is what one walk needs to know where it was. What one has used is kept for the
// next, and nothing in it has to be wiped.
type wanderer struct {
	seen []uint32 // by node: the last walk that came to it
	turn uint32   // which walk this is
	todo []protocol.ID
}

// wanderer returns one for a new walk; whoever is done with it puts it back.
func (s *script) wanderer() *wanderer {
	if len(s.resting.all) == 0 {
		return &wanderer{seen: make([]uint32, len(s.nodes)), turn: 1}
	}
	last := len(s.resting.all) - 1
	w := s.resting.all[last]
	s.resting.all = s.resting.all[:last]
	if w.turn++; w.turn == 0 {
		clear(w.seen)
		w.turn = 1
	}
	return w
}

// judge works out what can be said of a node without running it.
func (s *script) judge(id protocol.ID) {
	n := &s.nodes[id]
	_, frame := s.frames[id]
	_, frameEnd := s.frames[n.Body]
	switch n.Op {
	case protocol.Work:
		n.local = s.tables == 0 || !n.Mode.Has(protocol.Stays) && !n.execs && !n.endless
	case protocol.Choose, protocol.Trap, protocol.Misuse, protocol.Leave, protocol.Resume:
		n.local = true
	case protocol.Load:
		n.local = n.lock == none || !n.Mode.Has(protocol.Within)
	case protocol.Sub:
		n.local = !frame
	case protocol.EndSub:
		n.local = !frameEnd && !s.due[n.Body]
	case protocol.Open:
		n.local = n.fd == none && n.lock == none
	case protocol.Dup, protocol.Close, protocol.Restore, protocol.SameInode:
		n.local = n.fd == none || n.Op == protocol.SameInode && n.lock == none
	case protocol.Test, protocol.Create, protocol.Claim, protocol.Remove, protocol.Store, protocol.Own:
		n.local = n.lock == none
	case protocol.Alive:
		n.local = n.lock == none && n.Body == none
	case protocol.Rename:
		n.local = n.lock == none && n.to == none
	}
	n.last = n.Next != none && s.endsAt(n.Next)
	switch n.Op {
	case protocol.Misuse:
		s.judgeMisuse(id, n)
	case protocol.Dup:
		n.vague = n.from == none || !s.opens(n.From)
	case protocol.Flock:
		n.polls = s.asksOn(n)
		n.forNothing = s.freesIdle(n) && slices.Equal(s.firstDone(n.Next), s.firstDone(n.Else))
		n.tail = n.Else != none && s.idleAfter(n.Else, n.believes)
		n.verified = s.verifies(n, func(v *node) bool {
			return v.Op == protocol.SameInode && (v.fd == n.fd || s.sameOpen(id, n.FD, v.id, v.FD))
		})
	case protocol.Claim, protocol.Create:
		n.polls = n.Op == protocol.Claim && s.asksOn(n)
		n.verified = s.verifies(n, func(v *node) bool { return v.Op == protocol.Own && v.lock == n.lock })
	case protocol.Remove, protocol.Rename:
		n.tail = s.idleAfter(n.Next, n.lock)
	case protocol.Open:
		n.isWord = s.DigitsAreWord(n.Node) && !s.ofFlockAlone(n)
		n.handsOver = n.fd != none && s.locksNext(n.Next, n.fd) && s.doneWith(n)
		n.reacquires = n.fd != none && s.locksNext(n.Next, n.fd) && s.recurs(n)
	}
}

// ontoItself tells whether a redirect copies a descriptor onto itself, as 9<&9 does.
func (n *node) ontoItself() bool { return n.Op == protocol.Dup && n.FD == n.From }

// isNothing tells whether the shell makes nothing of a redirect and so has nothing to
// take back behind the command: what happens to the descriptor meanwhile stays.
func (s *script) isNothing(n *node) bool {
	return n.ontoItself() && s.Shell.Has(protocol.CopyIsNothing)
}

// findHanded finds what 9<&9 is good for where exec opens close-on-exec: at a program
// itself it hands the descriptor to that alone; at a group to every program inside, or to
// none.
func (s *script) findHanded() {
	for i := range s.nodes {
		if n := &s.nodes[i]; n.ontoItself() && n.fd != none && n.Next != none {
			s.judgeHanding(n)
		}
	}
}

func (s *script) judgeHanding(n *node) {
	if !n.Mode.Has(protocol.Program) {
		n.handsOn = s.Shell.Has(protocol.CopyHandsOn)
		return
	}
	to := &s.nodes[n.Next]
	for to.Op == protocol.Dup && to.Next != none {
		to = &s.nodes[to.Next]
	}
	to.handed = append(to.handed, n.fd)
}

// ofFlockAlone tells whether an Open is a redirect of flock itself: that takes the word for
// the program that it is to run.
func (s *script) ofFlockAlone(n *node) bool {
	if n.Next == none || s.nodes[n.Next].Op != protocol.Flock || s.nodes[n.Next].Next == none {
		return false
	}
	after := &s.nodes[s.nodes[n.Next].Next]
	return after.Op == protocol.Restore && after.Body == n.id
}

// opens tells whether the script gives a descriptor a meaning anywhere.
func (s *script) opens(fd int) bool {
	for i := range s.nodes {
		if n := &s.nodes[i]; n.FD == fd && (n.Op == protocol.Open || n.Op == protocol.Dup) {
			return true
		}
	}
	return false
}

// idleAfter tells whether nothing for which a lock may be taken runs from a node to the
// point where the lock is let go: where no descriptor of its file is left.
func (s *script) idleAfter(from protocol.ID, lock int) bool {
	idle := true
	s.walk(from, func(n *node) bool {
		switch n.Op {
		case protocol.Work:
			idle = idle && n.Mode&(protocol.Quiet|protocol.Minor) != 0
		case protocol.Opaque, protocol.Spawn, protocol.Store, protocol.Create, protocol.Claim:
			idle = false
		case protocol.Close, protocol.Restore:
			return n.fd == none || s.keeps(n, lock)
		case protocol.EndSub:
			return n.local
		case protocol.Flock:
			return false
		}
		return idle
	})
	return idle
}

// keeps tells whether some descriptor still comes from the file of a lock when a node has
// closed its own.
func (s *script) keeps(closing *node, lock int) bool {
	out := s.known().Out(closing.id, true)
	if out == nil || lock == none {
		return false
	}
	for _, opens := range out.FDs {
		if slices.ContainsFunc(opens, func(o protocol.ID) bool { return o >= 0 && s.nodes[o].lock == lock }) {
			return true
		}
	}
	return false
}

// locksNext tells whether from a node on the descriptor in slot is locked before
// anything else is done.
func (s *script) locksNext(from protocol.ID, slot int) bool {
	for range s.nodes {
		n := &s.nodes[from]
		switch {
		case n.Op == protocol.Flock:
			return n.fd == slot && !n.Mode.Has(protocol.Unlock)
		case n.Op == protocol.Work && n.Mode.Has(protocol.Quiet), n.Op == protocol.Trap:
			from = n.Next
		default:
			return false
		}
	}
	return false
}

// asksOn tells whether who does not get the lock of a node does nothing but sleep and
// say so before asking again, and so without end.
func (s *script) asksOn(n *node) bool {
	if n.Mode.Has(protocol.Unlock) || n.ignored() {
		return false
	}
	on, again := true, false
	s.walk(n.Else, func(v *node) bool {
		switch {
		case v == n:
			again = true
			return false
		case v.Op == protocol.Work && (v.Mode.Has(protocol.Quiet) || v.Text == "sleep"), v.ontoItself(), v.Op == protocol.Restore:
			return true
		}
		on = false
		return false
	})
	return on && again
}

// recurs tells whether the script can come to a node again.
func (s *script) recurs(n *node) (again bool) {
	s.walk(n.Next, func(v *node) bool {
		again = again || v == n
		return !again
	})
	return again
}

// readsFirst tells whether from a node on something is read or tested before any
// work is done.
func (s *script) readsFirst(from protocol.ID) bool {
	for range s.nodes {
		n := &s.nodes[from]
		switch n.Op {
		case protocol.Load, protocol.Test, protocol.SameInode, protocol.Own, protocol.Choose:
			return true
		case protocol.Work:
			if !n.Mode.Has(protocol.Quiet) {
				return false
			}
		case protocol.Trap, protocol.Misuse, protocol.Sub:
		default:
			return false
		}
		from = n.Next
	}
	return false
}
