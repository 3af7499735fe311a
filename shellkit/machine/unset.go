package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// An expansion may end the shell: ${x:?} of what is not there, and under set -u any of it.

// required tells whether an expansion goes on under set -u; else the shell ends, or it is
// asked first.
func (x *expander) required(p *program.Part, v Value) bool {
	q := p.Param
	if q.Name == "!" && v.blank() {
		x.m.unknown(p.Span, "whether %s ends the shell", short(p.Raw))
		return true
	}
	if !shell.IsParameter(q.Name) && !isName(q.Name) {
		return true
	}
	switch set := x.isSet(q, v, true); {
	case set == yes:
		return true
	case q.Index != nil:
		x.m.unknown(p.Span, "whether %s ends the shell", short(p.Raw))
		return true
	case set == no:
		x.over = &outcome{next: x.unsetEnds(false)}
	case isOwnVariable(q.Name):
		return true
	default:
		x.asks(p, isSetFact+v.Key, v)
	}
	return false
}

// unsetEnds is the state of a shell that ends at an expansion; asked is set for ${x?}.
func (x *expander) unsetEnds(asked bool) *State {
	facts := x.m.facts(x.s)
	t := x.s.ended(failure)
	switch {
	case unsetReturns(facts) && t.innermost(inCall) != nil:
		return t.going(fate{how: returning})
	case facts.UnsetUntrapped && asked && t.innermost(inCall) != nil:
		return t.replaced()
	case facts.UnsetUnwinds:
		return t.unwound().exits()
	}
	return t.exits()
}

// unwound is the state of a process that has left its functions, with the variables and the
// parameters from outside of them.
func (s *State) unwound() *State {
	t := s
	for t.innermost(inCall) != nil {
		switch f := t.stack; f.kind {
		case inTrap, inAlways:
			return t
		case inCall:
			if f.exit.runs() {
				return t
			}
			out := t.outside()
			params := out.params
			t = out.pop()
			t.params = params
		default:
			t = t.pop()
		}
	}
	return t.ended(s.status)
}
