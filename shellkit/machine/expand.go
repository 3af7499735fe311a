package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
)

// A word is expanded part by part. Where a part is a command, that has to run first: the
// step that asked for the word becomes the beginning of its child, and is made again once
// that has ended. What parts have come to meanwhile is kept in the registers, so that none
// is expanded twice.

// expander expands one word.
type expander struct {
	m    *machine
	s    *State
	need *program.Part // a command that has to run first
	over *outcome      // the shell ends here: ${x?}
}

// piece is what a part comes to: a value, or the words of a list.
type piece struct {
	value  Value
	list   []field
	isList bool
	quoted bool
	// splits is set for what may be parted into words, printed for what a command has printed.
	splits, printed bool
}

// single is a word as one value, handed on with the state behind its expansion.
func (m *machine) single(w *program.Word, s *State, then func(Value, *State) outcome) outcome {
	x := &expander{m: m, s: s}
	v := x.joined(w)
	if o, goesOn := x.goesOn(); !goesOn {
		return o
	}
	return then(v, x.s)
}

// fields are the words that a word comes to.
func (m *machine) fields(w *program.Word, s *State, then func([]field, *State) outcome) outcome {
	x := &expander{m: m, s: s}
	list := x.split(w)
	if o, goesOn := x.goesOn(); !goesOn {
		return o
	}
	return then(list, x.s)
}

// pattern is a word as a pattern: what is quoted in it stands for itself.
func (m *machine) pattern(w *program.Word, s *State, then func(pattern, *State) outcome) outcome {
	x := &expander{m: m, s: s}
	p := x.pattern(w)
	if o, goesOn := x.goesOn(); !goesOn {
		return o
	}
	return then(p, x.s)
}

// goesOn tells whether the word is expanded; else it is said what has to happen.
func (x *expander) goesOn() (outcome, bool) {
	switch {
	case x.over != nil:
		return *x.over, false
	case x.need != nil:
		return x.m.substitute(x.s, x.need), false
	}
	return outcome{}, true
}

func (x *expander) stopped() bool { return x.need != nil || x.over != nil }

// pieces are what the parts of a word come to.
func (x *expander) pieces(w *program.Word) (out []piece) {
	if w == nil {
		return nil
	}
	for i := range w.Parts {
		out = append(out, x.part(&w.Parts[i]))
		if x.stopped() {
			return nil
		}
	}
	return out
}

// joined is a word as one value: lists are joined by blanks.
func (x *expander) joined(w *program.Word) Value {
	v := empty
	for _, p := range x.pieces(w) {
		if p.isList {
			v = v.with(p.value.orEmpty())
			continue
		}
		if p.value.Unset {
			p.value = empty
		}
		if only := w != nil && len(w.Parts) == 1; only {
			p.value.Perhaps = false
			return p.value
		}
		v = v.with(p.value)
	}
	return v
}

func (x *expander) joinedList(list []field) Value {
	v := empty
	for i, f := range list {
		if i > 0 {
			v = v.with(Literal(" "))
		}
		if f.loose {
			v = v.with(derived("$@", "words", f.Value))
			continue
		}
		v = v.with(f.Value)
	}
	return v
}

// split is a word as the words that a command gets.
func (x *expander) split(w *program.Word) (out []field) {
	pieces := x.pieces(w)
	if x.stopped() {
		return nil
	}
	b := &splitter{x: x, word: w, splits: x.m.facts(x.s).SplitsWords}
	for _, p := range pieces {
		b.add(p)
	}
	b.end()
	if len(b.out) != 1 || len(w.Parts) != 1 {
		for i := range b.out {
			if len(b.out) > 1 {
				b.out[i].word = nil
			}
		}
	}
	return b.out
}

// part is what a part of a word comes to.
func (x *expander) part(p *program.Part) piece {
	switch p.Kind {
	case program.Text:
		return piece{value: Literal(p.Text), quoted: p.Quoted}
	case program.Tilde:
		return piece{value: x.home(p.Text), quoted: true}
	case program.Expansion:
		return x.param(p)
	case program.Calculation:
		return piece{value: x.calculation(p), quoted: p.Quoted, splits: true}
	case program.Substitution, program.Process:
		return x.substitution(p)
	}
	x.m.unknown(p.Span, "%s is not understood", short(p.Raw))
	v := Symbol(p.Raw, p.Raw+"@"+p.Span.Start.String())
	v.Blind = true
	return piece{value: v, quoted: p.Quoted, splits: true}
}

func (x *expander) home(text string) Value {
	if text == "~" {
		if v, ok := x.s.vars.get("HOME"); ok {
			return v.Value
		}
	}
	v := Symbol(text, text)
	v.Filled = true
	return v
}
