package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var unlockedWork = &Rule{
	Rule: diag.Rule{
		Code: "LK303", Slug: "unlocked-work", Level: diag.Warning,
		Title: "the lock ends while workers that it guards still run",
	},
	Breaks: []Property{Exclusion},
	Find:   findUnlockedWork,
}

func findUnlockedWork(s *Script) []diag.Finding {
	var out []diag.Finding
	workers := protocol.Workers(s.Protocol, s.Facts)
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		in := s.Facts.At(id)
		if k := slices.IndexFunc(workers, func(w protocol.Worker) bool { return w.Spawn == id }); k >= 0 {
			if w := workers[k]; !w.Waited {
				out = append(out, s.workersOf(id, w.Path))
			} else if s.leftOnINT(id, w.Path) {
				out = append(out, s.outlived(id, w.Path))
			}
			continue
		}
		if n.Op != protocol.Spawn || in == nil || !s.startedAgain(id) || s.inSubstitution(id) {
			continue
		}
		for _, h := range in.Holds {
			if h.Path == protocol.None || s.lone(h.Path) || s.home[id].process != s.home[h.By].process || s.joined(id, h) || s.caresFor(n.Body, h.Path) {
				continue
			}
			if _, working := s.comesTo(s.on, s.runsProgram, n.Body); !working {
				continue
			}
			out = append(out, s.workersOf(id, h.Path))
			break
		}
	}
	for _, e := range s.early() {
		if s.Nodes[e.By].Op == protocol.Claim && !s.goesWithScope(e) {
			f := s.unlockedFrom(e)
			f.Level = diag.Error
			out = append(out, f)
		}
	}
	return out
}

// workersOf is the finding about children that work on without the lock at a path.
func (s *Script) workersOf(spawn protocol.ID, path int) diag.Finding {
	what := "the job runs on without the lock of %s: nothing waits for it before that ends"
	if s.startedAgain(spawn) {
		what = "the workers run on without the lock of %s: nothing waits for them before it ends"
	}
	if s.Nodes[spawn].Mode.Has(protocol.Piped) {
		what = s.childOf(spawn) + " runs on without the lock of %s: nothing waits for it before that ends"
	}
	f := s.at(spawn, what, s.name(path))
	for _, h := range s.Facts.At(spawn).Holds {
		if h.Path == path {
			s.note(&f, h.By, "locked here")
			break
		}
	}
	f.NoFix = "where to wait is for you to choose"
	return f
}

// childOf is what a child is called that the shell does not wait for.
func (s *Script) childOf(spawn protocol.ID) string {
	switch n := &s.Nodes[spawn]; {
	case !n.Mode.Has(protocol.Piped):
		return "the background job"
	case strings.HasPrefix(n.Text, "<(") || strings.HasPrefix(n.Text, ">("):
		return "the process substitution"
	}
	return "this part of the pipeline"
}

// outlived is the finding about children that are waited for, but not on INT.
func (s *Script) outlived(spawn protocol.ID, path int) diag.Finding {
	f := s.workersOf(spawn, path)
	f.Message = fmt.Sprintf("Ctrl-C ends the script and the lock of %s, and not the job: in the background it ignores INT", s.name(path))
	f.NoFix = "a trap that kills the job and waits for it, before the lock ends, is for you to write"
	return f
}

// leftOnINT tells whether INT may end the script, and the lock at a path, while children
// of it work that it is waiting for: its trap neither ends them nor waits.
func (s *Script) leftOnINT(spawn protocol.ID, path int) bool {
	over := func(id protocol.ID) bool { return s.Nodes[id].Op == protocol.End }
	kept := false // then nothing but an explicit unlock ends the lock
	for _, h := range s.Facts.At(spawn).Holds {
		if h.Path == path && h.Open != protocol.None {
			_, kept = s.keeps(s.Nodes[spawn].Body, h)
		}
	}
	if kept {
		over = func(id protocol.ID) bool {
			return s.Nodes[id].Op == protocol.Flock && s.Nodes[id].Mode.Has(protocol.Unlock)
		}
	}
	_, left := s.comesTo(s.on, func(id protocol.ID) bool {
		n := &s.Nodes[id]
		if n.Op != protocol.Wait && !s.runsProgram(id) || n.Mode.Has(protocol.Ends) || s.Facts.At(id) == nil ||
			!slices.ContainsFunc(s.Facts.At(id).Holds, func(h protocol.Hold) bool { return h.Path == path }) {
			return false
		}
		switch h := s.Handlers[n.Handlers].Signal[protocol.INT]; h.Do {
		case protocol.Die:
			return s.Paths[path].Kind == protocol.Inode && !kept
		case protocol.Run:
			_, ended := s.comesTo(until(s.endsJobs, s.on), over, h.Entry)
			return ended
		}
		return false
	}, s.Nodes[spawn].Next)
	return left
}

// endsJobs tells whether jobs are over behind a node: they are waited for or killed.
func (s *Script) endsJobs(id protocol.ID) bool {
	return s.Nodes[id].Op == protocol.Wait && !s.Nodes[id].Mode.Has(protocol.Any)
}

// startedAgain tells whether a Spawn stands in a loop: those are workers, where
// a single one may be a daemon that is meant to stay.
func (s *Script) startedAgain(id protocol.ID) bool {
	_, ok := s.comesTo(s.staying(s.on), func(n protocol.ID) bool { return place(s.Nodes[n].Span) == place(s.Nodes[id].Span) }, s.Nodes[id].Next)
	return ok
}

// inSubstitution tells whether the node stands in a command substitution: a job
// that is started there hands out its number, as daemons are started.
func (s *Script) inSubstitution(id protocol.ID) bool {
	for f := s.home[id].frame; f != protocol.None; f = s.home[f].frame {
		if s.Nodes[f].Text == "$( )" {
			return true
		}
	}
	return false
}

// caresFor tells whether a child has a lock of its own, or gives up this one:
// then it was handed over, or needs it no more.
func (s *Script) caresFor(body protocol.ID, path int) bool {
	_, ok := s.comesTo(s.on, func(id protocol.ID) bool {
		n := &s.Nodes[id]
		return s.Acquires(id) || n.Op == protocol.Remove && s.Paths[n.Path].Text == s.Paths[path].Text
	}, body)
	return ok
}

// joined tells whether the script waits for its children on every way on which
// nothing fails, before the lock ends. Children that have a copy of its descriptor
// keep it: then only an explicit unlock ends it.
func (s *Script) joined(spawn protocol.ID, h protocol.Hold) bool {
	kept := false
	if h.Open != protocol.None {
		_, kept = s.keeps(s.Nodes[spawn].Body, h)
	}
	gone := func(id protocol.ID) bool {
		n := &s.Nodes[id]
		if kept {
			return n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock) && s.holds(id, h.By) != nil && s.holds(n.Next, h.By) == nil
		}
		return n.Op == protocol.End || s.holds(id, h.By) == nil
	}
	_, ends := s.comesTo(until(s.endsJobs, s.well), gone, s.Nodes[spawn].Next)
	return !ends
}

func (s *Script) runsProgram(id protocol.ID) bool {
	n := &s.Nodes[id]
	return n.Op == protocol.Work && n.Mode.Has(protocol.Program) && !n.Mode.Has(protocol.Quiet)
}
