package rules

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

var uncheckedAcquire = &Rule{
	Rule: diag.Rule{
		Code: "LK201", Slug: "unchecked-acquire", Level: diag.Error,
		Title: "the script works on without the lock",
	},
	Breaks: []Property{Exclusion},
	Find:   findUncheckedAcquire,
}

func findUncheckedAcquire(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if !s.Acquires(id) || n.Op == protocol.Create || n.Op == protocol.Claim && s.afterTest(id) {
			continue
		}
		for _, path := range s.locks(id) {
			first, ok := s.worksAnyway(id, path)
			if !s.isLock(path) || s.lone(path) || !ok || s.failsOpen(id, path) {
				continue
			}
			f := s.at(id, "the script works on without the lock of %s: a run that does not get it goes on all the same", s.name(path))
			if n.Op == protocol.Flock && !n.Mode.Has(protocol.Nonblock) && !n.Mode.Has(protocol.Timed) {
				f.Level = diag.Warning
				f.Message = "when flock itself fails, the script works on without the lock of " + s.name(path)
			}
			if n.Mode.Has(protocol.Waits) {
				f.Level = diag.Info
				f.Message = "when " + n.Text + " itself fails, the script works on without the lock of " + s.name(path)
			}
			s.note(&f, first, "this runs with the lock or without it")
			if n.Else == protocol.None || n.Else == n.Next {
				f.Fix = s.orExit(id)
			}
			out = append(out, f)
			break
		}
	}
	return out
}

// worksAnyway tells whether all that is done first under the lock is also
// reached when it was not got, and returns the first of it.
func (s *Script) worksAnyway(id protocol.ID, path int) (protocol.ID, bool) {
	first := s.firstWork(id, path)
	if len(first) == 0 {
		return protocol.None, false
	}
	if s.Nodes[id].Else == protocol.None {
		return first[0], true
	}
	// A command that is called like a lock may take another one instead.
	next := s.staying(until(func(n protocol.ID) bool {
		return s.Nodes[n].Op == protocol.Work && lockName().MatchString(s.Nodes[n].Text)
	}, s.refusedAgain(id, path)))
	if f := s.home[id].frame; f != protocol.None && s.Nodes[f].Text == "$( )" {
		// The answer may be in what is printed, and asked for later.
		next = until(func(n protocol.ID) bool { return s.Nodes[n].Op == protocol.Choose }, next)
	}
	next = s.withoutOthers(protocol.Instead(s.Protocol, s.Facts, id), next)
	return first[0], s.allReached(first, s.reach(next, s.Nodes[id].Else)) && !s.counted(id, first[0], next)
}

// withoutOthers is a walk of a process that does not get those locks either.
func (s *Script) withoutOthers(instead []protocol.ID, next step) step {
	return func(id protocol.ID) (a, b protocol.ID) {
		if slices.Contains(instead, id) {
			return s.Nodes[id].Else, nowhere
		}
		return next(id)
	}
}

// refusedAgain is the walk of a process that never gets the lock at path, also not
// where the same command of a loop asks for it by another value of the same words.
func (s *Script) refusedAgain(by protocol.ID, path int) step {
	never := s.without(path)
	return func(id protocol.ID) (a, b protocol.ID) {
		for _, p := range s.locks(id) {
			if s.Paths[p].Text == s.Paths[path].Text && place(s.Nodes[id].Span) == place(s.Nodes[by].Span) {
				return s.Nodes[id].Else, nowhere
			}
		}
		return never(id)
	}
}

// counted tells whether the acquisition is tried in a loop, and the variable that
// ends the loop is asked once more before the work: who ran out of tries goes
// elsewhere, even where it is not known which value that is.
func (s *Script) counted(id, work protocol.ID, next step) bool {
	same := func(n, as protocol.ID) bool { return place(s.Nodes[n].Span) == place(s.Nodes[as].Span) }
	isWork := func(n protocol.ID) bool { return same(n, work) }
	comes := func(from protocol.ID, to protocol.ID, walk step) bool {
		if from == protocol.None {
			return false
		}
		_, ok := s.comesTo(walk, func(n protocol.ID) bool { return same(n, to) }, from)
		return ok
	}
	variable := func(n protocol.ID) bool {
		o := &s.Nodes[n]
		return o.Op == protocol.Choose && o.Else != protocol.None && strings.HasPrefix(o.Text, "$")
	}
	retrying := s.staying(until(isWork, s.on))
	ends, within := map[string]bool{}, map[[5]any]bool{}
	for _, n := range s.reach(retrying, s.Nodes[id].Else) {
		if o := &s.Nodes[n]; variable(n) && comes(o.Next, id, retrying) != comes(o.Else, id, retrying) {
			ends[o.Text], within[place(o.Span)] = true, true
		}
	}
	if len(ends) == 0 {
		return false
	}
	asks := func(n protocol.ID) bool {
		o := &s.Nodes[n]
		return variable(n) && ends[o.Text] && !within[place(o.Span)] && comes(o.Next, work, s.staying(s.on)) != comes(o.Else, work, s.staying(s.on))
	}
	return !comes(s.Nodes[id].Else, work, until(asks, next))
}

// allReached tells whether a walk comes to the places of all of these nodes.
func (s *Script) allReached(nodes, walk []protocol.ID) bool {
	reached := s.placesOfWork(walk)
	for _, n := range nodes {
		if !reached[place(s.Nodes[n].Span)] {
			return false
		}
	}
	return true
}

// placesOfWork are the places of the script at which a walk works.
func (s *Script) placesOfWork(walk []protocol.ID) map[[5]any]bool {
	places := map[[5]any]bool{}
	for _, n := range walk {
		if s.works(n) {
			places[place(s.Nodes[n].Span)] = true
		}
	}
	return places
}

// failsOpen tells whether the script says, after a time-out, that it goes on
// without the lock, at least where a flag wants words: that is a decision, and another
// rule's.
func (s *Script) failsOpen(id protocol.ID, path int) bool {
	for i := range s.Nodes {
		if place(s.Nodes[i].Span) == place(s.Nodes[id].Span) && s.failsOpenHere(protocol.ID(i), path) {
			return true
		}
	}
	return false
}

func (s *Script) failsOpenHere(id protocol.ID, path int) bool {
	n := &s.Nodes[id]
	if n.Op != protocol.Flock || !n.Mode.Has(protocol.Timed) || n.Else == protocol.None || n.Else == n.Next {
		return false
	}
	says := func(id protocol.ID) bool {
		n := &s.Nodes[id]
		return n.Op == protocol.Work && n.Mode.Has(protocol.Quiet) && n.Text != ":" && n.Text != "true"
	}
	first := s.firstWork(id, path)
	_, ok := s.comesTo(s.staying(until(s.works, s.without(path))), says, n.Else)
	return ok && len(first) > 0
}

// afterTest tells whether the node is the second half of check-then-create.
func (s *Script) afterTest(id protocol.ID) bool {
	if s.second == nil {
		s.second = map[[5]any]bool{}
		for i := range s.Nodes {
			if n := &s.Nodes[i]; (n.Op == protocol.Test || n.Op == protocol.Alive) && n.Path != protocol.None {
				if made, ok := s.createsAfter(protocol.ID(i)); ok {
					s.second[place(s.Nodes[made].Span)] = true
				}
			}
		}
	}
	return s.second[place(s.Nodes[id].Span)]
}

// orExit appends `|| exit 1` to a command that stands alone on its lines.
func (s *Script) orExit(id protocol.ID) *diag.Fix {
	span := s.Nodes[id].Span
	for f := s.home[id].frame; f != protocol.None; f = s.home[f].frame {
		if s.Nodes[f].Text != "( )" {
			return nil
		}
	}
	if !s.alone(span) {
		return nil
	}
	return &diag.Fix{Title: "leave when the lock is not got", Edits: []diag.Edit{insert(span.End, span.File, " || exit 1")}}
}

// alone tells whether the text at span is a whole statement: a line of its own,
// or cut off by ; or a comment, and no part of a list or a condition.
func (s *Script) alone(span source.Span) bool {
	f := s.files[span.File]
	if f == nil || span.File != s.File {
		return false
	}
	before, after := f.Data[:span.Start.Offset], f.Data[span.End.Offset:]
	i := len(before)
	for i > 0 && (before[i-1] == ' ' || before[i-1] == '\t') {
		i--
	}
	if i > 0 && before[i-1] != '\n' && before[i-1] != ';' && before[i-1] != '{' && before[i-1] != '(' {
		return false
	}
	j := 0
	for j < len(after) && (after[j] == ' ' || after[j] == '\t') {
		j++
	}
	if j == len(after) {
		return true
	}
	switch after[j] {
	case '\n', '\r', '#':
		return true
	case ';':
		return j+1 == len(after) || after[j+1] != ';'
	}
	return false
}
