package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

var trapMissesSignals = &Rule{
	Rule: diag.Rule{
		Code: "LK703", Slug: "trap-misses-signals", Level: diag.Warning,
		Title: "the trap that removes the lock does not run on every signal",
	},
	Breaks: []Property{Stale},
	Find:   findTrapMissesSignals,
}

func findTrapMissesSignals(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		for _, b := range s.bare(path) {
			var f diag.Finding
			switch {
			case b.onlyHUP():
				trap := b.exit
				if trap == protocol.None {
					trap = b.trapped
				}
				f = s.at(trap, "%s stays behind for ever when the terminal is closed: HUP is not trapped", s.name(path))
			case b.exit != protocol.None:
				f = s.at(b.exit, "%s stays behind for ever on %s: %s does not run the EXIT trap then", s.name(path), b.signalList(), shell.Of(s.Dialect).Name)
			default:
				continue
			}
			s.note(&f, b.by, "the lock is taken here")
			f.Fix = s.alsoTrap(b)
			out = append(out, f)
		}
	}
	return out
}

// alsoTrap adds a line behind an EXIT trap that turns the signals into an exit.
func (s *Script) alsoTrap(b bare) *diag.Fix {
	if b.exit == protocol.None {
		return nil
	}
	n := &s.Nodes[b.exit]
	if !s.alone(n.Span) {
		return nil
	}
	return &diag.Fix{
		Title: "make those signals end the script by exit, which runs the trap",
		Edits: []diag.Edit{insert(n.Span.End, s.File, "; trap 'exit 1' HUP INT TERM")},
	}
}
