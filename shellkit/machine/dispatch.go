package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// isProgram tells whether a command is run by a process of its own, which opens what its
// redirects name.
func (m *machine) isProgram(s *State, c *call) bool {
	name := c.name()
	return m.functionOf(s, c) == nil && (!builtins[name] || strings.Contains(c.args[0].Text, "/"))
}

// closesOne is the only descriptor beyond 2 that is redirected for a program, where that
// is closed, and which of the redirects does it; -1 where there is none.
func (m *machine) closesOne(s *State, c *call) (fd, k int) {
	k = -1
	_, isTool := commands[c.name()]
	if !m.isProgram(s, c) || isTool {
		return 0, -1
	}
	for i, r := range c.ins.Redirects {
		if r.FD <= 2 && r.Var == "" {
			continue
		}
		target := s.targetOf(c.ins.Redirects, i)
		if k >= 0 || r.Var != "" || r.Kind.Opens() || !target.Known || target.Text != "-" {
			return 0, -1
		}
		fd, k = r.FD, i
	}
	return fd, k
}

// functionOf is the function that a command calls, or nil.
func (m *machine) functionOf(s *State, c *call) *program.Code {
	name := c.name()
	switch {
	case c.plain, c.args[0].Command != "", strings.Contains(c.args[0].Text, "/"), s.opts.posix && shell.IsSpecialBuiltin(name):
		return nil
	case m.facts(s).SpecialFuncs != shell.SpecialCalled && shell.IsSpecialBuiltin(name):
		return nil
	}
	return s.funcs.get(name)
}

// dispatch is what a command does: a function, one from the table, or a program.
func (m *machine) dispatch(s *State, c *call) plan {
	if code := m.functionOf(s, c); code != nil {
		return plan{done: func(s *State, _ bool) outcome { return m.invokes(s, c, code) }}
	}
	name := c.name()
	switch {
	case !c.args[0].Known && c.args[0].Command == "", c.args[0].loose:
		return m.unknownCommand(c, s)
	case c.args[0].Text == "":
		return notFound()
	}
	if row, ok := commands[name]; ok && !(strings.Contains(c.args[0].Text, "/") && builtinOnly[name]) && !isRelative(c.args[0].Text) {
		return row(m, c, s)
	}
	return m.program(c, s)
}

// isRelative tells of a command that is found from the working directory on: a program of
// the user's, whatever it is called.
func isRelative(word string) bool {
	return strings.HasPrefix(word, "./") || strings.HasPrefix(word, "../")
}

// unknownCommand is a command whose name is not known.
func (m *machine) unknownCommand(c *call, s *State) plan {
	m.unknown(c.at, "the command %s is not known", short(c.args[0].Text))
	n := node(protocol.Opaque, c.at)
	n.Text = short(c.args[0].Text)
	return plan{effects: []effect{{node: n}}, done: func(s *State, _ bool) outcome { return goes(s.prints(Value{}, true).over(someStatus)) }}
}

// program is work done by a program, which inherits descriptors.
func (m *machine) program(c *call, s *State) plan { return m.programWith(c, s, protocol.Program) }

// programWith is program in such a mode. Its status, and what it prints, are its own.
func (m *machine) programWith(c *call, s *State, mode protocol.Mode) plan {
	n := node(protocol.Work, c.at)
	n.Text, n.Mode, n.Call = c.name(), mode, m.sameCall(c)
	if c.execs && s.child() == nil {
		n.Mode |= protocol.Exec
	}
	if c.execs && s.child() != nil {
		n.Mode |= protocol.InPlace
	}
	if c.detached {
		n.Mode |= protocol.Stays
	}
	if c.apart {
		n.Mode |= protocol.Apart
	}
	if fd, k := m.closesOne(s, c); k >= 0 {
		n.FD, n.Mode = fd, n.Mode|protocol.Exclude
	}
	e := effect{node: n, open: true}
	if n.Mode.Has(protocol.Quiet) {
		e.open = false
	}
	return plan{effects: []effect{e}, done: func(s *State, failed bool) outcome {
		t := s.prints(m.outputOf(c, s), true)
		ends := success
		if failed {
			ends = failure
		}
		if c.execs {
			return goes(t.ended(ends).replaced())
		}
		return goes(t.over(ends))
	}}
}

// sameCall is a number that commands with the same words have in common.
func (m *machine) sameCall(c *call) int {
	var b strings.Builder
	for _, a := range c.args {
		b.WriteString(a.Key)
		b.WriteByte(1)
	}
	n, ok := m.calls[b.String()]
	if !ok {
		n = len(m.calls)
		m.calls[b.String()] = n
	}
	return n
}
