package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

var unquotedLockPath = &Rule{
	Rule: diag.Rule{
		Code: "LK103", Slug: "unquoted-lock-path", Level: diag.Style,
		Title: "a blank in the lock's path makes other files of it",
	},
	Find: findUnquotedLockPath,
}

func findUnquotedLockPath(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		if !s.isLock(path) || !s.Paths[path].Opaque || s.Paths[path].Self || len(s.acquirers(path)) == 0 {
			continue // a value that the script fixes is seen to have no blank
		}
		var f *diag.Finding
		for i := range s.Nodes {
			id, n := protocol.ID(i), &s.Nodes[i]
			if n.Path != path || !n.Mode.Has(protocol.Unquoted) || n.Op == protocol.Open || !shell.Of(s.Dialect).SplitsWords {
				continue
			}
			if f == nil {
				found := s.atWord(id, "with a blank in it, %s stands for several files here, none of which is the lock: it is not quoted", s.name(path))
				f = &found
				f.Fix = s.quote(id)
			} else {
				s.note(f, id, "nor here")
			}
		}
		if f != nil {
			out = append(out, *f)
		}
	}
	return out
}

// quote puts double quotes around an operand that is one expansion.
func (s *Script) quote(id protocol.ID) *diag.Fix {
	n := &s.Nodes[id]
	text := s.text(n.Word)
	if n.Op == protocol.Open || n.Word.File != s.File || len(text) < 2 || text[0] != '$' {
		return nil
	}
	for _, c := range text {
		if c == '"' || c == '\'' || c == '`' || c == '(' || c == '*' || c == '?' {
			return nil
		}
	}
	return &diag.Fix{Title: "quote the path", Edits: []diag.Edit{{Span: n.Word, New: `"` + text + `"`}}}
}
