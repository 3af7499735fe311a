package rules

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var loserRemovesLock = &Rule{
	Rule: diag.Rule{
		Code: "LK603", Slug: "loser-removes-lock", Level: diag.Error,
		Title: "a run that did not get the lock removes the winner's",
	},
	Breaks: []Property{Exclusion},
	Find:   findLoserRemovesLock,
}

func findLoserRemovesLock(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		if !s.isLock(path) || s.Paths[path].Private {
			continue
		}
		for _, l := range s.losersRemoval(path) {
			f := s.at(l.removal, "a run that is turned away removes %s, which belongs to the run that works: the next one comes in beside it", s.name(path))
			if l.trap != protocol.None {
				f = s.at(l.trap, "a run that is turned away removes %s, which belongs to the run that works: the trap is armed before the lock is got", s.name(path))
				s.note(&f, l.removal, "removed here")
				f.NoFix = "the trap has to move behind the acquisition"
			}
			s.note(&f, l.refused, "turned away here")
			out = append(out, f)
		}
		for _, r := range s.clearedFirst(path) {
			f := s.at(r.removal, "%s is removed here although another run may have it: nobody has asked, and the lock that is made then is no obstacle", s.name(path))
			s.note(&f, r.refused, "it is made here, whoever has had it")
			f.NoFix = "what a crash has left behind has to be told from what a living run has: flock leaves nothing"
			out = append(out, f)
		}
		if b, ok := s.bypassed(path); ok {
			f := s.at(b.removals[0], "a run that passes the lock by removes %s, which belongs to the run that works: the next one comes in beside it", s.name(path))
			s.note(&f, b.decided, "passed by here")
			for _, r := range b.removals[1:] {
				s.note(&f, r, "removed here as well")
			}
			f.NoFix = "the removal has to hang on what the locking hangs on"
			out = append(out, f)
		}
	}
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Misuse || n.Text != protocol.MisuseForeign {
			continue
		}
		f := s.at(s.trapOf(id), "the trap may remove somebody else's lock: nothing here takes %s (not confirmed: who takes it is not in this script)", s.name(n.Path))
		f.Level = diag.Info
		s.note(&f, id, "removed here")
		f.NoFix = "who takes a lock should be the one that gives it up"
		out = append(out, f)
	}
	return out
}

// loser is one way on which a run without the lock removes it.
type loser struct {
	refused protocol.ID // where it learns that it does not get the lock
	removal protocol.ID
	trap    protocol.ID // the Trap that runs the removal, or None
}

// losersRemoval lists the ways on which a run that did not get the lock at path
// removes it, and does not try again afterwards (that would be a takeover).
func (s *Script) losersRemoval(path int) []loser {
	if len(s.removals(path)) == 0 {
		return nil
	}
	var out []loser
	without := fmt.Sprint("without ", path)
	for i := range s.Nodes {
		id := protocol.ID(i)
		busy, ok := s.refusal(id, path)
		if !ok {
			continue
		}
		for _, r := range s.reach(s.without(path), busy) {
			if !s.removes(r, path) || s.winnersToo(r, path) || s.takesOver(r, path) || s.guarded(busy, r, without, s.without(path)) {
				continue
			}
			out = append(out, loser{id, r, s.armedFor(id, busy, r, path)})
		}
	}
	return append(out, s.interrupted(path)...)
}

// winnersToo tells whether the removal takes a lock file from a descriptor's
// lock and the winner comes to it as well: then that is the fault to speak of.
func (s *Script) winnersToo(removal protocol.ID, path int) bool {
	if s.Paths[path].Kind != protocol.Inode {
		return false
	}
	for _, by := range s.acquirers(path) {
		if _, ok := s.comesTo(s.on, func(id protocol.ID) bool { return id == removal }, s.Nodes[by].Next); ok {
			return true
		}
	}
	return len(s.heldInode(removal, path)) > 0
}

// refusal returns the edge on which the node tells that somebody else has the
// lock at path.
func (s *Script) refusal(id protocol.ID, path int) (protocol.ID, bool) {
	n := &s.Nodes[id]
	switch n.Op {
	case protocol.Flock, protocol.Claim:
		return n.Else, s.acquires(id, path) && n.Else != protocol.None && n.Else != n.Next
	case protocol.Test:
		if n.Path != path || s.Paths[path].Kind != protocol.Exists {
			return protocol.None, false
		}
		_, ok := s.createsAfter(id)
		return n.Next, ok
	}
	return protocol.None, false
}

// takesOver tells whether the process tries for the lock again after the removal,
// maybe as a new run of the script in its place.
func (s *Script) takesOver(removal protocol.ID, path int) bool {
	_, ok := s.comesTo(s.on, func(id protocol.ID) bool {
		return s.acquires(id, path) || s.Nodes[id].Op == protocol.Work && s.Nodes[id].Text == "$0"
	}, s.Nodes[removal].Next)
	return ok
}

// armedFor returns the EXIT trap by which the loser comes to the removal.
func (s *Script) armedFor(id, busy, removal protocol.ID, path int) protocol.ID {
	if _, direct := s.comesTo(s.staying(s.without(path)), func(n protocol.ID) bool { return n == removal }, busy); direct {
		return protocol.None
	}
	trap := s.Handlers[s.Nodes[id].Handlers].Exit
	for frame := s.home[id].frame; trap == protocol.None && frame != protocol.None; frame = s.home[frame].frame {
		trap = s.Handlers[s.Nodes[frame].Handlers].Exit // a child has no trap of its own
	}
	return trap
}

// found is the walk of a process that finds the lock at path taken. Where the lock
// is made without asking again, one that finds it free is on its way to have it.
func (s *Script) found(path int) step {
	for _, by := range s.acquirers(path) {
		if s.Nodes[by].Op != protocol.Create {
			return s.on
		}
	}
	return func(id protocol.ID) (a, b protocol.ID) {
		if _, asks := s.refusal(id, path); asks {
			return s.Nodes[id].Next, nowhere
		}
		return s.on(id)
	}
}

// interrupted lists the handlers that remove the lock at path although they can
// run before it is got.
func (s *Script) interrupted(path int) []loser {
	var out []loser
	seen := map[protocol.ID]bool{}
	isAcquirer := func(id protocol.ID) bool { return s.acquires(id, path) }
	trying := s.leadsTo(isAcquirer)
	roots := []protocol.ID{0}
	for i := range s.Nodes {
		if s.Nodes[i].Op == protocol.Spawn {
			roots = append(roots, s.Nodes[i].Body)
		}
	}
	for _, id := range s.reach(until(isAcquirer, s.found(path)), roots...) {
		n := &s.Nodes[id]
		if !trying[id] || !s.waits(id) || len(s.held(id, path)) > 0 {
			continue
		}
		for _, h := range s.Handlers[n.Handlers].Signal {
			if h.Do != protocol.Run || h.Armed == protocol.None || seen[h.Entry] {
				continue
			}
			r, ok := s.comesTo(s.on, func(n protocol.ID) bool { return s.removes(n, path) }, h.Entry)
			if !ok || s.winnersToo(r, path) || s.guarded(h.Entry, r, "on", s.on) {
				continue
			}
			seen[h.Entry] = true
			trap := h.Armed
			if _, direct := s.comesTo(s.staying(s.on), func(n protocol.ID) bool { return n == r }, h.Entry); !direct {
				trap = s.Handlers[n.Handlers].Exit
			}
			out = append(out, loser{id, r, trap})
		}
	}
	return out
}

// clearedFirst lists the removals of the lock at path by which a run makes room for its
// own, where nobody has asked whether it is somebody's.
func (s *Script) clearedFirst(path int) []loser {
	if s.Paths[path].Kind != protocol.Exists {
		return nil
	}
	asks := func(id protocol.ID) bool {
		n := &s.Nodes[id]
		about := n.Path != protocol.None && (n.Path == path || s.inFolder(n.Path, path))
		return s.endsOwner(id) || s.acquires(id, path) || about && (n.Op == protocol.Test || n.Op == protocol.Alive || n.Op == protocol.Own || n.Op == protocol.Claim)
	}
	var out []loser
	seen := map[[5]any]bool{}
	for _, r := range s.reach(s.staying(until(func(id protocol.ID) bool { return asks(id) || s.removes(id, path) }, s.on)), 0) {
		if !s.removes(r, path) || s.Nodes[r].Op != protocol.Remove || len(s.held(r, path)) > 0 || s.under(r, path) || seen[place(s.Nodes[r].Span)] {
			continue
		}
		made, ok := s.comesTo(s.staying(until(asks, s.on)), func(id protocol.ID) bool { return s.acquires(id, path) && s.Nodes[id].Op == protocol.Claim }, s.Nodes[r].Next)
		if ok {
			seen[place(s.Nodes[r].Span)] = true
			out = append(out, loser{refused: made, removal: r, trap: protocol.None})
		}
	}
	return out
}
