package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// runsTrap is the state in which a trap runs, which goes on at an instruction of a code.
func (s *State) runsTrap(t trap, kind trapKind, code *program.Code, pc int) *State {
	u := s.push(frame{kind: inTrap, trap: kind, before: s.status, code: code, pc: pc})
	u.code, u.pc, u.phase, u.some, u.regs = t.code, 0, 0, false, nil
	u.fate = fate{}
	u.asked, u.denied = 0, false
	if kind == errorTrap {
		u.asked = 1 // a failure in it sets off none
	}
	return u
}

// behindTrap is the state behind a trap: the status is what it was, but for a trap that has
// said how the shell ends.
func (m *machine) behindTrap(s *State, ended bool) *State {
	f := s.stack
	t := s.pop()
	t.status, t.fate = f.before, fate{}
	if f.trap == exitTrap {
		if ended && s.fate.how == exiting {
			t.status = s.status
		}
		if s.proc.exiting && f.turn == 0 && (t.stack == nil || t.stack.kind == inChild) {
			return t.going(fate{how: exiting, levels: 1})
		}
		if f.turn != 0 {
			return t.going(fate{how: how(f.turn), plain: f.open, levels: f.part})
		}
		if t.stack != nil && t.stack.kind == inCall {
			return t.going(fate{how: returning})
		}
	}
	if f.trap == returnTrap {
		return t.going(fate{how: returning})
	}
	return t
}

// exitOf is the EXIT trap of a shell.
func (t *traps) exitOf() trap {
	if t == nil {
		return trap{}
	}
	return t.exit
}

// check ends the shell where set -e holds and the last command has failed.
func (m *machine) check(s *State, in *program.Ins) outcome {
	if in.Last && !s.some || s.asked > 0 {
		return goes(s.next())
	}
	err := m.errTrap(s)
	if !s.opts.errexit && !err.runs() || s.status.succeeded() {
		return goes(s.next())
	}
	if !s.status.failed() {
		n := node(protocol.Choose, in.Span)
		n.Text, n.Mode = "status", openness(s.status)
		t := s.clone()
		t.status = failure
		return outcome{node: &n, next: s.next().ended(success), otherwise: t}
	}
	if err.runs() && s.phase == 0 && s.innermostTrap() != errorTrap {
		t := s.runsTrap(err, errorTrap, s.code, s.pc)
		t.stack.phase = 1
		return goes(t)
	}
	if !s.opts.errexit {
		return goes(s.next())
	}
	return goes(m.errexits(s))
}

// errexits is the state of a shell that set -e ends.
func (m *machine) errexits(s *State) *State {
	facts := m.facts(s)
	if facts.ErrexitUntrapped && s.innermost(inCall) != nil {
		return s.replaced()
	}
	return s.exits()
}

// errTrap is the ERR trap that holds where the state stands.
func (m *machine) errTrap(s *State) trap {
	if s.traps == nil || !s.traps.err.runs() {
		return trap{}
	}
	f := s.innermost(inCall)
	if f == nil {
		return s.traps.err
	}
	switch m.facts(s).ErrInherited {
	case shell.ErrAnywhere, shell.ErrAllFunctions:
		return s.traps.err
	case shell.ErrFunctions:
		if code := s.funcs.get(f.name); code != nil && !code.Korn {
			return s.traps.err
		}
	case shell.ErrOnDemand:
		if s.opts.errtrace {
			return s.traps.err
		}
	}
	return trap{}
}

func (s *State) innermostTrap() trapKind {
	if f := s.innermost(inTrap); f != nil {
		return f.trap
	}
	return noTrap
}

// span is where the state stands.
func (s *State) span() source.Span {
	if in := s.ins(); in != nil {
		return in.Span
	}
	return source.Span{}
}

// handlersOf is the number of what every signal does in a state.
func (m *machine) handlersOf(s *State) int {
	if s.proc.handler || s.proc.exiting || s.innermostTrap() == signalTrap {
		return m.allIgnored()
	}
	if s.traps.key() == "" {
		return 0
	}
	facts := m.facts(s)
	h := protocol.NoHandlers()
	if s.traps.exit.armed {
		h.Exit = s.traps.exit.node
	}
	for i, t := range s.traps.sig {
		switch sig := protocol.Signal(i); {
		case t.armed && t.text == "":
			h.Signal[i] = protocol.Handler{Do: protocol.Ignore, Entry: protocol.None, Armed: t.node}
		case t.armed:
			h.Signal[i] = protocol.Handler{Do: protocol.Run, Entry: m.handler(s, t, false), Armed: t.node}
		case s.traps.exit.runs() && facts.ExitTrapRunsOn(sig.String()):
			h.Signal[i] = protocol.Handler{Do: protocol.Run, Entry: m.handler(s, s.traps.exit, true), Armed: s.traps.exit.node}
		}
	}
	key := handlersKey(h)
	n, ok := m.handlers[key]
	if !ok {
		n = len(m.p.Handlers)
		m.handlers[key] = n
		m.p.Handlers = append(m.p.Handlers, h)
	}
	return n
}

func handlersKey(h protocol.Handlers) string {
	key := itoa(int(h.Exit))
	for _, one := range h.Signal {
		key += "/" + itoa(int(one.Do)) + "," + itoa(int(one.Entry)) + "," + itoa(int(one.Armed))
	}
	return key
}

// allIgnored is in force while a handler or an EXIT trap runs: signals that hit a clean-up
// are not counted.
func (m *machine) allIgnored() int {
	if m.ignored < 0 {
		h := protocol.NoHandlers()
		for i := range h.Signal {
			h.Signal[i].Do = protocol.Ignore
		}
		m.ignored = len(m.p.Handlers)
		m.p.Handlers = append(m.p.Handlers, h)
	}
	return m.ignored
}

// handler is the step with which a handler begins that runs in a state: it has of that
// what it can see.
func (m *machine) handler(s *State, t trap, dies bool) protocol.ID {
	if dies {
		s = m.unwound(s)
	}
	u := m.seenBy(s, t.code)
	u.facts = nil
	u.code, u.pc, u.phase, u.some = t.code, 0, 0, false
	u.regs, u.stack, u.undo, u.fate = nil, nil, nil, fate{}
	u.asked, u.denied = 0, false
	u.subst = Value{}
	u.status = someStatus
	u.proc.handler, u.proc.child = true, false
	if dies {
		u.proc.exiting, u.proc.dies = true, true
		u.traps = u.traps.change(func(a *traps) { a.exit = trap{} })
	} else {
		u.opts.errexit = false
	}
	return protocol.ID(m.at(u))
}

// unwound is the state as the EXIT trap sees it of a shell that ends where it stands.
func (m *machine) unwound(s *State) *State {
	facts := m.facts(s)
	t := s
	for t.stack != nil && t.stack.kind != inChild {
		params := t.params
		if t.stack.kind == inCall {
			if facts.ExitParams != shell.ParamsOfFunction {
				params = t.stack.params
			}
			if !facts.ExitLocals {
				t = t.outside()
			}
		}
		t = t.pop()
		t.params = params
	}
	return t
}

// struck is what a signal does that a child has sent to the shell that has waited for it.
func (m *machine) struck(s *State) outcome {
	t := s.clone()
	t.proc.hit = ""
	return m.signalled(t, s.proc.hit)
}
