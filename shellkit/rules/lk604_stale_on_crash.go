package rules

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var staleOnCrash = &Rule{
	Rule: diag.Rule{
		Code: "LK604", Slug: "stale-on-crash", Level: diag.Warning,
		Title: "a signal leaves the lock behind for ever",
	},
	Breaks: []Property{Stale},
	Find:   findStaleOnCrash,
}

func findStaleOnCrash(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		if s.heals(path) || s.stays(path) {
			continue
		}
		for _, b := range s.bare(path) {
			if b.exit != protocol.None || b.late != protocol.None || b.lost != protocol.None && !s.onlyOnSignals(b.lost, path) || b.onlyHUP() {
				continue
			}
			f := s.at(b.by, "%s stays behind and locks everybody out when the script is ended by %s: nothing removes it then", s.name(path), b.signalList())
			s.note(&f, b.at, "such a signal may come here")
			if b.lost != protocol.None {
				s.note(&f, b.lost, "this trap is no longer armed then")
			}
			f.NoFix = "a clean-up for a home-made lock is easy to get wrong; flock needs none"
			out = append(out, f)
		}
		if by, end, ok := s.leftTaken(path); ok {
			f := s.at(by, "%s is still there when the script ends, and nothing in it removes it: if the one that should is ended first, everybody is locked out", s.name(path))
			s.note(&f, end, "the script ends here with the lock taken")
			f.NoFix = "who takes a lock should be the one that gives it up; flock does that by itself"
			out = append(out, f)
		}
	}
	return out
}

// onlyOnSignals tells whether a Trap removes the lock itself, and not by way of the
// EXIT trap.
func (s *Script) onlyOnSignals(trap protocol.ID, path int) bool {
	_, direct := s.comesTo(s.staying(s.on), func(id protocol.ID) bool { return s.removes(id, path) }, s.Nodes[trap].Body)
	return direct && !s.onExit(trap)
}

// onExit tells whether a Trap is armed for the end of the script.
func (s *Script) onExit(trap protocol.ID) bool {
	return strings.Contains(" "+s.Nodes[trap].Text+" ", " EXIT ")
}

// leftTaken returns where the lock at path is taken with a tool for locks by a
// script that never removes it, and where that script ends. A function that its
// caller uses to take the lock leaves it to him.
func (s *Script) leftTaken(path int) (by, end protocol.ID, ok bool) {
	if s.Paths[path].Kind != protocol.Exists || s.Paths[path].Private || len(s.removals(path)) > 0 {
		return protocol.None, protocol.None, false
	}
	for _, by := range s.acquirers(path) {
		switch s.Nodes[by].Text {
		case "lockfile", "dotlockfile", "lockfile-create", "pmlock":
		default:
			continue
		}
		end, ends := s.comesTo(until(s.calls, s.on), func(id protocol.ID) bool {
			return s.Nodes[id].Op == protocol.Leave && s.holds(id, by) != nil
		}, s.Nodes[by].Next)
		if ends {
			return by, end, true
		}
	}
	return protocol.None, protocol.None, false
}

// calls tells whether the node stands for what the caller of a function in a
// library does: which traps he has is not known where the function sets none.
func (s *Script) calls(id protocol.ID) bool {
	return s.Nodes[id].IsCaller()
}

// bare is an existence lock that is held while some signals would end the shell
// without its removal.
type bare struct {
	by, at  protocol.ID // who took it; where a signal may come
	signals []protocol.Signal
	exit    protocol.ID // an EXIT trap that would remove it, but does not run then
	late    protocol.ID // a trap that removes it, armed later
	trapped protocol.ID // a trap that removes it on other signals
	lost    protocol.ID // a trap that removed it, no longer in force
}

func (b *bare) onlyHUP() bool {
	return len(b.signals) == 1 && b.signals[0] == protocol.HUP && b.trapped != protocol.None
}

func (b *bare) signalList() string {
	var names []string
	for _, sig := range b.signals {
		names = append(names, sig.String())
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// bare lists the acquisitions of path that some signal would leave behind.
func (s *Script) bare(path int) []bare {
	list, known := s.bared[path]
	if !known {
		list = s.findBare(path)
		s.bared[path] = list
	}
	return list
}

func (s *Script) findBare(path int) []bare {
	if s.Paths[path].Kind != protocol.Exists || !s.isLock(path) || s.Paths[path].Private {
		return nil
	}
	var out []bare
	for _, by := range s.acquirers(path) {
		if s.Nodes[by].Op == protocol.Create && !s.afterTest(by) {
			continue // made when it is missing, and then used by every run
		}
		b := bare{by: by, at: protocol.None, exit: protocol.None, late: protocol.None, trapped: protocol.None, lost: protocol.None}
		lost := [protocol.NumSignals]bool{}
		for i := range s.Nodes {
			id := protocol.ID(i)
			if s.home[id] != s.home[by] && !(s.home[id].process == s.home[by].process && s.home[id].frame == protocol.None) {
				continue
			}
			if h := s.holds(id, by); h == nil || !s.waits(id) || s.calls(id) && s.Nodes[id].Handlers == 0 || s.Nodes[id].Op == protocol.Claim && id == by {
				continue
			}
			now := s.Handlers[s.Nodes[id].Handlers]
			for sig, h := range now.Signal {
				switch {
				case h.Do == protocol.Run && s.leadsToRemoval(h.Entry, path):
					b.trapped = h.Armed
				case h.Do == protocol.Run && s.looksElsewhere(h.Entry, path): // LK607 says so
				case h.Do == protocol.Die, h.Do == protocol.Run && !s.resumes(h.Entry):
					lost[sig] = true
					if b.at == protocol.None {
						b.at = id
					}
					if h.Do == protocol.Die && now.Exit != protocol.None && s.leadsToRemoval(s.Nodes[now.Exit].Body, path) {
						b.exit = now.Exit
					}
				}
			}
		}
		for sig, is := range lost {
			if is {
				b.signals = append(b.signals, protocol.Signal(sig))
			}
		}
		if len(b.signals) == 0 {
			continue
		}
		if b.exit == protocol.None {
			b.late, b.lost = s.otherTraps(by, b.at, path)
		}
		out = append(out, b)
	}
	return out
}

// stays tells whether a directory or link is never removed by the script: then
// it is made to be there, not to lock.
func (s *Script) stays(path int) bool {
	for _, by := range s.acquirers(path) {
		switch s.Nodes[by].Text {
		case "mkdir", "mkdir -p", "mkfifo", "ln", "ln -s":
		default:
			return false
		}
	}
	return len(s.removals(path)) == 0
}

// heals tells whether a lock that was left behind is taken over: by the tool
// that takes it, or by the script.
func (s *Script) heals(path int) bool {
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		switch {
		case n.Op == protocol.Claim && n.Path == path && n.Mode&(protocol.Pid|protocol.Expires) != 0:
			return true
		case n.Op == protocol.Alive && n.Path == path:
			return true
		case s.removes(id, path) && s.Facts.At(id) != nil && len(s.held(id, path)) == 0 && s.home[id].process == 0 && s.takesOver(id, path):
			return true
		}
	}
	return false
}

// leadsToRemoval tells whether a walk from the node can remove the path; what
// was not understood on it may.
func (s *Script) leadsToRemoval(from protocol.ID, path int) bool {
	if from == protocol.None {
		return false
	}
	_, ok := s.comesTo(s.on, func(id protocol.ID) bool { return s.removes(id, path) || s.Nodes[id].Op == protocol.Opaque }, from)
	return ok
}

// resumes tells whether a handler lets the script go on.
func (s *Script) resumes(entry protocol.ID) bool {
	_, ok := s.comesTo(s.on, func(id protocol.ID) bool { return s.Nodes[id].Op == protocol.Resume }, entry)
	return ok
}

// otherTraps returns traps that remove the lock and are armed while it is held:
// one that comes behind the node, and one that came before it.
func (s *Script) otherTraps(by, at protocol.ID, path int) (late, lost protocol.ID) {
	late, lost = protocol.None, protocol.None
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Trap || s.holds(id, by) == nil || !s.leadsToRemoval(n.Body, path) {
			continue
		}
		if _, behind := s.comesTo(s.on, func(to protocol.ID) bool { return to == id }, at); !behind {
			lost = id
		} else if late == protocol.None {
			late = id
		}
	}
	return late, lost
}
