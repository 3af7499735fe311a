package rules

import (
	"regexp"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var privateLockPath = &Rule{
	Rule: diag.Rule{
		Code: "LK105", Slug: "private-lock-path", Level: diag.Error,
		Title: "every run locks a file of its own",
	},
	Find: findPrivateLockPath,
}

// claimedName is how a name must look before a private one that is made
// exclusively counts as a lock: most are temporary directories.
var claimedName = regexp.MustCompile(`(?i)lock|lck|mutex|semaphor`)

func findPrivateLockPath(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		p := &s.Paths[path]
		if !p.Private || p.Kind == protocol.Data || p.Kind == protocol.Exists && !claimedName.MatchString(p.Text) {
			continue
		}
		by := s.acquirers(path)
		if len(by) == 0 || s.sharedWithChildren(path, by) || s.putInPlace(path) {
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

// sharedWithChildren tells whether the path was named before children were
// started that lock it: then they meet on it.
func (s *Script) sharedWithChildren(path int, by []protocol.ID) bool {
	for _, id := range by {
		if s.home[id].process != 0 {
			return true
		}
		for f := s.home[id].frame; f != protocol.None; f = s.home[f].frame {
			if s.Nodes[f].Text == "|" {
				return true
			}
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
