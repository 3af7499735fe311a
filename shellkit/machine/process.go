package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// sub begins a child that the shell waits for.
func (m *machine) sub(s *State, in *program.Ins, id protocol.ID) outcome {
	n := node(protocol.Sub, in.Span)
	n.Text = in.Name
	t := m.inChild(s, in.Code, frame{what: in.Name, part: in.Count})
	if in.Name == "|" && !in.Last {
		t.fds = t.fds.with(1, descriptor{open: true, to: piped})
	}
	return outcome{node: &n, next: t}
}

// inChild is the state in which a child runs a code that its parent waits for. Traps are
// back to their defaults there; what is ignored stays so.
func (m *machine) inChild(s *State, code *program.Code, f frame) *State {
	f.kind, f.begin, f.parent = inChild, m.now, s
	t := s.push(f)
	t.code, t.pc, t.phase, t.some = code, 0, 0, false
	t.regs = nil
	return m.untrapped(t, s)
}

// untrapped is the state of a child as to what its parent has armed.
func (m *machine) untrapped(t, parent *State) *State {
	if parent.traps.key() == "" {
		return t
	}
	t.traps = t.traps.change(func(a *traps) {
		if !(t.stack != nil && t.stack.what == "$( )" && a.exit.byFunction) {
			a.exit = trap{}
		}
		if !m.inheritsErr(parent) {
			a.err = trap{}
		}
		for i := range a.sig {
			if a.sig[i].text != "" {
				a.sig[i] = trap{}
			}
		}
		var rest []other
		for _, o := range a.rest {
			if o.trap.text == "" {
				rest = append(rest, o)
			}
		}
		a.rest = rest
	})
	return t
}

// inheritsErr tells whether a subshell has the ERR trap of its parent.
func (m *machine) inheritsErr(s *State) bool {
	switch m.facts(s).ErrInherited {
	case shell.ErrOnDemand:
		return s.opts.errtrace
	case shell.ErrAnywhere:
		return true
	}
	return false
}

// spawn starts a background child, and goes on.
func (m *machine) spawn(s *State, in *program.Ins, id protocol.ID) outcome {
	n := node(protocol.Spawn, in.Span)
	n.Text = short(in.Raw)
	child := s.clone()
	child.code, child.pc, child.stack, child.regs = in.Code, 0, nil, nil
	child.asked, child.denied = 0, false
	child.proc.child, child.proc.handler, child.proc.exiting = true, false, false
	child = m.untrapped(child, s)
	t := s.next().ended(success)
	t = m.assign(t, "!", spawned(int(id)))
	if to := s.fds.get(1).to; to != "" && to[0] == captured[0] {
		t = t.prints(Value{}, false) // whenever it does
	}
	if in.Name == "coproc" {
		t = m.coprocess(t, in)
	}
	return outcome{node: &n, next: t, body: child}
}

// coprocess is the state in which the ends of the pipes to a coprocess are open.
func (m *machine) coprocess(s *State, in *program.Ins) *State {
	if in.Text == "" {
		m.unknown(in.Span, "the descriptors of a coprocess")
		return s
	}
	t := s.clone()
	var list List
	for i := range 2 {
		fd := t.fds.free(60)
		t.fds = t.fds.with(fd, descriptor{open: true, to: piped, cloexec: true})
		list.Items = append(list.Items, Item{Literal(itoa(i)), Literal(itoa(fd))})
	}
	pid, _ := t.vars.get("!")
	t.vars = t.vars.with(in.Text, Variable{List: &list})
	t.vars = t.vars.with(in.Text+"_PID", pid)
	return t
}

// end is what happens behind the last instruction of a code.
func (m *machine) end(s *State) outcome {
	f := s.stack
	if f == nil {
		return s.outermost()
	}
	switch f.kind {
	case inCall:
		t := s.clone()
		t.fate = fate{how: returning}
		return goes(t)
	case inText:
		return goes(s.back(s.status))
	case inChild:
		return goes(s.exits())
	case inTrap:
		return goes(m.behindTrap(s, false))
	case inAlways:
		return goes(s.always())
	case inPart:
		t := s.pop()
		t.status = s.status
		return goes(t.partEnded(s.status))
	}
	panic("machine: a code ends within a loop or a redirect")
}

// outermost is what happens where a process has come to the end of all that it is in: a
// handler goes back to what it has interrupted, and every other process ends.
func (s *State) outermost() outcome {
	if s.proc.handler && !s.proc.exiting {
		if s.traps != nil && s.traps.last.armed {
			t := s.exits()
			t.traps = s.traps.change(func(a *traps) { a.exit, a.last = a.last, trap{} })
			t.proc.handler = false
			return goes(t)
		}
		n := node(protocol.Resume, s.code.Span)
		return outcome{node: &n}
	}
	return goes(s.exits())
}

// always is the state behind the first block of { } always { }: the second one runs.
func (s *State) always() *State {
	if s.stack.again != 0 { // the second one has run
		t := s.pop()
		t.status = s.stack.before
		t.fate = fate{how: how(s.stack.turn), levels: s.stack.part, again: s.stack.open, plain: s.stack.command}
		return t
	}
	in := s.stack.code.Ins[s.stack.pc-1]
	t := s.changed(func(f *frame) {
		f.again, f.before, f.turn, f.part, f.open, f.command = 1, s.status, int(s.fate.how), s.fate.levels, s.fate.again, s.fate.plain
	})
	t.code, t.pc, t.phase, t.some, t.fate = in.Other, 0, 0, false, fate{}
	return t
}

// exits is the state of a process that is about to end.
func (s *State) exits() *State {
	t := s.clone()
	t.fate = fate{how: exiting}
	return t
}

// replaced is the state of a process that has become another program: no trap runs.
func (s *State) replaced() *State {
	t := s.clone()
	t.fate = fate{how: exiting, plain: true}
	return t
}

// endsChild is the end of a child that its parent waits for. What the child did to
// variables and traps is lost.
func (m *machine) endsChild(s *State, f *frame) outcome {
	n := node(protocol.EndSub, m.steps[f.begin].node.Span)
	n.Body = f.begin
	if s.status.failed() {
		n.Text = protocol.Failed
	}
	t := f.parent.clone()
	t.status = s.status
	t.proc.hit = s.proc.hit
	t.stack = f.up // with what was printed into it meanwhile
	switch f.what {
	case "$( )", "<( )":
		t.subst = s.status
		if !m.facts(t).SubstStatus {
			t.status = f.parent.status
		}
		v := m.printed(f, nil)
		if f.what == "<( )" {
			v = Symbol("/dev/fd/N", "process"+itoa(f.part)+"@"+itoa(int(f.begin)))
			v.Filled, v.Private = true, true
		}
		t.register(func(r *registers) { r.memo = with(r.memo, f.part, v) })
	case "|":
		t = t.next().ended(s.status).partEnded(s.status)
	case "( )":
		t = t.next().ended(s.status)
	default:
		t = t.over(s.status)
		if f.command { // exec has put it in the place of the shell
			t = t.replaced()
			t.undo = nil
		}
	}
	return outcome{node: &n, next: t}
}
