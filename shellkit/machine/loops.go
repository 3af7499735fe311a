package machine

import (
	"hash/maphash"
	"maps"
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A loop whose turns are decided by what is known is simply run. Where something open was
// asked on the way, it may take any number of turns: after a few, what a turn has changed is
// no longer known in the next one.

const (
	mostTurns = 400 // of a loop in which everything is known
	openTurns = 3   // that are told apart of another one
)

// loop is what the instructions of loops do.
func (m *machine) loop(s *State, in *program.Ins) outcome {
	switch in.Op {
	case program.Loop:
		t := s.push(frame{kind: inLoop, code: s.code, pc: in.To, again: in.Again, last: success})
		t.pc = s.pc + 1
		return goes(t)
	case program.Each:
		f := frame{kind: inLoop, code: s.code, pc: in.To, again: in.Again, last: success}
		if s.regs != nil {
			f.list = s.regs.words
		}
		t := s.push(f)
		t.pc, t.regs = s.pc+1, &registers{}
		return goes(t)
	case program.Turn:
		t := s.next()
		return goes(t.changed(func(f *frame) { f.last = s.status }))
	case program.EndLoop:
		t := s.pop()
		t.status = s.stack.last
		return goes(t)
	case program.Head:
		if t := m.turned(s); t != nil {
			return goes(t.next())
		}
		return m.endless(s, in)
	}
	return m.nextWord(s, in)
}

// endless gives up on a loop that changes with every turn.
func (m *machine) endless(s *State, in *program.Ins) outcome {
	n := node(protocol.Opaque, in.Span)
	n.Text = "a loop that changes with every turn"
	m.unknown(in.Span, "%s", n.Text)
	t := s.pop().ended(someStatus)
	return outcome{node: &n, next: t}
}

// nextWord assigns the next word of a list, or ends the loop.
func (m *machine) nextWord(s *State, in *program.Ins) outcome {
	f := s.stack
	if f.turn >= len(f.list) {
		t := s.pop()
		t.status = f.last
		return goes(t)
	}
	word := f.list[f.turn]
	if word.Perhaps && !word.loose {
		return m.perhapsWord(s, in, word)
	}
	if !word.loose {
		t := m.inTurn(s, in.Name, word.Value).changed(func(f *frame) { f.turn++ })
		return goes(t.next())
	}
	n := node(protocol.Choose, in.Span)
	n.Text = "another turn"
	v := derived("$"+in.Name, "one of@"+in.Span.Start.String()+varies, word.Value)
	v.Key += varies
	turn := m.inTurn(s, in.Name, v)
	turn.facts = without(turn.facts, v.Key)
	if t := m.turned(turn); t != nil {
		turn = t
	}
	over := s.changed(func(f *frame) { f.turn++ })
	return outcome{node: &n, next: turn.next(), otherwise: over}
}

// inTurn is the state in which a turn of a loop begins that is about v.
func (m *machine) inTurn(s *State, name string, v Value) *State {
	if m.facts(s).LoopLocals && !s.opts.loopsShare {
		at, calls := s.declaredAt(name)
		if t := s.local(name); t != s && (at < 0 || calls > 0) {
			t.vars = t.vars.with(name, Variable{})
			s = t
		}
	}
	return m.assign(s, name, v)
}

// perhapsWord is nextWord for a word that is none where nothing is in a variable.
func (m *machine) perhapsWord(s *State, in *program.Ins, word field) outcome {
	v := word.Value
	v.Perhaps = false
	none := s.changed(func(f *frame) { f.turn++ })
	turn := m.inTurn(s, in.Name, v).changed(func(f *frame) { f.turn++ })
	fact := notEmpty + v.Key
	if full, asked := s.facts[fact]; asked && full {
		return goes(turn.next())
	} else if asked {
		return goes(none)
	}
	n := node(protocol.Choose, in.Span)
	n.Text = "a turn"
	return outcome{node: &n, next: turn.answer(fact, true).next(), otherwise: none.answer(fact, false)}
}

// varies marks the value of a loop's variable, which is another one in every turn.
const varies = "~"

// without are the answers that are not about a value.
func without(facts map[string]bool, key string) map[string]bool {
	out := maps.Clone(facts)
	for fact := range facts {
		if strings.Contains(fact, key) {
			delete(out, fact)
		}
	}
	return out
}

// branched is the state behind a question that was open, for all loops around it.
func (s *State) branched() *State {
	var open func(f *frame) *frame
	open = func(f *frame) *frame {
		if f == nil || f.kind == inLoop && f.open {
			return f
		}
		up := open(f.up)
		if up == f.up && f.kind != inLoop {
			return f
		}
		g := *f
		g.up, g.hash = up, 0
		g.open = g.open || g.kind == inLoop
		return &g
	}
	stack := open(s.stack)
	if stack == s.stack {
		return s
	}
	t := s.clone()
	t.stack = stack
	return t
}

// turned is the state at the head of one more turn, or nil where that is one too many.
func (m *machine) turned(s *State) *State {
	f := s.stack
	t := s.changed(func(f *frame) { f.open = false })
	if t.stack.list == nil {
		t.stack.turn++
	}
	if !f.open {
		if t.stack.turn > mostTurns || s.grown() {
			return nil
		}
		return m.remembers(t)
	}
	if t.stack.list == nil {
		t.stack.turn = min(t.stack.turn, openTurns)
	}
	before := m.widths[t.headKey()]
	if len(before) < openTurns {
		return m.remembers(t)
	}
	for _, b := range before {
		if b.key() == t.key() {
			return t
		}
	}
	if len(before) > 40*openTurns {
		return nil
	}
	return m.remembers(widened(before[len(before)-1], t))
}

// grown tells whether the parameters have become too much to be looked at.
func (s *State) grown() bool { return len(s.params.key()) > 8000 }

// remembers notes a state that was at the head of a loop.
func (m *machine) remembers(s *State) *State {
	k := s.headKey()
	m.widths[k] = append(m.widths[k], s)
	return s
}

// headKey names the head of a loop, and how the process has come into that.
func (s *State) headKey() uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, s.code)
	maphash.WriteComparable(&h, s.pc)
	maphash.WriteComparable(&h, s.stack.up.key())
	maphash.WriteComparable(&h, s.proc)
	return h.Sum64()
}

// widened is a state at the head of a loop of which that is not known any more in which it
// differs from one before.
func widened(before, s *State) *State {
	t := s.clone()
	at := itoa(s.pc) + "@" + s.code.Span.Start.String()
	for name, v := range s.vars.all() {
		was, ok := before.vars.get(name)
		if ok && was.key() == v.key() {
			continue
		}
		w := v
		w.Value = Symbol("$"+name, "some "+name+at)
		w.Value.Number = ok && isNumber(v.Value) && isNumber(was.Value)
		w.Value.Blind = !w.Value.Number
		w.Value.Filled = ok && v.Value.full() && was.Value.full()
		if v.List != nil {
			w.List = &List{Items: v.List.Items, Keyed: v.List.Keyed, Loose: true}
			if was.List != nil && len(was.List.Items) < len(w.List.Items) {
				w.List.Items = was.List.Items
			}
		}
		t.vars = t.vars.with(name, w)
		t.facts = without(t.facts, w.Value.Key)
	}
	for fact, truth := range t.facts {
		if was, ok := before.facts[fact]; !ok || was != truth {
			t.facts = without(t.facts, fact)
		}
	}
	if before.params.key() != s.params.key() {
		p := *s.params
		p.list, p.past = nil, 0
		p.rest = Symbol("$@", "some $@"+at)
		p.rest.Input = true
		t.params = &p
		t.facts = without(t.facts, p.rest.Key)
	}
	if before.status.Key != s.status.Key {
		t.status = someStatus
	}
	return t.changed(func(f *frame) { f.last = someStatus })
}

func isNumber(v Value) bool {
	if v.Number {
		return true
	}
	if !v.Known || v.Text == "" {
		return false
	}
	for i, c := range v.Text {
		if (c < '0' || c > '9') && !(i == 0 && c == '-') {
			return false
		}
	}
	return true
}
