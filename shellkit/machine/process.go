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
	child.asked, child.denied, child.proc.begun = 0, false, false
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

// begins is the first node of a process that is started in the background, or of a handler.
func (m *machine) begins(s *State) outcome {
	n := node(protocol.Work, s.code.Span)
	n.Text, n.Mode = "begin", protocol.Quiet
	if s.proc.handler {
		n.Text = "handler"
	}
	t := s.clone()
	t.proc.begun = true
	return outcome{node: &n, next: t}
}

// end is what happens behind the last instruction of a code.
func (m *machine) end(s *State) outcome {
	f := s.stack
	if f == nil {
		if s.proc.handler && !s.proc.exiting {
			n := node(protocol.Resume, s.code.Span)
			return outcome{node: &n}
		}
		return goes(s.exits())
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

// leave brings a process that leaves what it is in one frame further.
func (m *machine) leave(s *State) outcome {
	switch s.fate.how {
	case returning:
		return m.leaveFunction(s)
	case breaking:
		return m.leaveLoop(s)
	}
	return m.leaveProcess(s)
}

// leaveFunction is leave for return.
func (m *machine) leaveFunction(s *State) outcome {
	f := s.stack
	if f == nil {
		if s.proc.handler && !s.proc.exiting {
			n := node(protocol.Resume, s.code.Span)
			return outcome{node: &n}
		}
		return goes(s.exits())
	}
	switch f.kind {
	case inScope:
		return goes(s.leaveScope().going(s.fate))
	case inCall:
		return m.returns(s)
	case inText:
		t := s.clone()
		t.fate = fate{}
		if f.name == "eval" { // it is the function around it that returns
			t = s.pop().going(s.fate)
			t.status = s.status
			return goes(t)
		}
		return goes(t.back(s.status))
	case inChild:
		if m.facts(s).ReturnSkipsTrap {
			return goes(s.replaced())
		}
		return goes(s.exits())
	case inTrap:
		return goes(m.behindTrap(s, true))
	case inAlways:
		return goes(s.always())
	}
	return goes(s.pop().going(s.fate).ended(s.status)) // loops, parts
}

// going is the state that goes where it is told.
func (s *State) going(f fate) *State {
	t := s.clone()
	t.fate = f
	return t
}

// returns comes back from a function: first its own traps run.
func (m *machine) returns(s *State) outcome {
	f := s.stack
	for _, own := range []struct {
		trap trap
		kind trapKind
	}{{f.back, returnTrap}, {f.exit, exitTrap}} {
		if !own.trap.runs() {
			continue
		}
		t := s.changed(func(g *frame) {
			if own.kind == returnTrap {
				g.back = trap{}
			} else {
				g.exit = trap{}
			}
		})
		if own.kind == exitTrap { // it sees what is outside
			t = t.outside()
		}
		return goes(t.runsTrap(own.trap, own.kind, t.code, len(t.code.Ins)))
	}
	t := s.outside()
	t.fate = fate{}
	return goes(t.back(s.status))
}

// outside is the state in which parameters and variables are those outside of the function
// at hand.
func (s *State) outside() *State {
	f := s.stack
	t := s.clone()
	if f.params != nil {
		t.params = f.params
	}
	for name, was := range f.locals.all() {
		if was.Value.Key == unset.Key {
			t.vars = t.vars.without(name)
		} else {
			t.vars = t.vars.with(name, was)
		}
	}
	g := *f
	g.locals, g.hash = nil, 0
	t.stack = &g
	return t
}

// unset stands among the local variables for what had no value outside.
var unset = Value{Key: mark + "unset" + mark}

// leaveLoop is leave for break and continue.
func (m *machine) leaveLoop(s *State) outcome {
	f, jumps := s.stack, m.facts(s).Jumps
	nowhere := func() outcome {
		t := s.clone()
		t.fate = fate{}
		return goes(t)
	}
	if f == nil {
		return nowhere()
	}
	switch f.kind {
	case inLoop:
		if s.fate.levels > 1 {
			next := s.fate
			next.levels--
			return goes(s.pop().going(next).ended(success))
		}
		if s.fate.again {
			t := s.clone()
			t.fate = fate{}
			t.code, t.pc, t.phase = f.code, f.again, 0
			t.asked, t.denied = f.asked, f.denied
			t.status = success
			return goes(t)
		}
		t := s.pop().ended(success)
		t.fate = fate{}
		return goes(t)
	case inScope:
		return goes(s.leaveScope().going(s.fate))
	case inCall:
		t := s.outside()
		return goes(t.pop().going(s.fate).ended(success))
	case inText, inPart:
		return goes(s.pop().going(s.fate).ended(success))
	case inAlways:
		return goes(s.always())
	case inChild:
		if jumps.EndSubshells && f.what != "$( )" || jumps.EndSubsts && f.what == "$( )" {
			return goes(s.ended(success).exits())
		}
	case inTrap:
		return goes(m.behindTrap(s, false).going(s.fate))
	}
	return nowhere()
}

// leaveProcess is leave for exit: frames up to the process itself, its EXIT trap, the end.
func (m *machine) leaveProcess(s *State) outcome {
	f, facts := s.stack, m.facts(s)
	if f != nil && f.kind != inChild {
		return m.exitThrough(s, f, facts)
	}
	if f == nil && s.fate.levels == 0 {
		if s.fate.plain || s.proc.exiting && s.proc.handler {
			return m.ends(s)
		}
		n := node(protocol.Leave, s.span())
		t := s.clone()
		t.fate.levels = 1
		return outcome{node: &n, next: t}
	}
	if armed := s.traps.exitOf(); armed.runs() && !s.fate.plain {
		t := s.clone()
		t.fate = fate{}
		t.traps = t.traps.change(func(a *traps) { a.exit = trap{} })
		t.proc.exiting = true
		t.asked, t.denied = 0, false
		return goes(t.runsTrap(armed, exitTrap, t.code, len(t.code.Ins)))
	}
	if f == nil {
		return m.ends(s)
	}
	return m.endsChild(s, f)
}

// exitThrough is exit out of one frame of a process.
func (m *machine) exitThrough(s *State, f *frame, facts *shell.Dialect) outcome {
	switch f.kind {
	case inTrap:
		if f.trap == exitTrap && s.proc.exiting && !s.fate.plain {
			return goes(m.behindTrap(s, true))
		}
	case inScope:
		if facts.Unwinds && !s.fate.plain {
			return goes(s.leaveScope().going(s.fate).ended(s.status))
		}
	case inCall:
		if s.fate.plain {
			break
		}
		if f.exit.runs() {
			t := s.changed(func(g *frame) { g.exit = trap{} })
			return goes(t.outside().runsTrap(f.exit, exitTrap, t.code, len(t.code.Ins)).stacked(s.fate))
		}
		t := s.clone()
		if facts.ExitParams != shell.ParamsOfFunction {
			t.params = f.params
		}
		if !facts.ExitLocals {
			t = s.outside()
		}
		params := t.params
		t = t.pop().going(s.fate).ended(s.status)
		t.params = params
		return goes(t)
	case inAlways:
		return goes(s.always())
	}
	return goes(s.pop().going(s.fate).ended(s.status))
}

// stacked has a trap that runs on the way out lead on to where the process was going.
func (s *State) stacked(f fate) *State {
	return s.changed(func(g *frame) { g.turn, g.open, g.part = int(f.how), f.plain, f.levels })
}

// ends is the end of a process.
func (m *machine) ends(s *State) outcome {
	n := node(protocol.End, s.span())
	if s.proc.dies {
		n.Mode |= protocol.Fatal
	}
	return outcome{node: &n}
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
	t.stack = outputBelow(t.stack, f.up)
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

// outputBelow are the frames of a parent with what was printed into them meanwhile.
func outputBelow(parent, child *frame) *frame {
	return child.sameAs(parent)
}

// sameAs is the row of frames with another one's outputs: both have the same frames else.
func (f *frame) sameAs(g *frame) *frame {
	if f == nil || g == nil {
		return g
	}
	return f
}

// partEnded is the state in which a part of a pipeline has ended so.
func (s *State) partEnded(v Value) *State {
	t := s.clone()
	t.register(func(r *registers) { r.words = appended(r.words, field{Value: v}) })
	return t
}

// piped is the state behind a pipeline.
func (m *machine) piped(s *State, in *program.Ins) *State {
	t := s.next()
	ends := s.regs.words
	last := ends[len(ends)-1].Value
	var list List
	for i, e := range ends {
		list.Items = append(list.Items, Item{Literal(itoa(i)), e.Value})
	}
	if s.opts.pipefail {
		unsure := false
		for i := len(ends) - 1; i >= 0; i-- {
			if v := ends[i].Value; v.failed() && !unsure {
				last = v
				break
			} else if !v.succeeded() && !v.failed() {
				unsure = true
				last = someStatus
			}
		}
	}
	name := "PIPESTATUS"
	if m.facts(s).SmallPipes {
		name = "pipestatus"
		for i := range list.Items {
			list.Items[i].Key = Literal(itoa(i + 1))
		}
	}
	t.vars = t.vars.with(name, Variable{List: &list})
	return t.ended(last)
}
