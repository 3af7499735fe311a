package prove

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A question about what the script itself has found out has one answer, and where that was
// not followed it is not known. A schedule in which it has one answer shows something only
// where the promise is broken with the other answer as well: which of them the script hears
// does not matter then.

// maxGuesses bounds how many such questions are tried with both answers. A violation that
// hangs on more of them is taken for one that needs a guess.
const maxGuesses = 4

// guess is a question that was not understood, wherever the scripts ask it.
type guess struct {
	script int
	at     source.Span
	text   string
}

// asks tells whether a node of a script is the question.
func (g guess) asks(script int, n *protocol.Node) bool {
	return g.script == script && n.Mode.Has(protocol.Lost) && n.Else != none && n.Span == g.at && n.Text == g.text
}

// guesses lists the questions that the processes of a schedule have got an answer to, in
// the order in which they were first asked.
func (v *Violation) guesses(scripts []*protocol.Protocol) (asked []guess) {
	for _, ev := range v.Events {
		if ev.Node == none || ev.Kind != Run {
			continue
		}
		n := &scripts[ev.Script].Nodes[ev.Node]
		if g := (guess{ev.Script, n.Span, n.Text}); g.asks(ev.Script, n) && !slices.Contains(asked, g) {
			asked = append(asked, g)
		}
	}
	return asked
}

// answer returns the scripts with one answer to a question, the same in all runs.
func (g guess) answer(scripts []*protocol.Protocol, yes bool) []*protocol.Protocol {
	told := *scripts[g.script]
	told.Nodes = slices.Clone(told.Nodes)
	for i := range told.Nodes {
		if n := &told.Nodes[i]; g.asks(g.script, n) {
			if !yes {
				n.Next = n.Else
			}
			n.Else = none
		}
	}
	out := slices.Clone(scripts)
	out[g.script] = &told
	return out
}

// dropGuesses takes out the violations that need a guess, and notes a doubt for each.
func (r *Result) dropGuesses(scripts []*protocol.Protocol, opt Options) {
	r.Violations = slices.DeleteFunc(r.Violations, func(v Violation) bool {
		g, needed := v.needsGuess(scripts, opt, maxGuesses)
		if needed {
			why := fmt.Sprintf("whether %s is asked, and not followed: %s of %s hangs on it", g.text, v.Property, v.Lock)
			r.doubt(Doubt{g.at, why})
			r.guessed = append(r.guessed, v.Property)
		}
		return needed
	})
}

// worksUnder tells whether some run gets a lock and works then: nobody means a script to
// take a lock and never to work.
func (r *Result) worksUnder(lock string) bool {
	return slices.ContainsFunc(r.searches, func(s search) bool {
		for i := range s.e.m.locks {
			if s.e.m.locks[i].text == lock && s.e.entered.has(i) {
				return slices.ContainsFunc(s.e.m.scripts, func(sc *script) bool { return sc.worksUnder(i) })
			}
		}
		return false
	})
}

// worksUnder tells whether work follows an acquisition of a lock.
func (s *script) worksUnder(lock int) bool {
	return slices.ContainsFunc(s.nodes, func(n node) bool {
		return s.takes(n.id) == lock && len(protocol.WorkFrom(s.Protocol, s.known(), n.Next)) > 0
	})
}

// needsGuess tells whether a promise is kept with one of the answers to a question that a
// schedule has got the other one to, and which question that is.
func (v *Violation) needsGuess(scripts []*protocol.Protocol, opt Options, room int) (which guess, needed bool) {
	asked := v.guesses(scripts)
	if len(asked) == 0 {
		return which, false
	}
	if which = asked[0]; room == 0 {
		return which, true
	}
	opt.Properties = []Property{v.Property}
	opt.Together = len(scripts) > 1 && slices.ContainsFunc(v.Scripts, func(s int) bool { return s != v.Scripts[0] })
	for _, yes := range []bool{true, false} {
		told := which.answer(scripts, yes)
		r, _ := explored(told, opt)
		i := slices.IndexFunc(r.Violations, func(w Violation) bool { return w.Lock == v.Lock })
		switch {
		case i < 0 && r.worksUnder(v.Lock):
			return which, true
		case i < 0:
			continue
		}
		if again, needed := r.Violations[i].needsGuess(told, opt, room-1); needed {
			return again, true
		}
	}
	return which, false
}
