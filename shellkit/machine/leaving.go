package machine

import (
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

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
		return s.outermost()
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
