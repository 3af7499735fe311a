package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

var multiDigitFD = &Rule{
	Rule: diag.Rule{
		Code: "LK106", Slug: "multi-digit-fd", Level: diag.Error,
		Title: "the shell does not know descriptors above 9",
	},
	Breaks: []Property{Exclusion, Entry},
	Find:   findMultiDigitFD,
}

func findMultiDigitFD(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if !s.DigitsAreWord(n) || !s.isLock(n.Path) {
			continue
		}
		f := s.atWord(id, "%s is never locked: to %s, %s in front of a redirect is a word, and the file is opened as standard %s",
			s.name(n.Path), shell.Of(s.Dialect).Name, n.Text, standard(n.Mode))
		if locked, ok := s.lockedThrough(id); ok {
			s.note(&f, locked, "this descriptor is not open")
		}
		f.Fix, f.NoFix = s.renumber(n.FD)
		out = append(out, f)
	}
	return out
}

func standard(m protocol.Mode) string {
	if m.Has(protocol.Write) {
		return "output"
	}
	return "input"
}

// renumber gives the descriptor a digit that the script does not use.
func (s *Script) renumber(fd int) (*diag.Fix, string) {
	old, free := strconv.Itoa(fd), 0
	for d := 9; d >= 3 && free == 0; d-- {
		if !slices.ContainsFunc(s.Nodes, func(n protocol.Node) bool { return n.FD == d || n.From == d }) {
			free = d
		}
	}
	if free == 0 {
		return nil, "the script uses every digit from 3 to 9"
	}
	fix := &diag.Fix{Title: "use descriptor " + strconv.Itoa(free)}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.FD != fd && n.From != fd {
			continue
		}
		text := s.text(n.Word)
		if n.Op == protocol.Restore || n.Op == protocol.Misuse {
			continue
		}
		at := strings.Index(text, old)
		if at < 0 || n.Word.File != s.File || strings.Contains(text[at+1:], old) {
			return nil, "the descriptor's number is not written out wherever it is used"
		}
		start := forward(n.Word.Start, at)
		edit := insert(start, s.File, strconv.Itoa(free))
		edit.Span.End = forward(start, len(old))
		if !slices.Contains(fix.Edits, edit) {
			fix.Edits = append(fix.Edits, edit)
		}
	}
	return fix, ""
}
