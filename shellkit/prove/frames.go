package prove

import (
	"maps"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Who waits for a frame gets the signals of its group as well. The frame has not
// inherited its traps: it dies of the signal, or runs a trap of its own, and when it
// has ended the shell around it runs the trap, and goes on behind the frame if that
// comes back.

// findAround finds the innermost frame that each node of a process stands in.
func (s *script) findAround() {
	s.around = slices.Repeat([]protocol.ID{none}, len(s.nodes))
	on := func(n *node) []protocol.ID {
		frame := s.around[n.id]
		switch n.Op {
		case protocol.Sub:
			frame = n.id
		case protocol.EndSub:
			frame = s.around[n.Body]
		}
		next := []protocol.ID{n.Next, n.Else}
		for _, id := range next {
			if id != none {
				s.around[id] = frame
			}
		}
		return next
	}
	if len(s.nodes) > 0 {
		s.wander(0, on)
	}
	for i := range s.nodes {
		if n := &s.nodes[i]; n.Op == protocol.Spawn {
			s.wander(n.Body, on)
		}
	}
}

// findDue finds the frames in which a trap of their own may run while a shell around
// them has the same signal to deal with.
func (s *script) findDue() {
	s.due = map[protocol.ID]bool{}
	for i := range s.nodes {
		for sig := range protocol.NumSignals {
			if s.handler(protocol.ID(i), sig).Do != protocol.Run || s.catcher(protocol.ID(i), sig) == none {
				continue
			}
			for f := s.around[i]; f != none; f = s.around[f] {
				s.due[f] = true
			}
		}
	}
}

// handler is what a signal does to the shell that it finds at a node. Where a frame
// ends the traps in force are those of the shell around it.
func (s *script) handler(at protocol.ID, sig protocol.Signal) protocol.Handler {
	h := s.Handlers[s.nodes[at].Handlers].Signal[sig]
	if s.nodes[at].Op == protocol.EndSub && h.Do == protocol.Run {
		return protocol.Handler{Do: protocol.Die, Entry: none, Armed: none}
	}
	return h
}

// tooLate tells whether the shell that is at a node, or waits for a frame there, ends by
// set -e before it comes to its trap for the signal.
func (s *script) tooLate(at protocol.ID, sig protocol.Signal) bool {
	return s.nodes[at].Mode.Has(protocol.Fatal) && !s.setsOffExit(at, sig)
}

// catcher returns the innermost frame around a node that a shell waits for which has
// a trap for the signal, or none.
func (s *script) catcher(at protocol.ID, sig protocol.Signal) protocol.ID {
	f := s.around[at]
	for f != none && s.handler(f, sig).Do != protocol.Run {
		f = s.around[f]
	}
	return f
}

// findEnds finds the nodes at which each frame ends that dies of a signal: those of one
// that has failed, where they are known.
func (s *script) findEnds() {
	s.ends = map[protocol.ID][]protocol.ID{}
	failed := map[protocol.ID][]protocol.ID{}
	for i := range s.nodes {
		if n := &s.nodes[i]; n.Op == protocol.EndSub {
			s.ends[n.Body] = append(s.ends[n.Body], n.id)
			if n.Text == protocol.Failed {
				failed[n.Body] = append(failed[n.Body], n.id)
			}
		}
	}
	maps.Copy(s.ends, failed)
}

// losesNothing tells whether nothing happens to descriptors when the frames around a
// node die up to the shell that waits for one.
func (s *script) losesNothing(at, catcher protocol.ID) bool {
	for f := s.around[at]; ; f = s.around[f] {
		if _, copied := s.frames[f]; copied {
			return false
		}
		if f == catcher {
			return true
		}
	}
}

// stands tells whether the redirects of a frame that has died stand until the trap of
// the shell around it has run: where both are one process.
func (s *script) stands(sub protocol.ID, sig protocol.Signal) bool {
	_, copied := s.frames[sub]
	return s.Shell.Has(protocol.OneProcess) && copied && len(s.redirected[sub]) > 0 && len(s.ends[sub]) > 0 && !s.setsOffExit(sub, sig) && !s.tooLate(sub, sig)
}

// lose ends the frames around the node at which a signal has found the process, up to
// the shell that catches it, and returns where that goes on: in its trap. ended is
// called after each.
func (a *act) lose(at protocol.ID, ended func(end protocol.ID, stands bool)) protocol.ID {
	sc := a.m.scripts[a.p.script]
	sig := protocol.Signal(a.p.due - 1)
	catcher := sc.catcher(at, sig)
	for f := sc.around[at]; ; f = sc.around[f] {
		stands, ends := f == catcher && sc.stands(f, sig), sc.ends[f]
		if stands {
			a.fallBack(f)
		} else {
			a.leave(f)
		}
		if len(ends) > 0 {
			ended(ends[0], stands)
		}
		switch {
		case stands:
			return a.catch(f, uint16(ends[0])+1|resumeAt)
		case f == catcher:
			return a.catch(f, uint16(f)+1)
		}
	}
}

// fallBack undoes what happened to descriptors in a frame; its own redirects stay.
func (a *act) fallBack(sub protocol.ID) {
	sc := a.m.scripts[a.p.script]
	base := sc.tables + sc.saves + int(a.p.depth-1)*sc.tables
	for i := range sc.tables {
		back := a.p.fd[base+i]
		if slices.Contains(sc.redirected[sub], i) {
			back = a.p.fd[i]
			if kept := sc.keptBy(sub, i); kept != none {
				back = a.p.fd[kept]
			}
		}
		old := a.p.fd[i].file()
		a.noticed = a.s.set(a.p, i, back) || a.noticed
		a.noticed = a.p.letGo(old) || a.noticed
	}
}

// keptBy is the slot in which the shell around a frame keeps what the redirect of the
// frame has opened as a descriptor, or none.
func (s *script) keptBy(sub protocol.ID, slot int) (kept int) {
	kept = none
	s.inside(sub, func(n *node) {
		if n.kept != none && n.fd == slot && s.around[n.id] == sub {
			kept = n.kept
		}
	})
	return kept
}

// catch begins the trap of the shell that waits for a frame: what was due is done.
func (a *act) catch(sub protocol.ID, resume uint16) protocol.ID {
	sc := a.m.scripts[a.p.script]
	sig := protocol.Signal(a.p.due - 1)
	if ends := sc.ends[sub]; sc.tooLate(sub, sig) && len(ends) > 0 {
		a.p.due, a.p.resume = 0, 0
		return sc.nodes[ends[0]].Next
	}
	entry := sc.handler(sub, sig).Entry
	if !sc.returns[entry] {
		resume = 1
	}
	a.p.due, a.p.resume = 0, resume
	return entry
}
