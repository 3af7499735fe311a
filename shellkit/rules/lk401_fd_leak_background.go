package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

var fdLeakBackground = &Rule{
	Rule: diag.Rule{
		Code: "LK401", Slug: "fd-leak-background", Level: diag.Warning,
		Title: "a background job keeps the lock after the script has ended",
	},
	Breaks: []Property{Leak},
	Find:   findFDLeakBackground,
}

func findFDLeakBackground(s *Script) []diag.Finding {
	var out []diag.Finding
	goesOn := protocol.GoesOn(s.Protocol)
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		in := s.Facts.At(id)
		if n.Op != protocol.Spawn || in == nil {
			continue
		}
		for _, h := range in.Holds {
			if h.Open == protocol.None || s.lone(h.Path) {
				continue
			}
			keeper, ok := s.keeps(n.Body, h)
			why := "nothing waits for it"
			if ok && s.waitedFor(id, h) {
				keeper, ok = s.goesOnWith(n.Body, h, goesOn)
				why = "goes on when the script is killed"
			}
			if !ok || s.Nodes[keeper].Mode.Has(protocol.Stays) {
				continue
			}
			f := s.at(id, "the lock of %s may outlive the script: %s has a copy of descriptor %d and %s", s.name(h.Path), s.childOf(id), s.Nodes[h.By].FD, why)
			s.note(&f, h.By, "locked here")
			f.Fix, f.NoFix = s.closeInChild(id, keeper, s.Nodes[h.By].FD)
			out = append(out, f)
			break
		}
	}
	return out
}

// keeps returns the first program under the child that begins at body which
// inherits the descriptor of the lock h.
func (s *Script) keeps(body protocol.ID, h protocol.Hold) (protocol.ID, bool) {
	return s.comesTo(s.on, func(id protocol.ID) bool { return s.inherits(id, h) }, body)
}

// goesOnWith returns such work under the child that goes on until somebody ends it.
func (s *Script) goesOnWith(body protocol.ID, h protocol.Hold, goesOn map[protocol.ID]bool) (protocol.ID, bool) {
	return s.comesTo(s.on, func(id protocol.ID) bool { return goesOn[id] && s.inherits(id, h) }, body)
}

// inherits tells whether a program that the node runs gets a descriptor that
// keeps the lock h alive.
func (s *Script) inherits(id protocol.ID, h protocol.Hold) bool {
	n, in := &s.Nodes[id], s.Facts.At(id)
	if n.Op != protocol.Work || n.Mode.Has(protocol.Quiet) || builtins[n.Text] || in == nil || s.holds(id, h.By) == nil {
		return false
	}
	// A shell that waits for the program keeps what the program does not inherit.
	waits := s.spawnOf(s.home[id].process) != protocol.None && !n.Mode.Has(protocol.InPlace) && !n.Mode.Has(protocol.Stays)
	cloexec := h.Open >= 0 && s.Nodes[h.Open].Mode.Has(protocol.Cloexec)
	if !waits && (cloexec || n.Mode.Has(protocol.Exclude) && n.FD == s.Nodes[h.By].FD) {
		return false
	}
	for _, opens := range in.FDs {
		if slices.Contains(opens, h.Open) {
			return true
		}
	}
	return h.Open <= protocol.Outside || waits && s.putAside(id, h)
}

// putAside tells whether the node runs in a background child whose shell has put a
// descriptor of the lock aside on another number, behind a redirect that is in force.
func (s *Script) putAside(id protocol.ID, h protocol.Hold) bool {
	process := s.home[id].process
	if s.spawnOf(process) == protocol.None {
		return false
	}
	for i := range s.Nodes {
		r, in := &s.Nodes[i], s.Facts.At(protocol.ID(i))
		if !r.Mode.Has(protocol.Save) || in == nil || s.home[i].process != process || !slices.Contains(in.Opens(r.FD), h.Open) {
			continue
		}
		over := func(to protocol.ID) bool {
			return s.Nodes[to].Op == protocol.Restore && s.Nodes[to].Body == protocol.ID(i)
		}
		if _, in := s.comesTo(until(over, s.on), func(to protocol.ID) bool { return to == id }, r.Next); in {
			return true
		}
	}
	return false
}

// builtins are commands that start no process.
var builtins = map[string]bool{"cd": true, "kill": true, "read": true, "test": true, "[": true, "[[": true, "((": true, "wait": true, "type": true}

// holds returns what the acquisition by gave, where it is still held.
func (s *Script) holds(id, by protocol.ID) *protocol.Hold {
	if in := s.Facts.At(id); in != nil {
		for i := range in.Holds {
			if in.Holds[i].By == by {
				return &in.Holds[i]
			}
		}
	}
	return nil
}

// waitedFor tells whether the script, when nothing goes wrong, waits for the
// child of a Spawn, or frees the lock with an explicit unlock, before the lock
// ends with its descriptor.
func (s *Script) waitedFor(spawn protocol.ID, h protocol.Hold) bool {
	ends := func(id protocol.ID) bool {
		n := &s.Nodes[id]
		return n.Op == protocol.Wait && !n.Mode.Has(protocol.Any) && (n.Body == protocol.None || n.Body == spawn || place(s.Nodes[n.Body].Span) == place(s.Nodes[spawn].Span)) ||
			n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock)
	}
	lost := func(id protocol.ID) bool {
		return s.Nodes[id].Op == protocol.End || s.Nodes[id].Mode.Has(protocol.Exec) || s.holds(id, h.By) == nil
	}
	_, leaks := s.comesTo(until(ends, s.well), func(id protocol.ID) bool { return !ends(id) && lost(id) }, s.Nodes[spawn].Next)
	return !leaks
}

// well follows a process in which no command and no redirect fails.
func (s *Script) well(id protocol.ID) (a, b protocol.ID) {
	switch n := &s.Nodes[id]; n.Op {
	case protocol.Work, protocol.Open, protocol.Dup:
		return n.Next, nowhere
	}
	return s.on(id)
}

// closeInChild closes the descriptor where the child is started.
func (s *Script) closeInChild(spawn, keeper protocol.ID, fd int) (*diag.Fix, string) {
	n, k := &s.Nodes[spawn], &s.Nodes[keeper]
	text := strings.TrimRight(s.text(n.Span), " \t&")
	switch {
	case n.Span.File != s.File || text == "":
		return nil, ""
	case strings.HasPrefix(text, ">("), strings.HasPrefix(text, "<("):
		return nil, fmt.Sprintf("close the descriptor for what is run inside: (COMMAND %d>&-)", fd)
	case fd > 9 && !shell.Of(s.Dialect).MultiDigitFD:
		return nil, "the descriptor has no number that can be written there"
	case shell.Of(s.Dialect).JobRedirects == shell.JobOwnsNothing:
		return nil, shell.Of(s.Dialect).Name + " keeps the descriptor of a redirect: close it with exec in a ( ) around the job"
	case k.Mode.Has(protocol.Exclude):
		return nil, "the job closes another descriptor already: which of the two is meant is for you to see"
	case strings.Contains(text, "|"), strings.Contains(text, ";"), strings.Contains(text, "&&"), s.Nodes[n.Body].Op != protocol.Work || k.Op != protocol.Work || n.Body != keeper:
		return nil, "where the job starts its programs is for you to see: close the descriptor with exec there"
	}
	at := forward(n.Span.Start, 0)
	at.Offset += len(text)
	if strings.Contains(text, "\n") {
		return nil, ""
	}
	at.Column += len(text)
	return &diag.Fix{
		Title: "start the job without the descriptor",
		Edits: []diag.Edit{insert(at, s.File, fmt.Sprintf(" %d>&-", fd))},
	}, ""
}
