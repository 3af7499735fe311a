package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A variable that is readonly is set once. What sets it again fails: an assignment of its
// own ends the script in most shells, and what else happens differs from one to the next.

// constant begins the name under which a state keeps that a variable is readonly.
const constant = "\x00readonly"

// fixed is the state in which a variable is readonly. That is kept of those alone that are
// set more than once.
func (x *walker) fixed(name string, s *state) *state {
	if x.effort == exact || !x.in.setAgain(name) {
		return s
	}
	return s.set(constant+name, literal("1"))
}

// setAgain tells whether a variable is set in more than one place, or taken back.
func (in *interest) setAgain(name string) bool { return len(in.assigned[name]) > 1 || in.unsets[name] }

// fixes tells whether a declaration makes its variables readonly.
func fixes(d *syntax.DeclClause) bool {
	if d.Variant.Value == "readonly" {
		return true
	}
	for _, a := range d.Args {
		if isOption(a, "r") {
			return true
		}
	}
	return false
}

// fixesUnnamed tells whether such a declaration has operands of which it is not written down
// which variables they are.
func fixesUnnamed(d *syntax.DeclClause) bool {
	for _, a := range d.Args {
		if a.Name == nil && a.Value != nil && a.Value.Lit() == "" && fixes(d) {
			return true
		}
	}
	return false
}

// isOption tells of an option with one of these letters in a declaration.
func isOption(a *syntax.Assign, letters string) bool {
	if a.Name != nil || a.Value == nil {
		return false
	}
	lit := a.Value.Lit()
	return strings.HasPrefix(lit, "-") && strings.ContainsAny(lit, letters)
}

// refusesAll tells whether assignments fail because a variable is readonly: then the flow
// has failed. In bash a script goes on behind the command at its top.
func (x *walker) refusesAll(list []*syntax.Assign, at syntax.Node, f *flow) bool {
	for _, a := range list {
		if a.Name == nil {
			continue
		}
		if v, ok := f.st.vars.get(constant + a.Name.Value); ok {
			f.st = f.st.fail()
			if v.known && x.facts.ConstantsEnd && f.st.frame == nil {
				return true
			}
			x.dunno(at, "where a script goes on that sets %s again, which is readonly", a.Name.Value)
		}
	}
	return false
}

// refusesOne says of what sets a variable that it cannot be told what it does where that is
// readonly.
func (x *walker) refusesOne(name string, at syntax.Node, sets bool, s *state) {
	if _, ok := s.vars.get(constant + name); ok && sets {
		x.dunno(at, "what a command does that sets %s again, which is readonly", name)
	}
}
