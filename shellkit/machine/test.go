package machine

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// testRow is [ and test, and [[ where that is the name of a command.
func testRow(m *machine, c *call, s *State) plan {
	args := c.args[1:]
	switch c.name() {
	case "[":
		if len(args) == 0 || args[len(args)-1].Text != "]" {
			return silent(status(2))
		}
		args = args[:len(args)-1]
	case "[[":
		switch {
		case m.facts(s).Brackets == shell.BracketsMissing:
			return notFound()
		case len(args) == 0 || args[len(args)-1].Text != "]]":
			return m.chance(c, 0)
		}
		args = args[:len(args)-1]
	}
	if slices.ContainsFunc(args, func(f field) bool { return f.loose }) {
		return m.chance(c, openness(valuesOf(args)...))
	}
	p := &testParser{c: c, args: args}
	q := p.parse()
	if q == nil {
		return silent(status(2))
	}
	if !m.facts(s).DoubledEqual && q.doubled() {
		if isAnyShell(m.facts(s)) {
			return m.chance(c, openness(valuesOf(args)...))
		}
		if m.facts(s).OptionExits && !m.facts(s).SplitsWords {
			m.unknown(c.at, "a comparison with ==")
		}
		return silent(status(2))
	}
	q.number(new(int))
	return plan{done: func(s *State, _ bool) outcome {
		a := &asking{expander: &expander{m: m, s: s}, over: func(t *State, v Value) *State { return t.over(v) }}
		return a.answer(q)
	}}
}

func valuesOf(list []field) (out []Value) {
	for _, f := range list {
		out = append(out, f.Value)
	}
	return out
}

// testParser reads the words of a condition.
type testParser struct {
	c    *call
	args []field
	i    int
}

// parse reads by the number of words, as POSIX has it, and beyond four of them by the
// operators. nil is what no shell takes.
func (p *testParser) parse() *question {
	switch n := len(p.args); n {
	case 0:
		return p.no()
	case 1:
		return p.word()
	case 2:
		switch op := p.op(0); {
		case op == "!":
			p.i++
			return p.negated(p.word())
		case isUnary(op):
			return p.unary()
		}
		return nil
	case 3:
		if isBinary(p.op(1)) {
			return p.binary()
		}
		if p.op(0) == "!" {
			p.i++
			inner := (&testParser{c: p.c, args: p.args[1:]}).parse()
			if inner == nil {
				return nil
			}
			return p.negated(inner)
		}
	}
	q := p.or()
	if p.i != len(p.args) {
		return nil
	}
	return q
}

// no is an empty condition, which is false.
func (p *testParser) no() *question {
	return &question{op: "-n", x: operand{given: true, value: empty}, at: p.c.at, raw: p.c.raw}
}

func (p *testParser) op(i int) string {
	if i < len(p.args) && p.args[i].Known {
		return p.args[i].Text
	}
	return ""
}

func (p *testParser) operand() operand {
	f := p.args[p.i]
	p.i++
	return operand{word: f.word, value: f.Value, given: true}
}

func (p *testParser) word() *question {
	q := p.at(p.i, p.i)
	q.x = p.operand()
	return q
}

// at is a question where some of the words stand.
func (p *testParser) at(from, to int) *question {
	q := &question{at: p.c.at, raw: p.c.raw}
	if a, b := p.args[from].word, p.args[to].word; a != nil && b != nil && a.Span.Start.Known() && b.Span.End.Known() {
		q.at.Start, q.at.End = a.Span.Start, b.Span.End
	}
	return q
}

func (p *testParser) negated(q *question) *question {
	if q == nil {
		return nil
	}
	return &question{op: "!", l: q, at: q.at, raw: q.raw}
}

func (p *testParser) unary() *question {
	q := p.at(p.i, p.i+1)
	q.op = p.op(p.i)
	p.i++
	q.x = p.operand()
	return q
}

func (p *testParser) binary() *question {
	q := p.at(p.i, p.i+2)
	q.x = p.operand()
	q.op = p.op(p.i)
	p.i++
	q.y = p.operand()
	return q
}

func (p *testParser) or() *question {
	l := p.and()
	for l != nil && p.op(p.i) == "-o" {
		p.i++
		r := p.and()
		if r == nil {
			return nil
		}
		l = &question{op: "||", l: l, r: r, at: l.at, raw: l.raw}
	}
	return l
}

func (p *testParser) and() *question {
	l := p.not()
	for l != nil && p.op(p.i) == "-a" {
		p.i++
		r := p.not()
		if r == nil {
			return nil
		}
		l = &question{op: "&&", l: l, r: r, at: l.at, raw: l.raw}
	}
	return l
}

func (p *testParser) not() *question {
	if p.op(p.i) == "!" && p.i+1 < len(p.args) && !isBinary(p.op(p.i+1)) {
		p.i++
		return p.negated(p.not())
	}
	return p.primary()
}

func (p *testParser) primary() *question {
	if p.i >= len(p.args) {
		return nil
	}
	switch op := p.op(p.i); {
	case op == "(":
		p.i++
		q := p.or()
		if p.op(p.i) != ")" {
			return nil
		}
		p.i++
		return q
	case p.i+2 < len(p.args) && isBinary(p.op(p.i+1)):
		return p.binary()
	case isUnary(op) && p.i+1 < len(p.args) && op != "-a" && op != "-o":
		return p.unary()
	}
	return p.word()
}

func isUnary(op string) bool {
	return len(op) == 2 && op[0] == '-' && strings.IndexByte("abcdefghknoprstuvwxzGLNOS", op[1]) >= 0
}

func isBinary(op string) bool {
	switch op {
	case "=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-ef", "-nt", "-ot", "<", ">", "=~":
		return true
	}
	return false
}

// doubled tells whether a == stands in a condition.
func (q *question) doubled() bool {
	if q == nil {
		return false
	}
	return q.op == "==" || q.l.doubled() || q.r.doubled()
}

// compare decides a comparison where both sides are known well enough.
func compare(op string, a, b Value) (truth, known bool) {
	switch op {
	case "=", "==":
		if a.Key == b.Key && !nameless(a, b) {
			return true, true
		}
		if a.Known && b.Known {
			return false, true
		}
		if a.Nonzero && b.Text == "0" && b.Known || b.Nonzero && a.Text == "0" && a.Known || a.blank() && b.full() || b.blank() && a.full() {
			return false, true
		}
		return false, false
	case "!=":
		truth, known = compare("=", a, b)
		return !truth, known
	case "<", ">":
		return false, false // these go by the letters of the locale
	}
	if a.Nonzero && !a.Known && b.Known && b.Text == "0" {
		switch op {
		case "-eq", "-le", "-lt":
			return false, true
		case "-ne", "-gt", "-ge":
			return true, true
		}
	}
	if b.Nonzero && !b.Known && a.Known && a.Text == "0" {
		switch op {
		case "-eq", "-ge", "-gt":
			return false, true
		case "-ne", "-lt", "-le":
			return true, true
		}
	}
	m, okM := shell.Number(strings.TrimSpace(a.Text))
	n, okN := shell.Number(strings.TrimSpace(b.Text))
	if a.Key == b.Key && !nameless(a, b) {
		m, n, okM, okN = 0, 0, true, true
	} else if !a.Known || !b.Known || !okM || !okN {
		return false, false
	}
	switch op {
	case "-eq":
		return m == n, true
	case "-ne":
		return m != n, true
	case "-lt":
		return m < n, true
	case "-le":
		return m <= n, true
	case "-gt":
		return m > n, true
	case "-ge":
		return m >= n, true
	}
	return false, false
}
