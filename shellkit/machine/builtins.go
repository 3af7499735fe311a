package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// builtinRows are the builtins that change nothing but what the shell knows.
var builtinRows = map[string]command{
	":": quietly, "set": setRow, "shift": shiftRow, "unset": unsetRow, "shopt": shoptRow, "setopt": setoptRow, "unsetopt": setoptRow,
	"local": declareRow, "declare": declareRow, "typeset": declareRow, "export": declareRow, "readonly": declareRow,
	"integer": declareRow, "float": declareRow, "nameref": declareRow,
	"trap": trapRow, "wait": waitRow, "umask": quietly, "alias": aliasRow, "unalias": quietly, "let": letRow,
	"type": whichRow, "whence": whichRow, "hash": whichRow, "times": quietly, "ulimit": ulimitRow, "jobs": quietly, "fg": waitAllRow,
	"bg": quietly, "disown": quietly, "unhash": quietly, "unfunction": unfunctionRow, "emulate": emulateRow,
	"cd": cdRow, "pushd": pushdRow, "popd": popdRow, "getopts": getoptsRow, "read": readRow, "print": printRow,
	"mapfile": setterRow, "readarray": setterRow, "autoload": lossRow, "zmodload": quietly, "compgen": quietly,
	"[[": testRow, "history": quietly, "caller": quietly, "dirs": quietly, "enable": lossRow, "suspend": lossRow,
	"vared": setterRow, "sysopen": lossRow, "sysread": setterRow, "zparseopts": lossRow, "zstat": setterRow, "strftime": setterRow, "array": setterRow,
}

// bothRows are builtins that are programs as well.
var bothRows = map[string]command{
	"true": quietly, "false": falseRow, "echo": echoRow, "printf": printfRow, "test": testRow, "[": testRow, "kill": killRow, "pwd": pwdRow,
}

func quietly(m *machine, c *call, s *State) plan { return m.quiet(c) }

func falseRow(m *machine, c *call, s *State) plan { return silent(status(1)) }

// lossRow is a builtin that is not followed.
func lossRow(m *machine, c *call, s *State) plan {
	return m.cannotFollow(c, "what "+c.name()+" does is not followed")
}

// shiftRow is shift.
func shiftRow(m *machine, c *call, s *State) plan {
	n, known := 1, true
	if len(c.args) > 1 {
		n, known = shell.Number(c.args[1].Text)
		known = known && c.args[1].Known
	}
	if !known {
		if len(c.args) > 1 && c.args[1].Known {
			return m.cannotFollow(c, "a shift by something else than a number")
		}
		m.unknown(c.at, "a shift by a number that is not known")
	}
	return plan{done: func(s *State, _ bool) outcome {
		p := *s.params
		if known && !p.open() && n > len(p.list) {
			if m.facts(s).ShiftExits && !c.plain {
				return goes(s.over(status(1)).exits())
			}
			return goes(s.over(status(1)))
		}
		p.past += max(0, n-len(p.list))
		p.list = p.list[min(n, len(p.list)):]
		if !p.open() {
			p.past = 0
		}
		t := s.clone()
		t.params = &p
		return goes(t.over(success))
	}}
}

// unsetRow is unset.
func unsetRow(m *machine, c *call, s *State) plan {
	functions := false
	names := c.args[1:]
	for len(names) > 0 && strings.HasPrefix(names[0].Text, "-") {
		functions = functions || strings.Contains(names[0].Text, "f")
		names = names[1:]
	}
	return plan{done: func(s *State, _ bool) outcome {
		t := s
		for _, a := range names {
			name, index, isElement := strings.Cut(strings.TrimSuffix(a.Text, "]"), "[")
			if !a.Known || !isName(name) && !functions {
				m.unknown(c.at, "what is unset is not known")
				continue
			}
			if v, _ := t.vars.get(name); v.Constant && !functions {
				if m.facts(s).ConstantsEnd {
					return goes(t.over(status(1)).exits())
				}
				return goes(t.over(status(1)))
			}
			switch _, isVariable := t.vars.get(name); {
			case functions, !isVariable && t.funcs.get(name) != nil && m.facts(s).AssignsFirst:
				t = t.clone()
				t.funcs = t.funcs.with(name, nil)
			case isElement:
				t = m.unsetElement(t, name, Literal(index))
			default:
				t = m.unsets(t, name)
			}
		}
		return goes(t.over(success))
	}}
}

// unsetElement is the state without an element of an array.
func (m *machine) unsetElement(s *State, name string, key Value) *State {
	return s.setVariable(name, func(v Variable) Variable {
		if v.List == nil {
			v.Value = nothing
			return v
		}
		l := &List{Keyed: v.List.Keyed, Loose: v.List.Loose}
		for _, it := range v.List.Items {
			if it.Key.Key != key.Key {
				l.Items = append(l.Items, it)
			}
		}
		v.List = l
		return v
	})
}

// unsets is the state in which a variable is not set: where it is a local one, that of
// outside may come back.
func (m *machine) unsets(s *State, name string) *State {
	depth, calls := s.declaredAt(name)
	shows := m.facts(s).UnsetShows
	if depth < 0 || shows == shell.ShowsNothing || shows == shell.ShowsCallers && calls == 0 {
		t := s.clone()
		if depth < 0 {
			t.vars = t.vars.without(name)
		} else {
			t.vars = t.vars.with(name, Variable{Value: nothing})
		}
		return t
	}
	t := s.clone()
	var was Variable
	var drop func(f *frame, depth int) *frame
	drop = func(f *frame, depth int) *frame {
		g := *f
		g.hash = 0
		if depth > 0 {
			g.up = drop(f.up, depth-1)
			return &g
		}
		was, _ = f.locals.get(name)
		g.locals = f.locals.without(name)
		return &g
	}
	t.stack = drop(s.stack, depth)
	if was.Value.Key == unset.Key {
		t.vars = t.vars.without(name)
	} else {
		t.vars = t.vars.with(name, was)
	}
	return t
}

func unfunctionRow(m *machine, c *call, s *State) plan {
	return changes(func(s *State) *State {
		t := s.clone()
		for _, a := range c.args[1:] {
			t.funcs = t.funcs.with(a.Text, nil)
		}
		return t
	})
}

// aliasRow is alias: what it defines is expanded in shells that do so in scripts.
func aliasRow(m *machine, c *call, s *State) plan {
	for _, a := range c.args[1:] {
		if strings.Contains(a.Text, "=") && m.facts(s).ExpandsAliases {
			return m.cannotFollow(c, "an alias")
		}
	}
	return m.quiet(c)
}

// ulimitRow is ulimit.
func ulimitRow(m *machine, c *call, s *State) plan {
	for _, a := range c.args[1:] {
		if strings.HasPrefix(a.Text, "-") && strings.Contains(a.Text, "n") && len(c.args) > 2 {
			return m.cannotFollow(c, "how many descriptors there may be")
		}
	}
	return m.quiet(c)
}
