package prove

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// What runs are given for themselves differs: where a script locks what its first
// argument names and then what its second does, another run may have the same two the
// other way round.

// exchange is two inputs of a script that another run has the other way round.
type exchange struct{ one, other string }

// exchanged returns the script as such a run has it: two locks that differ in nothing
// but the input are each in the place of the other. It is nil where there are none.
func exchanged(p *protocol.Protocol) (other *protocol.Protocol, what exchange) {
	for i := range p.Paths {
		for j := i + 1; j < len(p.Paths); j++ {
			a, b := &p.Paths[i], &p.Paths[j]
			if a.Kind == protocol.Data || b.Kind == protocol.Data || a.Private || b.Private {
				continue
			}
			if one, other, ok := protocol.Exchange(a, b); ok {
				q := *p
				q.Paths = slices.Clone(p.Paths)
				q.Paths[i].Text, q.Paths[j].Text = b.Text, a.Text
				for k := range q.Paths {
					q.Paths[k].Opaque = false // they mean the same to both runs
				}
				return &q, exchange{one, other}
			}
		}
	}
	return nil, exchange{}
}

// varies tells whether a lock is another one in every turn of a loop.
func (e *explorer) varies(lock string) bool {
	return slices.ContainsFunc(e.m.scripts, func(s *script) bool {
		return slices.ContainsFunc(s.Paths, func(p protocol.Path) bool { return p.Text == lock && p.Varies })
	})
}

// ordered tells whether a violation may be one that an order excludes which the script
// brings two inputs into: it waits for a lock that is named by one of them.
func (e *explorer) ordered(p Property, lock string) (one, other string, asked bool) {
	if p != Deadlock {
		return "", "", false
	}
	for _, s := range e.m.scripts {
		for i := range s.Paths {
			for j := range s.Paths {
				a, b := &s.Paths[i], &s.Paths[j]
				if i == j || a.Text != lock || !a.Compared || b.Kind == protocol.Data {
					continue
				}
				if one, other, ok := protocol.Exchange(a, b); ok {
					return one, other, true
				}
			}
		}
	}
	return "", "", false
}

// exchanged says in a schedule which of its runs has two inputs the other way round.
func (v *Violation) exchanged(g group) {
	if g.given.one == "" {
		return
	}
	told := map[int]bool{}
	for i := range v.Trace.Steps {
		s := &v.Trace.Steps[i]
		if run := s.Process - 1; run < len(v.Scripts) && v.Scripts[run] == 1 && !told[run] {
			told[run] = true
			s.Effect = strings.TrimPrefix(s.Effect+"; ", "; ") + "its " + g.given.one + " is the " + g.given.other + " of the other run"
		}
	}
}
