package machine

import (
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
)

// leaf is a number, a name, an element of an array, or what a word has become.
func (c *sums) leaf(e *program.Arith) Value {
	if e.Word == nil {
		return Literal("0")
	}
	if v, ok := c.words[e]; ok {
		if v.Unset || v.blank() {
			return Literal("0")
		}
		if !v.Known {
			return v
		}
		return c.text(e, strings.TrimSpace(v.Text))
	}
	if len(e.Word.Parts) == 1 && isElement(e.Word.Parts[0]) {
		q := e.Word.Parts[0].Param
		if q.All != 0 {
			c.giveUp(e, "an element of %s")
			return c.strangeNumber(e)
		}
		return c.held(e, c.within(func() Value { return c.scalar(q) }))
	}
	text, ok := e.Word.Literal()
	if !ok {
		c.giveUp(e, "what is calculated in %s")
		return c.strangeNumber(e)
	}
	return c.text(e, text)
}

// within expands an index while it is calculated. A command that has to run first runs
// before anything is assigned; a question of its own cannot be asked in between.
func (c *sums) within(f func() Value) Value {
	clean := c.s == c.base
	v := f()
	switch {
	case c.need != nil:
		c.s = c.base
	case c.over != nil && !clean:
		c.over = nil
		c.m.unknown(c.span, "an index in %s", short(c.raw))
		return Symbol("$((…))", "index@"+c.span.Start.String()+itoa(c.s.pc))
	}
	return v
}

// text is a number or a name.
func (c *sums) text(e *program.Arith, text string) Value {
	if isName(text) {
		v := c.variable(text)
		if v.Unset && c.s.opts.nounset {
			c.m.unknown(c.span, "whether %s ends the shell, in which %s is not set", short(c.raw), text)
		}
		if v.Unset && c.depth > 0 && failsInside(c.m.facts(c.s)) {
			c.m.unknown(c.span, "what is calculated where a variable holds %s, which is not set", short(text))
		}
		return c.held(e, v)
	}
	if v, ok := c.written(e, text); ok {
		return v
	}
	c.m.unknown(c.span, "the number %s", short(text))
	return c.strangeNumber(e)
}

// held is the number that stands in a variable.
func (c *sums) held(e *program.Arith, v Value) Value {
	if c.stopped() {
		return Value{}
	}
	text := strings.TrimSpace(v.Text)
	switch {
	case v.Unset || v.blank() || v.Known && text == "":
		return Literal("0")
	case !v.Known:
		return v
	case takesTexts(c.m.facts(c.s)) && !isCanonical(v.Text):
		c.m.unknown(c.span, "what is calculated where a variable holds %s", short(v.Text))
		return c.strangeNumber(e)
	}
	if n, ok := c.written(e, text); ok {
		return n
	}
	if !holdsExpressions(c.m.facts(c.s)) || c.depth > 8 {
		c.m.unknown(c.span, "what is calculated where a variable holds %s", short(text))
		return c.strangeNumber(e)
	}
	inner := c.read(text)
	if inner == nil || !bindsAsInC(c.m.facts(c.s)) && mixes(inner) {
		c.m.unknown(c.span, "what is calculated where a variable holds %s", short(text))
		return c.strangeNumber(e)
	}
	c.depth++
	out := c.value(inner)
	c.depth--
	return out
}

// written is a number as it is written down: decimal, octal, 0x, or with its base.
func (c *sums) written(e *program.Arith, text string) (Value, bool) {
	digits := strings.TrimPrefix(text, "-")
	switch base, rest, based := strings.Cut(digits, "#"); {
	case digits == "":
		return Value{}, false
	case based:
		b, err := strconv.Atoi(base)
		n, wrong := strconv.ParseInt(rest, max(2, min(b, 36)), 64)
		if err != nil || wrong != nil || b < 2 || b > 36 || !holdsExpressions(c.m.facts(c.s)) {
			return Value{}, false
		}
		return c.made(e, n, Literal(text)), digits == text
	case strings.HasPrefix(digits, "0x"), strings.HasPrefix(digits, "0X"):
		n, err := strconv.ParseInt(digits[2:], 16, 64)
		return c.made(e, n, Literal(text)), err == nil && digits == text
	case !isDecimal(digits) || strings.HasPrefix(digits, "-"):
		return Value{}, false
	case len(digits) > 1 && digits[0] == '0':
		base := 10
		if readsOctal(c.m.facts(c.s)) {
			base = 8
		}
		n, err := strconv.ParseInt(text, base, 64)
		return c.made(e, n, Literal(text)), err == nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return c.made(e, n, Literal(text)), err == nil
}

// isCanonical tells of a number as a shell writes it.
func isCanonical(text string) bool {
	_, ok := integer(text)
	return ok
}
