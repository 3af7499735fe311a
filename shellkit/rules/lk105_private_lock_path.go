package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var privateLockPath = &Rule{
	Rule: diag.Rule{
		Code: "LK105", Slug: "private-lock-path", Level: diag.Error,
		Title: "every run locks a file of its own",
	},
	Breaks: []Property{Exclusion},
	Find:   findPrivateLockPath,
}

func findPrivateLockPath(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		p := &s.Paths[path]
		if !p.Private || p.Kind == protocol.Data {
			continue
		}
		by := s.acquirers(path)
		if len(by) == 0 || s.met(path) || s.putInPlace(path) || !s.guards(by, path) {
			continue
		}
		f := s.at(by[0], "every run gets the lock at once: %s is another file in each of them", p.Text)
		for _, h := range s.openers(by[0]) {
			s.note(&f, h, "opened here, under a name that no other run has")
		}
		f.NoFix = "which name all runs should share is for you to choose"
		out = append(out, f)
	}
	return out
}

// guards tells whether anything is done under the lock at path.
func (s *Script) guards(by []protocol.ID, path int) bool {
	return slices.ContainsFunc(by, func(id protocol.ID) bool { return len(s.firstWork(id, path)) > 0 })
}

// met tells whether other processes may lock a private path: children that are
// started with its name. In a directory of its own, and in tests, a script has
// locks for nobody else.
func (s *Script) met(path int) bool {
	if s.Paths[path].Inside && (s.Shell.Has(protocol.RunsTests) || s.spawns()) {
		return true
	}
	return s.sharedWithChildren(path)
}

func (s *Script) spawns() bool {
	return slices.ContainsFunc(s.Nodes, func(n protocol.Node) bool { return n.Op == protocol.Spawn })
}

// sharedWithChildren tells whether the path was named before children were
// started that lock it: then they meet on it. A single child meets nobody.
func (s *Script) sharedWithChildren(path int) bool {
	var first protocol.ID = protocol.None
	for _, id := range s.acquirers(path) {
		for f := s.home[id].frame; f != protocol.None; f = s.home[f].frame {
			if s.Nodes[f].Text == "|" {
				return true
			}
		}
		process := s.home[id].process
		if first == protocol.None {
			first = process
		}
		if spawn := s.spawnOf(process); process != first || spawn != protocol.None && s.startedAgain(spawn) {
			return true
		}
	}
	return false
}

// putInPlace tells whether the file gets another name: then that is the lock.
func (s *Script) putInPlace(path int) bool {
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Op == protocol.Rename && n.Path == path {
			return true
		}
	}
	return false
}

// openers returns the Opens that made what the node locks.
func (s *Script) openers(id protocol.ID) []protocol.ID {
	n, in := &s.Nodes[id], s.Facts.At(id)
	if n.Op != protocol.Flock || in == nil {
		return nil
	}
	var out []protocol.ID
	for _, o := range in.Opens(n.FD) {
		if o >= 0 {
			out = append(out, o)
		}
	}
	return out
}
