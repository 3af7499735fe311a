package machine

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// question is a condition as [ ], test and [[ ]] have it. What its leaves have come to is
// kept in the registers until the whole is answered, so that none is asked twice.
type question struct {
	op      string // "!", "&&", "||", an operator, "" for a word alone, "?" for what is not understood
	l, r    *question
	x, y    operand
	pattern bool
	at      source.Span
	raw     string
	leaf    int
}

// operand is a word of a condition, or what it has come to.
type operand struct {
	word  *program.Word
	value Value
	given bool
}

// asking answers one condition.
type asking struct {
	*expander
	over func(*State, Value) *State
	out  *outcome // a step that has to be made first
}

// tests is [[ ]].
func (m *machine) tests(s *State, in *program.Ins) outcome {
	q := fromCondition(in.Test)
	q.number(new(int))
	a := &asking{expander: &expander{m: m, s: s}, over: func(t *State, v Value) *State { return t.next().ended(v) }}
	return a.answer(q)
}

func fromCondition(c *program.Condition) *question {
	if c == nil {
		return nil
	}
	return &question{op: c.Op, l: fromCondition(c.L), r: fromCondition(c.R), x: operand{word: c.X}, y: operand{word: c.Y}, pattern: c.Pattern, at: c.Span, raw: c.Raw}
}

// number gives the leaves their numbers.
func (q *question) number(next *int) {
	if q == nil {
		return
	}
	q.leaf = *next
	*next++
	q.l.number(next)
	q.r.number(next)
}

// answer is the step that is made next: a question that is open, or the end.
func (a *asking) answer(q *question) outcome {
	truth := a.ask(q)
	if a.out != nil {
		return *a.out
	}
	if o, goesOn := a.goesOn(); !goesOn {
		return o
	}
	t := a.s.clone()
	t.register(func(r *registers) { r.forget() })
	if truth {
		return goes(a.over(t, success))
	}
	return goes(a.over(t, status(1)))
}

func (a *asking) halted() bool { return a.out != nil || a.stopped() }

// ask answers a condition, as far as that can be done without a step.
func (a *asking) ask(q *question) bool {
	switch q.op {
	case "!":
		return !a.ask(q.l)
	case "&&":
		return a.ask(q.l) && !a.halted() && a.ask(q.r)
	case "||":
		truth := a.ask(q.l)
		if truth || a.halted() {
			return truth
		}
		return a.ask(q.r)
	}
	if v, ok := a.s.regs.remembered(-1 - q.leaf); ok {
		return v.Text == "yes"
	}
	return a.leaf(q)
}

// value is what an operand comes to.
func (a *asking) value(o operand) Value {
	if o.given {
		if o.value.Unset {
			return empty
		}
		return o.value
	}
	v := a.joined(o.word)
	if v.Unset {
		return empty
	}
	return v
}

// leaf answers what has no && and no ||.
func (a *asking) leaf(q *question) bool {
	switch q.op {
	case "", "-n", "-z":
		return a.nonempty(q, q.op != "-z")
	case "?":
		return a.open(q, openness())
	}
	if q.y.word == nil && !q.y.given {
		return a.unary(q)
	}
	return a.binary(q)
}

// open asks a question of which nothing is known.
func (a *asking) open(q *question, mode protocol.Mode) bool {
	n := node(protocol.Choose, q.at)
	n.Text, n.Mode = short(q.raw), mode
	return a.step(q, n, nil, nil)
}

// step makes a node of a question; yes and no change the state behind it.
func (a *asking) step(q *question, n protocol.Node, yes, no func(*State) *State) bool {
	if a.halted() {
		return false
	}
	side := func(text string, change func(*State) *State) *State {
		t := a.s.clone()
		t.register(func(r *registers) { r.memo = with(r.memo, -1-q.leaf, Literal(text)) })
		if change != nil {
			t = change(t)
		}
		return t
	}
	a.out = &outcome{node: &n, next: side("yes", yes), otherwise: side("no", no)}
	return false
}

// asked asks a question that has one answer as long as its values stay.
func (a *asking) asked(q *question, fact string, positive bool, mode protocol.Mode, yes, no func(*State) *State) bool {
	if truth, ok := a.s.facts[fact]; ok && fact != "" {
		return truth == positive
	}
	n := node(protocol.Choose, q.at)
	n.Text, n.Mode = short(q.raw), mode
	keep := func(truth bool, change func(*State) *State) func(*State) *State {
		return func(s *State) *State {
			if fact != "" {
				s = s.answer(fact, truth)
			}
			if change != nil {
				s = change(s)
			}
			return s
		}
	}
	return a.step(q, n, keep(positive, yes), keep(!positive, no))
}

// nonempty asks whether a word is empty.
func (a *asking) nonempty(q *question, want bool) bool {
	v := a.value(q.x)
	switch {
	case a.halted():
		return false
	case v.Known:
		return (v.Text != "") == want
	case v.full():
		return want
	}
	yes, no := func(s *State) *State { return s }, a.learn(q.x, empty)
	if !want {
		yes, no = no, yes
	}
	return a.asked(q, notEmpty+v.Key, want, openness(v), yes, no)
}

// learn is a change by which a variable has turned out to have a value.
func (a *asking) learn(o operand, v Value) func(*State) *State {
	name, _ := o.word.Only()
	if !isName(name) {
		return nil
	}
	return func(s *State) *State {
		if was, ok := s.vars.get(name); ok && was.List == nil && was.Refers == "" && !was.Value.Number {
			was.Value = v
			t := s.clone()
			t.vars = t.vars.with(name, was)
			return t
		}
		return s
	}
}

// isExistenceTest tells the operators that ask whether a name is there.
func isExistenceTest(op string) bool {
	return slices.Contains([]string{"-e", "-f", "-d", "-L", "-h", "-s", "-r", "-w", "-a", "-p"}, op)
}

func (a *asking) unary(q *question) bool {
	v := a.value(q.x)
	if a.halted() {
		return false
	}
	fd, isFD := fdPath(v.Text)
	switch {
	case isFD && isExistenceTest(q.op):
		return a.s.fds.get(fd).open
	case strings.HasPrefix(v.Text, "/proc/") && isExistenceTest(q.op) && !isSystemFile(v):
		return a.alive(q, v)
	case q.op == "-v" && v.Known && isName(v.Text):
		return a.hasValue(q, v.Text)
	case q.op == "-o":
		return a.hasOption(q, v)
	case q.op == "-t":
		return a.open(q, protocol.Free)
	case !isExistenceTest(q.op), v.Known && v.Text == "":
		if v.blank() && isExistenceTest(q.op) {
			return false
		}
		return a.asked(q, q.op+v.Key, true, openness(v), nil, nil)
	}
	n := node(protocol.Test, q.at)
	n.Path, n.Text = a.m.path(v, a.s), q.op
	if q.x.word != nil {
		n.Word = q.x.word.Span
		if !isQuoted(q.x.word) {
			n.Mode |= protocol.Unquoted
		}
	}
	return a.step(q, n, nil, nil)
}

// isSystemFile tells of a name in /proc that is no process's: /proc/uptime.
func isSystemFile(v Value) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(v.Text, "/proc/"), "/")
	_, isNumber := shell.Number(name)
	return v.Known && !isNumber
}

// alive asks whether the process lives whose folder in /proc a value names.
func (a *asking) alive(q *question, v Value) bool {
	n := node(protocol.Alive, q.at)
	n.Text = v.Text
	if v.Content != 0 {
		n.Path = v.Content - 1
	}
	if v.Spawn != 0 {
		n.Body = protocol.ID(v.Spawn - 1)
	}
	return a.step(q, n, nil, nil)
}

// hasValue asks whether a variable is set.
func (a *asking) hasValue(q *question, name string) bool {
	if !a.m.facts(a.s).AsksForValue {
		return a.open(q, 0)
	}
	switch v, ok := a.s.lookup(name); {
	case ok && !v.Value.Unset && v.List == nil:
		return true
	case ok && v.List != nil:
		_, has := v.List.at(Literal("0"))
		return has && !a.m.facts(a.s).ArraysFromOne && len(v.List.Items) > 0
	case !ok && !mayBeGiven(name, a.m.facts(a.s)), ok && v.Value.Unset:
		return false
	}
	return a.asked(q, "set"+name, true, protocol.Free, nil, nil)
}

// hasOption asks whether an option of the shell is set.
func (a *asking) hasOption(q *question, v Value) bool {
	for name, on := range map[string]bool{"errexit": a.s.opts.errexit, "noclobber": a.s.opts.noclobber, "nounset": a.s.opts.nounset, "pipefail": a.s.opts.pipefail, "posix": a.s.opts.posix} {
		if v.Known && v.Text == name {
			return on
		}
	}
	return a.open(q, 0)
}
