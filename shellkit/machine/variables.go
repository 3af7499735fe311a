package machine

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// variable is the value of a variable or parameter.
func (x *expander) variable(name string) Value {
	s, facts := x.s, x.m.facts(x.s)
	v, ok := s.lookup(name)
	if ok {
		if v.List != nil {
			return v.List.first(facts.ArraysFromOne, x)
		}
		return v.Value
	}
	switch {
	case name == "?", name == "status" && hasName(facts.SmallNames, name):
		return s.status
	case name == "PWD":
		return s.folder()
	case name == "#":
		return s.params.count()
	case name == "-":
		return derived("$-", "options", Literal(s.optionLetters()))
	case name == "!":
		return empty
	case name == "_":
		return Symbol("$_", "_@"+s.code.Span.Start.String()+itoa(s.pc))
	case shell.IsParameter(name):
		i, _ := shell.Number(name)
		return s.params.at(i)
	case name == "0":
		return s.params.name
	case facts.IsPrivate(name):
		v := Symbol("$"+name, name)
		v.Private, v.Number, v.Filled = true, true, true
		if v.Fresh = name == "$" || name == "BASHPID"; !v.Fresh {
			v.Key = mark + name + "@" + s.code.Span.Start.String() + itoa(s.pc) + mark
		}
		if name == "BASHPID" && s.child() == nil && !s.proc.child {
			v.Key = mark + "$" + mark
		}
		return v
	case name == "IFS":
		return Literal(" \t\n")
	case name == "OPTIND":
		return Literal("1")
	case name == "LINENO", mayBeGiven(name, facts):
		v := Symbol("$"+name, name)
		v.Input = name != "LINENO"
		return v
	}
	return nothing
}

func hasName(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// mayBeGiven tells whether a variable that nothing has set may have a value: the shell or
// the environment gives it. A name in small letters that nothing sets is empty.
func mayBeGiven(name string, facts *shell.Dialect) bool {
	return strings.ToUpper(name) == name || hasName(facts.SmallNames, name)
}

// lookup is what a name stands for, where a reference is followed.
func (s *State) lookup(name string) (Variable, bool) {
	for range 8 {
		v, ok := s.vars.get(name)
		if !ok || v.Refers == "" {
			return v, ok
		}
		name = v.Refers
	}
	return Variable{}, false
}

// folder is the working directory.
func (s *State) folder() Value {
	if s.cwd.Key != "" {
		return s.cwd
	}
	v := Symbol("$PWD", "PWD")
	v.Filled = true
	return v
}

// sure is how many parameters there are surely: the last may be none.
func (p *params) sure() int {
	if n := len(p.list); n > 0 && p.list[n-1].Perhaps {
		return n - 1
	}
	return len(p.list)
}

// count is $#.
func (p *params) count() Value {
	sure := p.sure()
	if !p.open() && sure == len(p.list) {
		return Literal(itoa(sure))
	}
	v := derived("$#", "count"+itoa(sure-p.past), append(slices.Clone(p.list[sure:]), p.rest)...)
	v.Number, v.Input, v.Filled = true, true, true
	return v
}

// first is what an array is without an index.
func (l *List) first(fromOne bool, x *expander) Value {
	if fromOne {
		v := empty
		for i, it := range l.Items {
			if i > 0 {
				v = v.with(Literal(" "))
			}
			v = v.with(it.Value)
		}
		return v
	}
	v, _ := l.at(Literal("0"))
	return v
}

// at is an element, and whether it is known which one that is.
func (l *List) at(key Value) (Value, bool) {
	for _, it := range l.Items {
		if it.Key.Key == key.Key {
			return it.Value, true
		}
	}
	known := key.Known && !l.Loose
	for _, it := range l.Items {
		known = known && it.Key.Known
	}
	return nothing, known
}

// optionLetters are the options that are set, as $- shows some of them.
func (s *State) optionLetters() string {
	letters := ""
	for _, o := range []struct {
		on     bool
		letter string
	}{{s.opts.errexit, "e"}, {s.opts.noglob, "f"}, {s.opts.nounset, "u"}, {s.opts.noclobber, "C"}} {
		if o.on {
			letters += o.letter
		}
	}
	return letters
}
