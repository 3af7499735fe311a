package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

// step is what happens in a state. It changes nothing but what the machine remembers.
// id is the number of the node that it may become.
func (m *machine) step(s *State, id protocol.ID) outcome {
	switch {
	case len(s.undo) > 0:
		return m.takeBack(s)
	case s.fate.how != onward:
		return m.leave(s)
	case s.ins() == nil:
		return m.end(s)
	case s.proc.hit != "" && s.child() == nil:
		return m.struck(s)
	}
	in := s.ins()
	switch in.Op {
	case program.Begin:
		t := m.tidied(m.pruned(s.next()))
		t.regs, t.subst = &registers{}, Value{}
		return goes(t)
	case program.Expand:
		return m.expands(s, in)
	case program.Target:
		return m.single(in.Redirect.Word, s, func(v Value, t *State) outcome {
			t = t.next()
			t.register(func(r *registers) { r.targets = appended(r.targets, v); r.forget() })
			return goes(t)
		})
	case program.Assign:
		return m.assigns(s, in)
	case program.Run:
		return m.run(s, in, id)
	case program.Declare:
		return m.declares(s, in)
	case program.Check:
		return m.check(s, in)
	case program.Not:
		return m.not(s)
	case program.Well:
		return goes(s.next().ended(success))
	case program.Jump:
		return goes(s.to(in.To))
	case program.Unless, program.If:
		return m.branch(s, in)
	case program.Ask, program.Answered:
		return goes(s.asks(in))
	case program.Calculate:
		return m.calculates(s, in)
	case program.Test:
		return m.tests(s, in)
	case program.Subject:
		return m.single(in.Word, s, func(v Value, t *State) outcome {
			t = t.next()
			t.register(func(r *registers) { r.subject = v; r.forget() })
			return goes(t)
		})
	case program.Match:
		return m.matches(s, in)
	case program.Scope:
		return m.scope(s, in, id)
	case program.EndScope:
		return goes(s.leaveScope())
	case program.Define:
		return m.defines(s, in)
	case program.Opaque:
		m.unknown(in.Span, "%s", in.Text)
		n := node(protocol.Opaque, in.Span)
		n.Text = in.Text
		t := s.next().ended(someStatus)
		return outcome{node: &n, next: t, otherwise: t}
	}
	return m.stepProcess(s, in, id)
}

// stepProcess is step for what has to do with processes and loops.
func (m *machine) stepProcess(s *State, in *program.Ins, id protocol.ID) outcome {
	switch in.Op {
	case program.Loop, program.Head, program.Turn, program.EndLoop, program.Each, program.Next:
		return m.loop(s, in)
	case program.Sub:
		return m.sub(s, in, id)
	case program.Here:
		t := s.push(frame{kind: inPart, part: in.Count})
		t.code, t.pc = in.Code, 0
		return goes(t)
	case program.Piped:
		return goes(m.piped(s, in))
	case program.Spawn:
		return m.spawn(s, in, id)
	case program.Always:
		t := s.push(frame{kind: inAlways})
		t.code, t.pc = in.Code, 0
		return goes(t)
	}
	panic("machine: an instruction that is not known")
}

// appended is a list with one more value, which shares nothing with the list.
func appended[T any](list []T, v ...T) []T { return append(list[:len(list):len(list)], v...) }

// forget drops what the parts of the word at hand have come to.
func (r *registers) forget() { r.memo, r.lists = nil, nil }

// asks is the state in which one more question is asked, or one less.
func (s *State) asks(in *program.Ins) *State {
	t := s.next()
	if in.Op == program.Ask {
		t.asked++
		t.denied = t.denied || in.Negated
		return t
	}
	t.asked--
	if in.Negated || t.asked == 0 {
		t.denied = false
	}
	return t
}

// not negates the status. A loop that was left has failed in some shells, which it does not
// come to here.
func (m *machine) not(s *State) outcome {
	switch {
	case s.status.failed():
		return goes(s.next().ended(success))
	case s.status.succeeded():
		return goes(s.next().ended(status(1)))
	}
	return goes(s.next())
}

// branch goes one way or the other by the status.
func (m *machine) branch(s *State, in *program.Ins) outcome {
	far, near := s.to(in.To), s.next()
	well, badly := near, far
	if in.Op == program.If {
		well, badly = far, near
	}
	switch {
	case s.status.failed():
		return goes(badly)
	case s.status.succeeded():
		return goes(well)
	}
	n := node(protocol.Choose, in.Span)
	n.Text = short(in.Raw)
	n.Mode = openness(s.status)
	return outcome{node: &n, next: well.ended(success), otherwise: badly.ended(failure)}
}

// openness says why a question about some values is open.
func openness(values ...Value) (mode protocol.Mode) {
	for _, v := range values {
		if v.Blind {
			mode |= protocol.Blind
		}
		if v.Input {
			mode |= protocol.Free
		}
	}
	if mode&protocol.Blind != 0 {
		mode &^= protocol.Free
	}
	return mode
}

// short is the first line of a text, as far as it is worth showing.
func short(text string) string {
	for i, c := range text {
		if c == '\n' {
			text = text[:i]
			break
		}
	}
	if len(text) > 60 {
		text = text[:57] + "..."
	}
	return text
}

// expands adds what a word comes to to the words of the command.
func (m *machine) expands(s *State, in *program.Ins) outcome {
	return m.fields(in.Word, s, func(list []field, t *State) outcome {
		t = t.next()
		t.register(func(r *registers) { r.words = appended(r.words, list...); r.forget() })
		return goes(t)
	})
}

// matches asks whether the subject of a case fits a pattern.
func (m *machine) matches(s *State, in *program.Ins) outcome {
	return m.pattern(in.Word, s, func(p pattern, t *State) outcome {
		t = t.clone()
		t.register(func(r *registers) { r.forget() })
		no, yes := t.to(in.To), t.next()
		subject := t.regs.subject
		if fits, known := p.fits(subject, m.facts(s)); known {
			if fits {
				return goes(yes)
			}
			return goes(no)
		}
		fact := "case" + subject.Key + "\x01" + p.key()
		if truth, known := t.facts[fact]; known {
			if truth {
				return goes(yes)
			}
			return goes(no)
		}
		n := node(protocol.Choose, in.Span)
		n.Text, n.Mode = short(in.Raw), openness(append(p.values(), subject)...)
		return outcome{node: &n, next: yes.answer(fact, true), otherwise: no.answer(fact, false)}
	})
}

// defines makes a code a function.
func (m *machine) defines(s *State, in *program.Ins) outcome {
	t, goesOn := m.defined(s, in)
	if !goesOn {
		return goes(t)
	}
	t = t.next().ended(success)
	return goes(t)
}
