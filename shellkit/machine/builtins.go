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

// setRow is set: options and positional parameters.
func setRow(m *machine, c *call, s *State) plan {
	t := s.clone()
	i := 1
	for ; i < len(c.args); i++ {
		a := c.args[i].Text
		if !c.args[i].Known || c.args[i].loose {
			break
		}
		if a == "--" || a == "-" {
			i++
			if a == "--" || i < len(c.args) {
				t.params = m.argumentsOf(s, c, i)
			}
			i = len(c.args)
			break
		}
		if len(a) < 2 || a[0] != '-' && a[0] != '+' {
			break
		}
		if strings.Contains(a, "A") {
			return m.cannotFollow(c, "set -A")
		}
		on := a[0] == '-'
		for _, letter := range a[1:] {
			if letter != 'o' {
				t.opts.letter(letter, on)
			} else if i+1 < len(c.args) {
				i++
				if c.args[i].Known && m.facts(s).LacksOption(c.args[i].Text) {
					return m.refusesOption(c, s)
				}
				t.opts.named(c.args[i].Text, on)
			}
		}
	}
	if i < len(c.args) {
		t.params = m.argumentsOf(s, c, i)
	}
	if t.opts.errexit && !s.opts.errexit && s.denied && m.facts(s).ErrexitInside {
		m.unknown(c.at, "whether set -e holds behind !, where it is set there")
	}
	opts, params := t.opts, t.params
	if len(c.args) == 1 {
		return m.quiet(c)
	}
	return changes(func(s *State) *State {
		t := s.clone()
		t.opts, t.params = opts, params
		return t
	})
}

// refusesOption is set -o with a name that the shell does not know.
func (m *machine) refusesOption(c *call, s *State) plan {
	if c.args[len(c.args)-1].Text == "pipefail" {
		m.unknown(c.at, "whether this shell has pipefail, as later ones do")
		return m.chance(c, 0)
	}
	return plan{done: func(s *State, _ bool) outcome {
		if m.facts(s).OptionExits && !c.plain {
			return goes(s.over(status(1)).exits())
		}
		return goes(s.over(status(1)))
	}}
}

// letter sets an option by its letter.
func (o *options) letter(letter rune, on bool) {
	switch letter {
	case 'e':
		o.errexit = on
	case 'C':
		o.noclobber = on
	case 'E':
		o.errtrace = on
	case 'u':
		o.nounset = on
	case 'f':
		o.noglob = on
	case 'a':
		o.allexport = on
	}
}

// named sets an option by its name, in which capitals and _ say nothing, and no in front of
// it the opposite.
func (o *options) named(name string, on bool) {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	if rest, negated := strings.CutPrefix(name, "no"); negated && name != "notify" && name != "nomatch" && name != "nolog" {
		name, on = rest, !on
	}
	switch name {
	case "errexit":
		o.errexit = on
	case "errtrace":
		o.errtrace = on
	case "unset":
		o.nounset = !on
	case "clobber":
		o.noclobber = !on
	case "glob":
		o.noglob = !on
	case "pipefail":
		o.pipefail = on
	case "posix":
		o.posix = on
	case "posixtraps":
		o.posixTraps = on
	case "inheriterrexit":
		o.inherits = on
	case "dotglob", "globdots":
		o.dotglob = on
	case "nullglob":
		o.nullglob = on
	case "extglob":
		o.extglob = on
	case "lastpipe":
		o.lastpipe = on
	case "allexport":
		o.allexport = on
	}
}

// shoptRow is shopt.
func shoptRow(m *machine, c *call, s *State) plan {
	on, sets := false, false
	t := s.clone()
	for _, a := range c.args[1:] {
		if strings.HasPrefix(a.Text, "-") {
			on, sets = on || strings.Contains(a.Text, "s"), sets || strings.ContainsAny(a.Text, "su")
			continue
		}
		switch {
		case !sets:
			return m.chance(c, 0)
		case on && (a.Text == "failglob" || a.Text == "varredir_close" || a.Text == "lastpipe" || a.Text == "expand_aliases"):
			m.unknown(c.at, "what the option %s changes", a.Text)
		}
		t.opts.named(a.Text, on)
	}
	opts := t.opts
	return changes(func(s *State) *State { t := s.clone(); t.opts = opts; return t })
}

// setoptRow is zsh's setopt and unsetopt.
func setoptRow(m *machine, c *call, s *State) plan {
	t := s.clone()
	on := c.name() == "setopt"
	for _, a := range c.args[1:] {
		if letters := strings.TrimLeft(a.Text, "-+"); letters != a.Text {
			for _, letter := range letters {
				t.opts.letter(letter, on == (a.Text[0] == '-'))
			}
			continue
		}
		switch name := strings.ToLower(strings.ReplaceAll(a.Text, "_", "")); name {
		case "shwordsplit", "globsubst", "ksharrays", "shnullcmd", "errreturn", "localtraps", "localoptions", "typesetsilent", "rcexpandparam":
			m.unknown(c.at, "what the option %s changes", a.Text)
		}
		t.opts.named(a.Text, on)
	}
	opts := t.opts
	return changes(func(s *State) *State { t := s.clone(); t.opts = opts; return t })
}

func emulateRow(m *machine, c *call, s *State) plan {
	return m.cannotFollow(c, "how the shell is as another one")
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
