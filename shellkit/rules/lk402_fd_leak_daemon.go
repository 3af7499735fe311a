package rules

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

var fdLeakDaemon = &Rule{
	Rule: diag.Rule{
		Code: "LK402", Slug: "fd-leak-daemon", Level: diag.Warning,
		Title: "a program that stays behind keeps the lock",
	},
	Breaks: []Property{Leak},
	Find:   findFDLeakDaemon,
}

func findFDLeakDaemon(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		in := s.Facts.At(id)
		if n.Op != protocol.Work || !n.Mode.Has(protocol.Stays) || in == nil {
			continue
		}
		for _, h := range in.Holds {
			if h.Open == protocol.None || s.lone(h.Path) || !s.inherits(id, h) || s.unlockedLater(id, h) {
				continue
			}
			f := s.at(id, "the lock of %s stays taken as long as %s lives, which goes on after the script: it inherits the descriptor", s.name(h.Path), n.Text)
			s.note(&f, h.By, "locked here")
			switch fd := s.Nodes[h.By].FD; {
			case fd >= hiddenFD:
				f.NoFix = "flock -o keeps the descriptor from the command"
			case s.alone(n.Span) && (fd < 10 || shell.Of(s.Dialect).MultiDigitFD):
				f.Fix = &diag.Fix{
					Title: "start it without the descriptor",
					Edits: []diag.Edit{insert(n.Span.End, s.File, fmt.Sprintf(" %d>&-", fd))},
				}
			}
			out = append(out, f)
			break
		}
	}
	return out
}

// hiddenFD is the first of the numbers that stand for descriptors which a
// command opens for itself.
const hiddenFD = 1000

// unlockedLater tells whether the lock is freed explicitly behind the node on
// every way on which nothing fails.
func (s *Script) unlockedLater(id protocol.ID, h protocol.Hold) bool {
	frees := func(to protocol.ID) bool {
		n := &s.Nodes[to]
		return n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock) && s.holds(to, h.By) != nil
	}
	_, ends := s.comesTo(until(frees, s.well), func(to protocol.ID) bool {
		return s.Nodes[to].Op == protocol.End || s.holds(to, h.By) == nil
	}, s.Nodes[id].Next)
	return !ends
}
