package machine

import (
	"maps"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// commands is every command of which something is known. What is no row of it is a program
// that works.
var commands = map[string]command{}

// builtinOnly are the commands that mean something to the shell that runs them alone: with a
// folder in front, or behind a prefix, they are programs, if there are any.
var builtinOnly = map[string]bool{}

// builtins are the names of all commands that the shell runs itself.
var builtins = map[string]bool{}

func init() {
	for _, rows := range []map[string]command{builtinRows, controlRows} {
		maps.Copy(commands, rows)
		for name := range rows {
			builtinOnly[name], builtins[name] = true, true
		}
	}
	for name := range bothRows {
		builtins[name] = true
	}
	for _, rows := range []map[string]command{bothRows, toolRows, prefixRows} {
		maps.Copy(commands, rows)
	}
}

// quiet is a command that prints, or does nothing.
func (m *machine) quiet(c *call) plan {
	n := node(protocol.Work, c.at)
	n.Text, n.Mode = c.name(), protocol.Quiet
	return plan{effects: []effect{{node: n}}, done: func(s *State, _ bool) outcome { return goes(s.prints(Value{}, true).over(success)) }}
}

// silent is a command that does nothing that anybody could see, and ends so.
func silent(v Value) plan {
	return plan{done: func(s *State, _ bool) outcome { return goes(s.over(v)) }}
}

// changes is a command that changes nothing but what the shell knows, and succeeds.
func changes(change func(*State) *State) plan {
	return plan{done: func(s *State, _ bool) outcome { return goes(change(s).over(success)) }}
}

// chance is a command of which it is not known how it ends.
func (m *machine) chance(c *call, mode protocol.Mode) plan {
	n := node(protocol.Choose, c.at)
	n.Text, n.Mode = short(c.raw), mode
	return plan{effects: []effect{{node: n, open: true}}}
}

// notFound is a command that is not there.
func notFound() plan { return silent(status(127)) }

// cannotFollow is a command that was not understood: it may do anything to the variables
// that it names.
func (m *machine) cannotFollow(c *call, why string) plan {
	m.unknown(c.at, "%s", why)
	n := node(protocol.Opaque, c.at)
	n.Text = short(c.raw)
	return plan{effects: []effect{{node: n}}, done: func(s *State, _ bool) outcome {
		t := s
		for _, a := range c.args[1:] {
			if isName(a.Text) && a.Known {
				t = m.assign(t, a.Text, m.lost(a.Text, c))
			}
		}
		return goes(t.prints(Value{}, true).over(someStatus))
	}}
}

// lost is a value that the script has made in a way that was not followed.
func (m *machine) lost(name string, c *call) Value {
	v := Symbol("$"+name, "lost "+name+"@"+c.at.Start.String())
	v.Blind, v.Private = true, true
	return v
}
