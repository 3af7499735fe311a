package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// declaration is what the options of declare and its like ask for.
type declaration struct {
	local, constant, exported, integer, keyed, list, refers, prints bool
	functions, global, off                                          bool
	changes                                                         bool // the case of letters
}

// declarationOf reads the options of a declaring builtin.
func declarationOf(name string, options []string, inFunction bool) declaration {
	d := declaration{
		local:    name == "local" || inFunction && (name == "declare" || name == "typeset" || name == "integer" || name == "float"),
		constant: name == "readonly", exported: name == "export", integer: name == "integer", refers: name == "nameref",
	}
	for _, o := range options {
		on := strings.HasPrefix(o, "-")
		for _, letter := range o[1:] {
			switch letter {
			case 'r':
				d.constant = on
			case 'x':
				d.exported = on
			case 'i':
				d.integer = on
			case 'A':
				d.keyed = on
			case 'a':
				d.list = on
			case 'n':
				d.refers = on && name != "export"
				d.off = name == "export"
			case 'g':
				d.global, d.local = true, false
			case 'p':
				d.prints = true
			case 'f', 'F':
				d.functions = true
			case 'l', 'u':
				d.changes = true
			}
		}
	}
	return d
}

// declares carries out a declaring builtin that the grammar knows.
func (m *machine) declares(s *State, in *program.Ins) outcome {
	var options []string
	var list []assigned
	for _, a := range s.regs.before {
		if a.to.Name != "" {
			list = append(list, a)
			continue
		}
		if text := a.value.Text; len(text) > 1 && (text[0] == '-' || text[0] == '+') {
			options = append(options, text)
			continue
		}
		if name, value, ok := strings.Cut(a.value.Text, "="); isName(name) && a.value.Known {
			list = append(list, assigned{to: &program.Assignment{Name: name, Naked: !ok}, value: Literal(value)})
			continue
		}
		m.unknown(in.Span, "a variable is declared whose name is not known")
	}
	d := declarationOf(in.Name, options, s.innermost(inCall) != nil)
	if d.functions {
		return m.asksFunctions(s, in, list)
	}
	if d.changes {
		m.unknown(in.Span, "a variable that is changed when it is set")
	}
	if d.prints && len(list) == 0 {
		n := node(protocol.Work, in.Span)
		n.Text, n.Mode = in.Name, protocol.Quiet
		return outcome{node: &n, next: s.next().prints(Value{}, true).ended(success)}
	}
	t, ok := s, true
	for _, a := range list {
		if t, ok = m.declared(t, s, a, d); !ok {
			return m.refusesConstant(t.next(), in, a.to.Name)
		}
	}
	return goes(t.next().ended(success))
}

// declared is the state in which one variable is declared. ok is false where it is a constant.
func (m *machine) declared(t, before *State, a assigned, d declaration) (u *State, ok bool) {
	name := a.to.Name
	if v, _ := t.vars.get(name); v.Constant && !a.to.Naked {
		return t, false
	}
	if d.local {
		_, calls := before.declaredAt(name)
		mine := calls == 0
		if at, _ := before.declaredAt(name); at < 0 {
			mine = false
		}
		t = t.local(name)
		if !mine {
			t.vars = t.vars.with(name, m.naked(before, name))
		}
	}
	t = t.setVariable2(name, func(v Variable) Variable {
		v.Constant = v.Constant || d.constant
		v.Exported = (v.Exported || d.exported) && !d.off
		v.Integer = v.Integer || d.integer
		if (d.keyed || d.list) && v.List == nil {
			v.List = &List{Keyed: d.keyed}
			if !v.Value.Unset && v.Value.Text != "" {
				v.List.Items = []Item{{Literal("0"), v.Value}}
			}
		}
		return v
	})
	if d.refers && a.value.Known && isName(a.value.Text) {
		t.vars = t.vars.with(name, Variable{Refers: a.value.Text})
		return t, true
	}
	if a.to.Naked {
		return t, true
	}
	if a.list != nil && d.keyed {
		a.list.Keyed = true
	}
	constant := d.constant
	if constant {
		t = t.setVariable2(name, func(v Variable) Variable { v.Constant = false; return v })
	}
	t = m.assigned(t, a)
	if constant {
		t = t.setVariable2(name, func(v Variable) Variable { v.Constant = true; return v })
	}
	return t, true
}

// setVariable2 changes what a name itself stands for.
func (s *State) setVariable2(name string, change func(Variable) Variable) *State {
	v, ok := s.vars.get(name)
	if !ok {
		v.Value = nothing
	}
	t := s.clone()
	t.vars = t.vars.with(name, change(v))
	return t
}

// naked is what a variable is that is declared local without a value.
func (m *machine) naked(s *State, name string) Variable {
	switch m.facts(s).Locals {
	case shell.LocalOuter:
		v, ok := s.vars.get(name)
		if !ok {
			v.Value = nothing
		}
		return v
	case shell.LocalEmpty:
		return Variable{Value: empty, Declared: true}
	}
	return Variable{Value: nothing, Declared: true}
}

// asksFunctions is declare -f NAME: is there such a function?
func (m *machine) asksFunctions(s *State, in *program.Ins, list []assigned) outcome {
	t := s.next().prints(Value{}, true).ended(success)
	for _, a := range list {
		if s.funcs.get(a.to.Name) == nil {
			t = t.ended(status(1))
		}
	}
	return goes(t)
}

// declareRow is local and its like where the grammar has them as plain commands.
func declareRow(m *machine, c *call, s *State) plan {
	return plan{done: func(s *State, _ bool) outcome {
		var options []string
		var list []assigned
		for _, f := range c.args[1:] {
			name, value, ok := strings.Cut(f.Text, "=")
			switch {
			case len(f.Text) > 1 && (f.Text[0] == '-' || f.Text[0] == '+') && len(list) == 0:
				options = append(options, f.Text)
			case !isName(name):
				m.unknown(c.at, "a variable is declared whose name is not known")
			default:
				v := Literal(value)
				if ok && !f.Known {
					v = behindText(f.Value, name+"=")
				}
				list = append(list, assigned{to: &program.Assignment{Name: name, Naked: !ok}, value: v})
			}
		}
		d := declarationOf(c.name(), options, s.innermost(inCall) != nil)
		if d.functions {
			t := success
			for _, a := range list {
				if s.funcs.get(a.to.Name) == nil {
					t = status(1)
				}
			}
			return goes(s.prints(Value{}, true).over(t))
		}
		t, ok := s, true
		for _, a := range list {
			if t, ok = m.declared(t, s, a, d); !ok {
				if m.facts(s).ConstantsEnd {
					return goes(t.ended(status(1)).exits())
				}
				return goes(t.over(status(1)))
			}
		}
		return goes(t.over(success))
	}}
}

// behindText is what follows a text in a value that begins with it.
func behindText(v Value, text string) Value {
	out := v
	out.Text = strings.TrimPrefix(v.Text, text)
	out.Key = strings.TrimPrefix(v.Key, text)
	if out.Key == v.Key {
		return derived(out.Text, "behind "+text, v)
	}
	// That what stands before it fills the whole does not say that it is more than nothing.
	out.Filled = !strings.HasPrefix(out.Key, mark) || !strings.HasSuffix(out.Key, mark)
	return out
}
