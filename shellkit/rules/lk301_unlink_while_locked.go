package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var unlinkWhileLocked = &Rule{
	Rule: diag.Rule{
		Code: "LK301", Slug: "unlink-while-locked", Level: diag.Error,
		Title: "the locked file loses its name while it is locked",
	},
	Breaks: []Property{Exclusion},
	Find:   findUnlinkWhileLocked,
}

func findUnlinkWhileLocked(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		for _, path := range []int{n.Path, n.To} {
			if path == protocol.None || s.lone(path) || !s.removes(id, path) {
				continue
			}
			held := s.heldInode(id, path)
			if len(held) == 0 || s.goesOn(id, path) || s.rechecked(path) && s.lastAct(id, path) {
				continue
			}
			f := s.at(id, "two runs can work at once: %s takes the name of %s away while it is locked, so one that waits gets the old file and the next one makes a new one",
				n.Text, s.name(path))
			s.note(&f, held[0].By, "locked here")
			s.note(&f, held[0].Open, "a run that has opened it here waits for the old file")
			f.Fix, f.NoFix = s.keepName(id)
			out = append(out, f)
		}
	}
	return out
}

// withFolder tells whether the node takes a lock away with a folder that is none.
func (s *Script) withFolder(id protocol.ID) bool {
	n := &s.Nodes[id]
	return n.Op == protocol.Remove && n.To != protocol.None && !s.isLock(n.To)
}

// goesOn tells whether the name is taken away once more, elsewhere, under the
// same lock: mv to a backup and then mv over it is one fault, and the last step
// is the place to show.
func (s *Script) goesOn(id protocol.ID, path int) bool {
	_, ok := s.comesTo(s.staying(s.without(path)), func(to protocol.ID) bool {
		return s.removes(to, path) && place(s.Nodes[to].Span) != place(s.Nodes[id].Span) && len(s.heldInode(to, path)) > 0
	}, s.Nodes[id].Next)
	return ok
}

// rechecked tells whether everyone who locks the path compares it with the
// descriptor afterwards, before any work, and locks again when they differ.
func (s *Script) rechecked(path int) bool {
	compares := func(id protocol.ID) bool {
		n := &s.Nodes[id]
		return n.Op == protocol.SameInode && n.Path == path
	}
	working := func(id protocol.ID) bool {
		return s.Nodes[id].Op == protocol.Opaque || s.works(id) && len(s.heldInode(id, path)) > 0
	}
	for _, by := range s.acquirers(path) {
		before := s.staying(until(func(id protocol.ID) bool { return compares(id) || working(id) }, s.on))
		for _, id := range s.reach(before, s.Nodes[by].Next) {
			if working(id) {
				return false
			}
			if !compares(id) {
				continue
			}
			if _, bad := s.comesTo(s.staying(s.without(path)), working, s.Nodes[id].Else); bad {
				return false
			}
		}
	}
	return true
}

// lastAct tells whether nothing is done under the lock after the node.
func (s *Script) lastAct(id protocol.ID, path int) bool {
	_, more := s.comesTo(s.without(path), func(n protocol.ID) bool {
		return s.works(n) && len(s.heldInode(n, path)) > 0
	}, s.Nodes[id].Next)
	return !more
}

// keepName drops a removal. When it removes other files too only the operand
// goes.
func (s *Script) keepName(id protocol.ID) (*diag.Fix, string) {
	n := &s.Nodes[id]
	switch {
	case s.withFolder(id):
		return nil, "the lock has to lie outside of what is removed"
	case n.Op == protocol.Rename:
		return nil, "the lock has to move to a file that is never replaced"
	case n.Span.File != s.File || s.text(n.Span) == "":
		return nil, ""
	}
	for i := range s.Nodes {
		o := &s.Nodes[i]
		if o.Op != protocol.Remove || o.Path == n.Path || place(o.Span) != place(n.Span) {
			continue
		}
		if s.text(n.Word) == "" {
			return nil, ""
		}
		return &diag.Fix{Title: "leave the lock file where it is", Edits: []diag.Edit{{Span: n.Word}}}, ""
	}
	return &diag.Fix{
		Title: "leave the lock file where it is: it is meant to stay",
		Edits: []diag.Edit{{Span: n.Span, New: ":"}},
	}, ""
}
