package machine

import (
	"math/bits"
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
)

// value is what an expression comes to: a number, or a value that is not known, of which
// the number is meant.
func (c *sums) value(e *program.Arith) Value {
	if c.stopped() {
		return Value{}
	}
	if to := assignee(e); to != nil {
		return c.assigned(e, to)
	}
	switch e.Op {
	case "":
		return c.leaf(e)
	case ",":
		c.value(e.L)
		return c.value(e.R)
	case "?:":
		return c.either(e)
	case "+_", "-_", "~_":
		v := c.value(e.L)
		n, ok := integer(v.Text)
		if !ok || !v.Known {
			return c.open(e, v)
		}
		return c.made(e, map[string]int64{"+_": n, "-_": -n, "~_": ^n}[e.Op], v)
	case "!_", "&&", "||", "^^", "==", "!=", "<", ">", "<=", ">=":
		answer, from := c.truth(e, false)
		switch answer {
		case yes:
			return Literal("1")
		case no:
			return Literal("0")
		}
		return c.open(e, from...)
	}
	if _, known := operations[e.Op]; !known {
		c.giveUp(e, "the operator in %s")
		return c.strangeNumber(e)
	}
	l, r := c.value(e.L), c.value(e.R)
	return c.combined(e, e.Op, l, r)
}

// open is the number that an operation comes to on values that are not known.
func (c *sums) open(e *program.Arith, from ...Value) Value {
	v := derived("$(("+e.Raw+"))", e.Op+strings.Join(strings.Fields(e.Raw), ""), from...)
	v.Number, v.Filled = true, true
	return v
}

func (c *sums) strangeNumber(e *program.Arith) Value {
	v := Symbol("$(("+e.Raw+"))", "some "+e.Raw+"@"+c.span.Start.String()+itoa(c.s.pc))
	v.Number, v.Filled, v.Blind = true, true, true
	return v
}

// numeric is the number that a value is.
func (c *sums) numeric(v Value) Value {
	if v.Known || v.Number {
		return v
	}
	d := derived("$(("+v.Text+"))", "number", v)
	d.Number, d.Filled = true, true
	return d
}

// made is a number that was worked out. Beyond what every shell can hold it is none.
func (c *sums) made(e *program.Arith, n int64, from ...Value) Value {
	most := int64(1)<<31 - 1
	if isWide(c.m.facts(c.s)) {
		most = 1 << 53
	}
	if n > most || n < -most {
		return c.open(e, from...)
	}
	return number(n)
}

// operations are what two numbers make; ok is false where shells do not agree. Nothing is
// divided by 0.
var operations = map[string]func(a, b int64) (n int64, ok bool){
	"+":  func(a, b int64) (int64, bool) { return a + b, true },
	"-":  func(a, b int64) (int64, bool) { return a - b, true },
	"*":  product,
	"/":  func(a, b int64) (int64, bool) { return a / b, true },
	"%":  func(a, b int64) (int64, bool) { return a % b, true },
	"**": power,
	"<<": func(a, b int64) (int64, bool) {
		return a << (uint64(b) & 63), b >= 0 && b < 53 && a >= 0 && bits.Len64(uint64(a))+int(b) < 54
	},
	">>": func(a, b int64) (int64, bool) { return a >> (uint64(b) & 63), b >= 0 && b < 32 },
	"&":  func(a, b int64) (int64, bool) { return a & b, true },
	"|":  func(a, b int64) (int64, bool) { return a | b, true },
	"^":  func(a, b int64) (int64, bool) { return a ^ b, true },
}

func product(a, b int64) (int64, bool) {
	size := func(n int64) int { return bits.Len64(uint64(max(n, -n))) }
	return a * b, size(a)+size(b) < 62
}

func power(a, b int64) (n int64, ok bool) {
	n, ok = 1, b >= 0 && b < 64
	for i := int64(0); ok && i < b; i++ {
		n, ok = product(n, a)
	}
	return n, ok
}

// combined is what an operator makes of two values.
func (c *sums) combined(e *program.Arith, op string, l, r Value) Value {
	if c.stopped() {
		return Value{}
	}
	a, okA := integer(l.Text)
	b, okB := integer(r.Text)
	okA, okB = okA && l.Known, okB && r.Known
	if okB && b == 0 && (op == "/" || op == "%") {
		c.m.unknown(c.span, "a division by zero in %s", short(c.raw))
		return c.strangeNumber(e)
	}
	if !okA || !okB {
		v := derived("$(("+e.Raw+"))", op, l, r)
		v.Number, v.Filled = true, true
		return v
	}
	n, ok := operations[op](a, b)
	if !ok {
		return c.open(e, l, r)
	}
	return c.made(e, n, l, r)
}

// comparisons are the operators that compare, as test has them.
var comparisons = map[string]string{"==": "-eq", "!=": "-ne", "<": "-lt", ">": "-gt", "<=": "-le", ">=": "-ge"}

// truth answers whether an expression is not 0, and says of which values that hangs. ask
// says that an open question is asked.
func (c *sums) truth(e *program.Arith, ask bool) (answer maybe, from []Value) {
	if c.stopped() {
		return undecided, nil
	}
	op, isComparison := comparisons[e.Op]
	switch {
	case e.Op == "!_":
		answer, from = c.truth(e.L, ask)
		return maybe{!answer.truth && answer.known, answer.known}, from
	case e.Op == "&&", e.Op == "||":
		return c.both(e, ask)
	case e.Op == ",":
		c.value(e.L)
		return c.truth(e.R, ask)
	case isComparison:
		l, r := c.value(e.L), c.value(e.R)
		return c.compares(op, ask, l, r)
	}
	v := c.value(e)
	return c.compares("-ne", ask, v, Literal("0"))
}

// compares answers a comparison.
func (c *sums) compares(op string, ask bool, l, r Value) (maybe, []Value) {
	if c.stopped() {
		return undecided, nil
	}
	answer := c.decided(op, l, r)
	if fact, positive := factOf(op, l, r); answer == undecided && ask {
		answer = c.asked(fact, l, r)
		answer.truth = answer.known && answer.truth == positive
	}
	return answer, []Value{l, r}
}

// both is && and ||: the right side is only calculated where the left one leaves it open.
func (c *sums) both(e *program.Arith, ask bool) (maybe, []Value) {
	stops := maybe{e.Op == "||", true}
	left, from := c.truth(e.L, ask || alters(e.R))
	if left == stops || c.stopped() {
		return left, from
	}
	right, more := c.truth(e.R, ask)
	from = append(from, more...)
	switch {
	case left.known, right == stops:
		return right, from
	}
	return undecided, from
}

// either is ?:
func (c *sums) either(e *program.Arith) Value {
	answer, from := c.truth(e.L, c.whole || alters(e.R) || alters(e.C))
	switch {
	case c.stopped():
		return Value{}
	case answer == yes:
		return c.value(e.R)
	case answer == no:
		return c.value(e.C)
	}
	r, l := c.value(e.R), c.value(e.C)
	return c.open(e, append(from, r, l)...)
}
