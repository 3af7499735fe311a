package machine

import (
	"path"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// call is a simple command that is about to run.
type call struct {
	at    source.Span
	raw   string
	args  []field // args[0] is the command
	plain bool    // reached without the shell's own lookup: command, env, exec
	execs bool    // the shell becomes it
	ins   *program.Ins
	id    protocol.ID
	// apart is set where a prefix takes it out of the process group, detached where one
	// does not wait for it.
	apart, detached bool
}

// name is the command's name without its folder; what `command -v flock` has printed is
// the command flock.
func (c *call) name() string {
	if c.args[0].Command != "" {
		return c.args[0].Command
	}
	return path.Base(c.args[0].Text)
}

// rest is the call of the words from i on.
func (c *call) rest(i int) *call {
	d := *c
	d.args = c.args[i:]
	return &d
}

// plan is what a command does, step by step.
type plan struct {
	effects []effect
	// done is what becomes of the process behind them, failed says that one of them has
	// failed. nil: the status says that, and the next command is come to.
	done func(s *State, failed bool) outcome
}

// effect is one step that somebody can see.
type effect struct {
	node protocol.Node
	// open is set where it may fail; stops, where nothing else is done then.
	open, stops bool
	// well and badly change the state behind it; nil changes nothing.
	well, badly func(*State) *State
	// emitted adds to the node what is worked out only once it is there.
	emitted func(*protocol.Node)
}

// command is what is known of a command: what it does with its words in a state.
type command func(m *machine, c *call, s *State) plan

// run runs the command whose words are there: what is assigned before it, its redirects,
// and then the steps of the command itself.
func (m *machine) run(s *State, in *program.Ins, id protocol.ID) outcome {
	if s.regs == nil || len(s.regs.words) == 0 {
		return m.runsNothing(s, in, id)
	}
	c := &call{at: in.Span, raw: in.Raw, args: s.regs.words, ins: in, id: id}
	if s.phase == 0 {
		return m.prepares(s, c)
	}
	redirects := m.redirectsOf(s, c)
	if i := s.phase - 1; i < len(redirects) {
		mode := protocol.Scoped | protocol.Save
		switch {
		case m.isExec(s, c):
			mode = 0
		case m.isProgram(s, c):
			mode |= protocol.Program
		}
		return m.apply(s, redirects[i], s.targetOf(in.Redirects, indexOf(in.Redirects, redirects[i])), id, mode, func(t *State) outcome { return m.redirectFails(t, c) })
	}
	p := m.dispatch(s, c)
	return m.carryOut(s, c, p, s.phase-1-len(redirects))
}

func indexOf[T comparable](list []T, x T) int {
	for i, y := range list {
		if x == y {
			return i
		}
	}
	return -1
}

// carryOut does step number i of a plan.
func (m *machine) carryOut(s *State, c *call, p plan, i int) outcome {
	if i < len(p.effects) {
		e := p.effects[i]
		n := e.node
		if e.emitted != nil {
			e.emitted(&n)
		}
		well, badly := s.phased(false), s.phased(true)
		if e.well != nil {
			well = e.well(well)
		}
		if !e.open {
			return outcome{node: &n, next: well}
		}
		if e.badly != nil {
			badly = e.badly(badly)
		}
		if e.stops {
			badly.phase = s.phase + len(p.effects) - i
		}
		return outcome{node: &n, next: well, otherwise: badly}
	}
	if p.done != nil {
		return p.done(s, s.some)
	}
	if s.some {
		return goes(s.over(status(1)))
	}
	return goes(s.over(success))
}

// prepares begins a command: what is assigned before it, and the scope of its redirects.
func (m *machine) prepares(s *State, c *call) outcome {
	t := s.clone()
	t.phase = 1
	if len(s.regs.before) == 0 && len(c.ins.Redirects) == 0 {
		return goes(t)
	}
	if m.isExec(s, c) {
		t = m.assignsBefore(t, c, nil)
		return goes(t)
	}
	t = t.push(frame{kind: inScope, command: true})
	t.phase = 1
	if m.keepsAssigned(s, c) {
		return goes(m.assignsBefore(t, c, nil))
	}
	var keeps []kept
	t = m.assignsBefore(t, c, &keeps)
	return goes(t.changed(func(f *frame) { f.keeps = keeps }))
}

// assignsBefore carries out what is assigned before a command.
func (m *machine) assignsBefore(s *State, c *call, keeps *[]kept) *State {
	for _, a := range s.regs.before {
		if keeps != nil {
			was, had := s.vars.get(a.to.Name)
			*keeps = append(*keeps, kept{a.to.Name, was, had})
		}
		s = m.assigned(s, a)
	}
	return s
}

// keepsAssigned tells whether what is assigned before a command stays behind it.
func (m *machine) keepsAssigned(s *State, c *call) bool {
	if m.functionOf(s, c) != nil {
		return m.facts(s).AssignsStay == shell.StaysAtFuncs
	}
	return m.facts(s).AssignsStay >= shell.StaysAtSpecial && shell.IsSpecialBuiltin(c.name())
}

// isExec tells of exec without a command: what it redirects stays so.
func (m *machine) isExec(s *State, c *call) bool {
	return c.name() == "exec" && len(c.args) == 1 && m.functionOf(s, c) == nil
}

// redirectsOf are the redirects that are carried out for a command. What a program alone
// closes is said with that.
func (m *machine) redirectsOf(s *State, c *call) []*program.Redirect {
	if _, k := m.closesOne(s, c); k >= 0 {
		return appended(c.ins.Redirects[:k], c.ins.Redirects[k+1:]...)
	}
	return c.ins.Redirects
}

// redirectFails is what becomes of the shell where a redirect of a command does not work.
func (m *machine) redirectFails(s *State, c *call) outcome {
	facts, name := m.facts(s), c.name()
	special := shell.IsSpecialBuiltin(name) && m.functionOf(s, c) == nil
	if m.isExec(s, c) {
		s = s.ended(status(1))
		if facts.ExecExits {
			return goes(s.exits())
		}
		return goes(s.next().ended(status(1)))
	}
	t := s.over(status(1))
	if special && facts.SpecialExits {
		return goes(t.exits())
	}
	return goes(t)
}

// over is the state behind a command that has ended so: its redirects are taken back, and
// so is what was assigned for it.
func (s *State) over(v Value) *State {
	var t *State
	if s.stack != nil && s.stack.kind == inScope && s.stack.command && s.isAt(s.stack) {
		t = s.leaveScope()
	} else {
		t = s.next()
	}
	t.status = v
	return t
}

// isAt tells whether the command at hand is the one that a scope is for.
func (s *State) isAt(f *frame) bool { return f.code == s.code && f.pc == s.pc+1 }

// back is the state that has come back from what a command has called, to behind that.
func (s *State) back(v Value) *State {
	t := s.pop()
	if f := t.stack; f != nil && f.kind == inScope && f.command && f.code == t.code && f.pc == t.pc {
		t = t.leaveScope()
	}
	t.status = v
	return t
}

// runsNothing is a statement of nothing but assignments and redirects.
func (m *machine) runsNothing(s *State, in *program.Ins, id protocol.ID) outcome {
	if s.phase == 0 {
		if s.regs != nil {
			for _, a := range s.regs.before {
				s = m.assigned(s, a)
			}
		}
		if len(in.Redirects) == 0 {
			return goes(s.next().ended(s.substStatus()))
		}
		t := s.push(frame{kind: inScope, command: true})
		t.phase = 1
		return goes(t)
	}
	if i := s.phase - 1; i < len(in.Redirects) {
		return m.apply(s, in.Redirects[i], s.targetOf(in.Redirects, i), id, protocol.Scoped|protocol.Save, func(t *State) outcome { return goes(t.over(status(1))) })
	}
	return goes(s.over(s.substStatus()))
}

// substStatus is how the last substitution of a statement has ended, and success where
// there was none.
func (s *State) substStatus() Value {
	if s.subst.Key == "" {
		return success
	}
	return s.subst
}
