package machine

import (
	"path"
	"strings"

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

// texts are the words behind the command, as far as they are written down.
func (c *call) texts() (out []string) {
	for _, a := range c.args[1:] {
		out = append(out, a.Text)
	}
	return out
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

// outputOf is what a program prints: something of its own, where nothing more is known.
func (m *machine) outputOf(c *call, s *State) Value {
	if v, ok := m.printedBy(c, s); ok {
		return v
	}
	return m.occurrence(c, s, "printed")
}

// prints is the state in which something was printed to standard output. line says that a
// line end stands behind it.
func (s *State) prints(v Value, line bool) *State {
	to := s.fds.get(1)
	if !to.open || len(to.to) == 0 || to.to[0] != captured[0] || v.Key == "" && v.Known {
		return s
	}
	depth, ok := shell.Number(string(to.to[1:]))
	if !ok {
		return s
	}
	if line && v.Known {
		v = v.with(Literal("\n"))
	}
	t := s.withOutput(depth, v)
	if !v.Known && t != s {
		t.facts = without(t.facts, v.Key)
	}
	return t
}

// withOutput adds to what the child has printed that stands at a depth of the frames. What
// is printed by a child of it is kept there, for its parent gets it at the end.
func (s *State) withOutput(depth int, v Value) *State {
	f := s.stack
	var above []*frame
	for f != nil && f.depth() > depth {
		above = append(above, f)
		f = f.up
	}
	if f == nil || f.out == nil {
		return s
	}
	g := *f
	out := *f.out
	g.hash = 0
	switch {
	case v.Key == "":
		out.lost = true
	default:
		out.text = out.text.with(v)
	}
	g.out = &out
	at := &g
	for i := len(above) - 1; i >= 0; i-- {
		h := *above[i]
		h.up, h.hash = at, 0
		at = &h
	}
	t := s.clone()
	t.stack = at
	return t
}
