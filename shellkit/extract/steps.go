package extract

import (
	"slices"
	"strings"
)

// steps is where a script does something to a name, as far as its text tells.
type steps struct{ tests, makes, removals []step }

// step is one such place.
type step struct {
	scope string
	at    int // offset in the script
}

func (in *interest) of(word string) *steps {
	s := in.steps[word]
	if s == nil {
		s = &steps{}
		in.steps[word] = s
	}
	return s
}

// likeLock tells whether a file can be a lock that is not called one: it is tested
// for, then made, and given up later. Output that is removed before it is made, or
// looked at afterwards, is none.
func (s *steps) likeLock() bool {
	return slices.ContainsFunc(s.makes, func(made step) bool {
		return slices.ContainsFunc(s.removals, made.mayComeBefore) &&
			slices.ContainsFunc(s.tests, func(t step) bool { return !s.madeAbove(t) && t.mayComeBefore(made) })
	})
}

// madeAbove tells whether a test looks at what the same piece of text has made.
func (s *steps) madeAbove(test step) bool {
	return slices.ContainsFunc(s.makes, func(made step) bool { return made.scope == test.scope && made.at < test.at })
}

// mayComeBefore tells whether a is reached before b on some path. Functions and
// traps run in an order that the text does not tell, and so do several texts; each text
// is read from top to bottom.
func (a step) mayComeBefore(b step) bool {
	of, _, atTop := strings.Cut(a.scope, "#")
	other, _, too := strings.Cut(b.scope, "#")
	if atTop && too && of == other || a.scope == b.scope {
		return a.at < b.at
	}
	return true
}
