package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// controlRows are the builtins that say where the shell goes on.
var controlRows = map[string]command{
	"exit": exitRow, "return": returnRow, "break": breakRow, "continue": breakRow,
	"exec": execRow, "eval": evalRow, ".": sourceRow, "source": sourceRow,
	"command": commandRow, "builtin": commandRow, "logout": exitRow, "bye": exitRow,
}

// endingOf is the status that exit and return leave behind.
func (m *machine) endingOf(c *call, s *State) Value {
	if len(c.args) < 2 {
		return m.bareEnding(c, s)
	}
	v := c.args[1].Value
	if n, ok := shell.Number(v.Text); ok && v.Known {
		if c.name() == "return" && n > 0xff && m.facts(s).WideReturns {
			return failure
		}
		return status(n)
	}
	if v.Key == someStatus.Key || v.Key == failure.Key {
		return v
	}
	if v.Known {
		m.unknown(c.at, "%s with something else than a number", c.name())
	}
	return someStatus
}

// bareEnding is the status that they leave behind without a number: in a trap some shells
// take what it was before.
func (m *machine) bareEnding(c *call, s *State) Value {
	var at *frame
	child, subst := false, false
	calls := 0
	for f := s.stack; f != nil; f = f.up {
		switch {
		case f.kind == inTrap && (f.trap == exitTrap || f.trap == signalTrap):
			at = f
		case f.kind == inChild:
			child, subst = true, subst || f.what == "$( )"
		case f.kind == inCall:
			calls++
		}
		if at != nil {
			break
		}
	}
	before, row := someStatus, m.facts(s).InSignalTrap
	switch {
	case at != nil:
		before = at.before
		if at.trap == exitTrap {
			row = m.facts(s).InExitTrap
		}
	case !s.proc.handler:
		return s.status
	case s.proc.exiting:
		row = m.facts(s).InExitTrap
	}
	gives := row.Exit
	isReturn := c.name() == "return"
	switch {
	case isReturn && calls == 0 && !child:
		return before // of the trap itself
	case isReturn && subst:
		gives = row.ReturnInSubst
	case isReturn && child:
		gives = row.ReturnInChild
	case isReturn:
		gives = row.Return
	case subst:
		gives = row.ExitInSubst
	case child:
		gives = row.ExitInChild
	}
	switch gives {
	case shell.GivesBefore:
		return before
	case shell.GivesZero:
		return success
	}
	return s.status
}

func exitRow(m *machine, c *call, s *State) plan {
	if len(c.args) > 2 {
		m.unknown(c.at, "exit with more than one number")
	}
	return plan{done: func(s *State, _ bool) outcome { return goes(s.over(m.endingOf(c, s)).exits()) }}
}

func returnRow(m *machine, c *call, s *State) plan {
	return plan{done: func(s *State, _ bool) outcome {
		v := m.endingOf(c, s)
		t := s.over(v)
		if s.opts.errexit && s.asked == 0 && m.facts(s).ReturnUntrapped && s.innermost(inCall) != nil && !v.succeeded() {
			if v.failed() {
				return goes(t.replaced())
			}
			n := node(protocol.Choose, c.at)
			n.Text = "status"
			return outcome{node: &n, next: t.ended(success).going(fate{how: returning}), otherwise: t.ended(failure).replaced()}
		}
		return goes(t.going(fate{how: returning}))
	}}
}

// breakRow is break and continue.
func breakRow(m *machine, c *call, s *State) plan {
	levels, ok := 1, true
	if len(c.args) > 1 {
		levels, ok = shell.Number(c.args[1].Text)
		ok = ok && c.args[1].Known && levels > 0
	}
	if !ok {
		return m.cannotFollow(c, c.name()+" with something else than a number")
	}
	return plan{done: func(s *State, _ bool) outcome {
		loops, out := m.loopsAround(s)
		if loops == 0 {
			return m.breaksNowhere(s, c, out)
		}
		return goes(s.over(success).going(fate{how: breaking, levels: min(levels, loops), again: c.name() == "continue"}))
	}}
}

// loopsAround counts the loops that a command may leave; out tells that there are some
// beyond the process, or the function, that it stands in.
func (m *machine) loopsAround(s *State) (loops int, out *frame) {
	jumps := m.facts(s).Jumps
	for f := s.stack; f != nil; f = f.up {
		switch f.kind {
		case inLoop:
			loops++
		case inChild:
			return loops, f
		case inCall:
			if !jumps.OutOfFunctions {
				return loops, nil
			}
		case inText:
			if !jumps.OutOfFiles && f.name != "eval" {
				return loops, nil
			}
		case inTrap:
			if f.trap == signalTrap && !jumps.FromTraps || f.trap == exitTrap {
				return loops, nil
			}
		}
	}
	return loops, nil
}

// breaksNowhere is break where no loop is around it.
func (m *machine) breaksNowhere(s *State, c *call, child *frame) outcome {
	jumps := m.facts(s).Jumps
	if child != nil && child.parent.innermost(inLoop) != nil && (jumps.EndSubshells && child.what != "$( )" || jumps.EndSubsts && child.what == "$( )") {
		return goes(s.over(success).exits())
	}
	switch jumps.Nowhere {
	case shell.NowhereFails:
		return goes(s.over(status(1)))
	case shell.NowhereEnds:
		if s.innermost(inText) != nil || s.innermost(inCall) != nil {
			m.unknown(c.at, "what ends where %s stands in no loop", c.name())
		}
		return goes(s.over(status(1)).exits())
	}
	return goes(s.over(success))
}

// execRow is exec: redirects that stay, or another program in this process.
func execRow(m *machine, c *call, s *State) plan {
	args := 1
	for args < len(c.args) && strings.HasPrefix(c.args[args].Text, "-") && c.args[args].Text != "--" {
		if c.args[args].Text == "-a" {
			args++
		}
		args++
	}
	if m.facts(s).Bare && args > 1 {
		return plan{done: func(s *State, _ bool) outcome { return goes(s.over(status(127)).exits()) }}
	}
	if args < len(c.args) && c.args[args].Text == "--" {
		args++
	}
	if args >= len(c.args) {
		return silent(success)
	}
	if text := c.args[args].Text; len(c.args) == args+1 && len(text) > 2 && text[0] == '{' && text[len(text)-1] == '}' && len(c.ins.Redirects) > 0 {
		return m.braceApart(c, s, text)
	}
	inner := c.rest(args)
	inner.plain, inner.execs = true, true
	if s.funcs.get(inner.name()) != nil && m.facts(s).ExecFunctions {
		return m.cannotFollow(c, "what exec does with a function")
	}
	p := m.dispatch(s, inner)
	return plan{effects: p.effects, done: func(s *State, failed bool) outcome {
		var o outcome
		if p.done != nil {
			o = p.done(s, failed)
		} else if failed {
			o = goes(s.over(status(1)))
		} else {
			o = goes(s.over(success))
		}
		if o.node == nil && o.next != nil && o.next.fate.how == onward && sameFrames(o.next, s) {
			o.next = o.next.replaced()
			o.next.undo = nil // no shell is there to take anything back
		}
		return o
	}}
}

// sameFrames tells whether a command has come to its end, and called nothing.
func sameFrames(t, s *State) bool {
	return t.stack == s.stack || s.stack != nil && t.stack == s.stack.up
}

// braceApart is exec {fd} >file with a blank.
func (m *machine) braceApart(c *call, s *State, text string) plan {
	if m.facts(s).BraceApart {
		return m.cannotFollow(c, "a redirect behind "+text+" and a blank")
	}
	n := node(protocol.Misuse, c.at)
	n.Text = protocol.MisuseBraceFD
	return plan{effects: []effect{{node: n}}, done: func(s *State, _ bool) outcome { return goes(s.over(status(127)).exits()) }}
}

// evalRow is eval.
func evalRow(m *machine, c *call, s *State) plan {
	v, known := empty, true
	for i, a := range c.args[1:] {
		if i > 0 {
			v = v.with(Literal(" "))
		}
		v = v.with(a.Value)
		known = known && a.Known && !a.loose
	}
	if !known {
		return m.cannotFollow(c, "eval of a text that is not known")
	}
	if strings.TrimSpace(v.Text) == "" {
		return silent(success)
	}
	var word *program.Word
	if len(c.args) == 2 {
		word = c.args[1].word
	}
	src := program.WordSource(m.p.File, word, v.Text)
	if word == nil {
		src = program.At(c.at, v.Text)
	}
	return plan{done: func(s *State, _ bool) outcome {
		return m.runsText(s, c, field{Value: v}, src, frame{kind: inText, name: "eval"})
	}}
}

// sourceRow is . and source: what is not at hand is not known.
func sourceRow(m *machine, c *call, s *State) plan {
	if len(c.args) < 2 {
		return m.cannotFollow(c, "a file is sourced that is not named")
	}
	if c.args[1].Known && c.args[1].Text == "/dev/null" {
		return silent(success)
	}
	return m.cannotFollow(c, "a sourced file is not at hand: "+short(c.args[1].Text))
}

// commandRow is command and builtin: what stands behind them runs past functions.
func commandRow(m *machine, c *call, s *State) plan {
	i := 1
	asks := false
	for ; i < len(c.args) && strings.HasPrefix(c.args[i].Text, "-") && c.args[i].Text != "-"; i++ {
		if c.args[i].Text == "--" {
			i++
			break
		}
		asks = asks || strings.ContainsAny(c.args[i].Text, "vV")
	}
	if asks {
		return m.whichOf(c, s, c.args[i:])
	}
	if i >= len(c.args) {
		return silent(success)
	}
	inner := c.rest(i)
	inner.plain = true
	if inner.args[0].loose {
		return m.cannotFollow(c, "which command runs is not known")
	}
	return m.dispatch(s, inner)
}
