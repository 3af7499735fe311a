package rules

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var truncatingOpen = &Rule{
	Rule: diag.Rule{
		Code: "LK101", Slug: "truncating-open", Level: diag.Error,
		Title: "the file is emptied by a run that does not have the lock",
	},
	Find: findTruncatingOpen,
}

func findTruncatingOpen(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Open || !n.Mode.Has(protocol.Truncate) || !s.isLock(n.Path) ||
			s.Paths[n.Path].Private || len(s.heldInode(id, n.Path)) > 0 {
			continue
		}
		locked, ok := s.lockedThrough(id)
		if !ok {
			continue
		}
		needed, why := s.contentNeeded(n.Path)
		if why == "" {
			continue
		}
		f := s.atWord(id, "%s is wiped by a run that does not get the lock: > empties it before the lock is asked for", s.name(n.Path))
		s.note(&f, locked, "the lock is taken only here")
		s.note(&f, needed, "%s", why)
		f.Fix = s.appendInstead(id)
		out = append(out, f)
	}
	return out
}

// lockedThrough returns the node that locks what the Open at id opened.
func (s *Script) lockedThrough(id protocol.ID) (protocol.ID, bool) {
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Op != protocol.Flock || n.Mode.Has(protocol.Unlock) {
			continue
		}
		if in := s.Facts.At(protocol.ID(i)); in != nil {
			for _, o := range in.Opens(n.FD) {
				if o == id {
					return protocol.ID(i), true
				}
			}
		}
	}
	return protocol.None, false
}

// contentNeeded says who needs what is in the file, or "" when nobody does.
func (s *Script) contentNeeded(path int) (protocol.ID, string) {
	if s.Paths[path].Self {
		return protocol.None, "the file is the script itself"
	}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Path != path && n.To != path {
			continue
		}
		switch {
		case n.Op == protocol.Load && n.Path == path, n.Op == protocol.Own:
			return protocol.ID(i), "its content is read here"
		case n.Op == protocol.Store && n.Path == path:
			return protocol.ID(i), "its content is written here"
		case n.Op == protocol.Rename && n.To == path:
			return protocol.ID(i), "its content comes from here"
		case n.Op == protocol.Alive && n.Path == path:
			return protocol.ID(i), "the process number in it is needed here"
		}
	}
	return protocol.None, ""
}

// appendInstead turns the > of an Open into >>.
func (s *Script) appendInstead(id protocol.ID) *diag.Fix {
	word := s.Nodes[id].Word
	text := s.text(word)
	at := strings.IndexByte(text, '>')
	if word.File != s.File || at < 0 || at+1 >= len(text) || strings.ContainsRune(">&|(", rune(text[at+1])) {
		return nil
	}
	return &diag.Fix{
		Title: "open the file with >>, which leaves its content alone",
		Edits: []diag.Edit{insert(forward(word.Start, at), word.File, ">")},
	}
}
