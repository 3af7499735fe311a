package machine

import (
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// echoRow is echo.
func echoRow(m *machine, c *call, s *State) plan {
	args := c.args[1:]
	line, options := true, !m.facts(s).EchoPlain
	if options && len(args) > 0 && args[0].Text == "-n" && args[0].Known {
		args, line = args[1:], false
	}
	text, lost := empty, false
	for i, a := range args {
		if i > 0 {
			text = text.with(Literal(" "))
		}
		lost = lost || strings.Contains(a.Text, `\`) || options && i == 0 && strings.HasPrefix(a.Text, "-") || a.loose && !a.Known
		text = text.with(a.Value)
	}
	if text.Key == "" {
		text = empty
	}
	return m.says(c, text, line, lost)
}

// says is a command that prints a text, and succeeds.
func (m *machine) says(c *call, text Value, line, lost bool) plan {
	n := node(protocol.Work, c.at)
	n.Text, n.Mode = c.name(), protocol.Quiet
	return plan{effects: []effect{{node: n}}, done: func(s *State, _ bool) outcome {
		t := s
		switch {
		case lost:
			t = s.prints(Value{}, true)
		case text.blank() && line:
			t = s.prints(Literal("\n"), false)
		default:
			t = s.prints(text, line)
		}
		return goes(t.over(success))
	}}
}

// printfRow is printf: with -v it sets a variable.
func printfRow(m *machine, c *call, s *State) plan {
	args := c.args[1:]
	if len(args) > 1 && args[0].Text == "-v" {
		if !m.facts(s).PrintsInto {
			return m.cannotFollow(c, "printf -v in a shell that does not have it")
		}
		name := args[1].Text
		v, ok := formatted(args[2:])
		if !args[1].Known || !isName(name) {
			return m.cannotFollow(c, "a variable is set whose name is not known")
		}
		if !ok {
			v = m.lost(name, c)
		}
		return changes(func(s *State) *State { return m.assign(s, name, v) })
	}
	if len(args) > 0 && args[0].Text == "--" {
		args = args[1:]
	}
	v, ok := formatted(args)
	return m.says(c, v, false, !ok)
}

// formatted is what printf prints, where that is known.
func formatted(args []field) (Value, bool) {
	if len(args) == 0 || !args[0].Known || args[0].loose {
		return Value{}, false
	}
	format := args[0].Text
	if strings.HasPrefix(format, "-") {
		return Value{}, false
	}
	out, rest := empty, args[1:]
	for first := true; first || len(rest) > 0; first = false {
		v, left, ok := formattedOnce(format, rest)
		if !ok {
			return Value{}, false
		}
		out = out.with(v)
		if len(left) == len(rest) {
			break
		}
		rest = left
	}
	return out, true
}

// formattedOnce is one turn through the format of printf.
func formattedOnce(format string, args []field) (out Value, rest []field, ok bool) {
	out = empty
	for i := 0; i < len(format); i++ {
		switch c := format[i]; {
		case c == '\\' && i+1 < len(format):
			i++
			meant, known := map[byte]string{'n': "\n", 't': "\t", '\\': `\`, 'r': "\r", 'a': "\a", '"': `"`}[format[i]]
			if !known {
				return out, nil, false
			}
			out = out.with(Literal(meant))
		case c == '%' && i+1 < len(format):
			i++
			if format[i] == '%' {
				out = out.with(Literal("%"))
				continue
			}
			v := empty
			if len(args) > 0 {
				if args[0].loose {
					return out, nil, false
				}
				v, args = args[0].Value, args[1:]
			}
			switch format[i] {
			case 's':
			case 'd', 'i', 'u':
				if v.blank() {
					v = Literal("0")
				}
				n, err := strconv.ParseInt(v.Text, 10, 64)
				if v.Known && (err != nil || strings.HasPrefix(strings.TrimPrefix(v.Text, "-"), "0") && len(v.Text) > 1) {
					return out, nil, false
				}
				if v.Known {
					v = Literal(strconv.FormatInt(n, 10))
				}
			default:
				return out, nil, false
			}
			out = out.with(v)
		default:
			out = out.with(Literal(string(c)))
		}
	}
	return out, args, true
}

// printRow is print of ksh and zsh.
func printRow(m *machine, c *call, s *State) plan {
	args := c.args[1:]
	line, raw := true, false
	for len(args) > 0 && strings.HasPrefix(args[0].Text, "-") && args[0].Known {
		for _, letter := range args[0].Text[1:] {
			switch letter {
			case 'n':
				line = false
			case 'r':
				raw = true
			case '-':
			default:
				return m.says(c, Value{}, true, true)
			}
		}
		args = args[1:]
	}
	text, lost := empty, false
	for i, a := range args {
		if i > 0 {
			text = text.with(Literal(" "))
		}
		lost = lost || !raw && strings.Contains(a.Text, `\`) || a.loose
		text = text.with(a.Value)
	}
	return m.says(c, text, line, lost)
}

// pwdRow is pwd.
func pwdRow(m *machine, c *call, s *State) plan { return m.says(c, s.folder(), true, false) }

// readRow is read: what it reads is not known, but from a file whose content is asked for.
func readRow(m *machine, c *call, s *State) plan {
	names, list, ok := operandsOf(c, "dinNtupk")
	if !ok {
		return m.cannotFollow(c, "a variable is set whose name is not known")
	}
	if len(names) == 0 && !list {
		names = []string{"REPLY"}
	}
	content, document := m.inputOf(c, s)
	n := node(protocol.Work, c.at)
	n.Text, n.Mode = "read", protocol.Quiet
	set := func(s *State, filled bool) *State {
		for i, name := range names {
			v := s.fresh("$"+name, "read "+name+"@"+c.at.Start.String(), name)
			s = s.clone()
			s.facts = without(s.facts, v.Key)
			v.Input, v.Line = true, i == len(names)-1
			v.Content = content
			if document.Key != "" && len(names) == 1 && filled {
				v = document
			}
			if list {
				s = s.setVariable(name, func(old Variable) Variable {
					old.List, old.Value = &List{Loose: true, Items: nil}, empty
					return old
				})
				continue
			}
			s = m.assign(s, name, v)
		}
		return s
	}
	return plan{effects: []effect{{node: n, open: true, well: func(s *State) *State { return set(s, true) }, badly: func(s *State) *State { return set(s, false) }}}}
}

// inputOf is the path from which a command reads, index+1, or what a here-document says.
func (m *machine) inputOf(c *call, s *State) (content int, document Value) {
	for i, r := range c.ins.Redirects {
		if r.FD != 0 || r.Var != "" {
			continue
		}
		v := s.targetOf(c.ins.Redirects, i)
		switch {
		case r.Kind == 0: // <
			content, document = m.path(v, s)+1, Value{}
		case r.Word != nil && v.Known && !strings.ContainsAny(strings.Trim(v.Text, "\n"), " \t\n\\"):
			content, document = 0, Literal(strings.Trim(v.Text, "\n"))
		default:
			content, document = 0, Value{}
		}
	}
	return content, document
}

// operandsOf are the names that a command sets; takes lists the letters of options that
// have a value. list is set where they are arrays.
func operandsOf(c *call, takes string) (names []string, list, ok bool) {
	args := c.args[1:]
	for len(args) > 0 && len(args[0].Text) > 1 && args[0].Text[0] == '-' && args[0].Known {
		text := args[0].Text
		args = args[1:]
		if text == "--" {
			break
		}
		for i, letter := range text[1:] {
			if letter == 'a' || letter == 'A' {
				list = true
			}
			if strings.ContainsRune(takes, letter) {
				if i == len(text)-2 && len(args) > 0 {
					args = args[1:]
				}
				break
			}
		}
	}
	for _, a := range args {
		name, _, _ := strings.Cut(a.Text, "?")
		if !a.Known || a.loose || !isName(name) {
			return nil, list, false
		}
		names = append(names, name)
	}
	return names, list, true
}

// setterRow is a builtin that sets the variables it names to what is not known.
func setterRow(m *machine, c *call, s *State) plan {
	names, _, ok := operandsOf(c, "dnOsucCt")
	if !ok {
		return m.cannotFollow(c, "a variable is set whose name is not known")
	}
	if c.name() == "mapfile" || c.name() == "readarray" {
		if len(names) == 0 {
			names = []string{"MAPFILE"}
		}
		return changes(func(s *State) *State {
			for _, name := range names {
				s = s.setVariable(name, func(v Variable) Variable { v.List = &List{Loose: true}; return v })
			}
			return s
		})
	}
	return m.cannotFollow(c, "what "+c.name()+" sets")
}

// getoptsRow is getopts: another option, or none, whatever the parameters are.
func getoptsRow(m *machine, c *call, s *State) plan {
	if len(c.args) < 3 || !isName(c.args[2].Text) {
		return m.cannotFollow(c, "a variable is set whose name is not known")
	}
	n := node(protocol.Choose, c.at)
	n.Text, n.Mode = short(c.raw), protocol.Free
	set := func(s *State) *State {
		for _, name := range []string{c.args[2].Text, "OPTARG", "OPTIND"} {
			v := Symbol("$"+name, name+"@"+c.at.Start.String()+varies)
			v.Input = true
			s = m.assign(s, name, v)
			s.facts = without(s.facts, v.Key)
		}
		return s
	}
	return plan{effects: []effect{{node: n, open: true, well: set, badly: set}}}
}

// letRow is let where the grammar has it as a plain command.
func letRow(m *machine, c *call, s *State) plan { return m.cannotFollow(c, "let") }

// whichRow is type, hash and their like: is there such a command?
func whichRow(m *machine, c *call, s *State) plan {
	args := c.args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0].Text, "-") {
		args = args[1:]
	}
	return m.whichOf(c, s, args)
}

// whichOf asks whether commands are there. Builtins and functions are; a program is there
// or not as long as a run goes on.
func (m *machine) whichOf(c *call, s *State, names []field) plan {
	if len(names) == 0 {
		return m.quiet(c)
	}
	name := names[0]
	if len(names) > 1 || !name.Known {
		return m.chance(c, protocol.Free)
	}
	found := name.Value
	found.Command = name.Text
	if builtins[name.Text] || s.funcs.get(name.Text) != nil {
		return plan{done: func(s *State, _ bool) outcome { return goes(s.prints(found, true).over(success)) }}
	}
	fact := "installed " + name.Text
	print := func(s *State) *State { return s.prints(found, true).over(success) }
	if there, known := s.facts[fact]; known {
		return plan{done: func(s *State, _ bool) outcome {
			if there {
				return goes(print(s))
			}
			return goes(s.over(status(1)))
		}}
	}
	if found = Symbol("$(command -v "+name.Text+")", "which "+name.Text); true {
		found.Command, found.Filled = name.Text, true
	}
	n := node(protocol.Choose, c.at)
	n.Text, n.Mode = name.Text+" is installed", protocol.Free
	return plan{
		effects: []effect{{node: n, open: true, well: func(s *State) *State { return s.answer(fact, true) }, badly: func(s *State) *State { return s.answer(fact, false) }}},
		done: func(s *State, failed bool) outcome {
			if failed {
				return goes(s.over(status(1)))
			}
			return goes(print(s))
		},
	}
}
