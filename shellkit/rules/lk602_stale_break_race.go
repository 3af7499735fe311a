package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var staleBreakRace = &Rule{
	Rule: diag.Rule{
		Code: "LK602", Slug: "stale-break-race", Level: diag.Error,
		Title: "who removes a stale lock may remove a new one",
	},
	Breaks: []Property{Exclusion},
	Find:   findStaleBreakRace,
}

func findStaleBreakRace(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		if s.Paths[path].Kind != protocol.Exists || s.Paths[path].Private {
			continue
		}
		removals := s.removals(path)
		if len(removals) == 0 {
			continue
		}
		for _, asked := range s.questions(path) {
			if s.endedBefore(asked) {
				continue
			}
			for _, r := range removals {
				if s.Nodes[r].Op == protocol.Rename && s.Nodes[r].Path != path || s.home[r].process != 0 || len(s.held(r, path)) > 0 || s.under(r, path) || !s.takesOver(r, path) && !s.healsForNext(asked, r, path) || !s.breaks(asked, r, path) {
					continue
				}
				f := s.at(r, "two runs can work at once: by the time %s is removed as stale, another run may have removed it and made its own", s.name(path))
				s.note(&f, asked, "found stale here")
				f.NoFix = "the takeover needs a lock of its own; flock leaves nothing to take over"
				out = append(out, f)
			}
		}
	}
	return out
}

// healsForNext tells whether who is turned away removes the lock of an owner that he takes for dead,
// and leaves it to the next one to take it.
func (s *Script) healsForNext(asked, removal protocol.ID, path int) bool {
	return s.Nodes[asked].Op == protocol.Alive && !slices.ContainsFunc(s.losersRemoval(path), func(l loser) bool { return l.removal == removal })
}

// questions lists the nodes at which the script learns that somebody has, or
// had, the lock at path: a file in a folder that is a lock tells it as well.
func (s *Script) questions(path int) []protocol.ID {
	var out []protocol.ID
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if readsNumber(n) && s.onlyName(path) {
			out = append(out, id)
			continue
		}
		if n.Path != protocol.None && (n.Path == path || s.inFolder(n.Path, path)) && (n.Op == protocol.Test || n.Op == protocol.Alive || n.Op == protocol.Own || n.Op == protocol.Claim && n.Else != protocol.None) {
			out = append(out, id)
		}
	}
	return out
}

// onlyName tells whether no other lock of the script is a name.
func (s *Script) onlyName(path int) bool {
	for i := range s.Paths {
		if i != path && s.Paths[i].Kind == protocol.Exists {
			return false
		}
	}
	return true
}

// breaks tells whether the removal follows from the answer "taken", or "dead",
// with no other command between that would end the owner.
func (s *Script) breaks(asked, removal protocol.ID, path int) bool {
	n := &s.Nodes[asked]
	from := n.Next
	if n.Op == protocol.Claim || n.Op == protocol.Alive || n.Op == protocol.Own {
		from = n.Else
	}
	stops := func(id protocol.ID) bool {
		return s.endsOwner(id) || s.acquires(id, path) || id != removal && s.removes(id, path)
	}
	_, ok := s.comesTo(s.staying(until(stops, s.on)), func(id protocol.ID) bool { return id == removal }, from)
	return ok
}

// endsOwner tells whether the node is a command that ends another process.
func (s *Script) endsOwner(id protocol.ID) bool {
	n := &s.Nodes[id]
	return n.Op == protocol.Work && (n.Text == "kill" || n.Text == "killall" || n.Text == "pkill" || n.Text == "start-stop-daemon")
}

// endedBefore tells whether the script only comes to a question about an owner when
// it has sent a signal to somebody: it asks whether that one is gone.
func (s *Script) endedBefore(asked protocol.ID) bool {
	if s.Nodes[asked].Op != protocol.Alive || s.home[asked].process != 0 {
		return false
	}
	_, ok := s.comesTo(until(s.endsOwner, s.on), func(id protocol.ID) bool { return id == asked }, 0)
	return !ok
}
