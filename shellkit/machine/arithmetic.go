package machine

import (
	"maps"
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// An arithmetic expression is worked out as shells do it: first all that begins with a
// dollar is expanded, then what has become of that is calculated. Where that hangs on a
// question that is open, the question comes first, and all is made again with its answer.

// sums calculates one expression.
type sums struct {
	*expander
	base  *State // what was before anything was assigned
	words map[*program.Arith]Value
	span  source.Span
	raw   string
	depth int  // of variables that hold expressions
	whole bool // the truth of it is asked, and an open question is one of the protocol
}

// calculation is what $(( )) comes to.
func (x *expander) calculation(p *program.Part) Value {
	if v, ok := x.s.regs.remembered(p.ID); ok {
		return v
	}
	before := x.s
	c := &sums{expander: x, span: p.Span, raw: p.Raw}
	v := c.result(p.Arith)
	if x.stopped() {
		return Value{}
	}
	if x.s != before || assignsWithin(x.s.ins()) {
		x.s = x.s.withoutOnce()
		x.remember(p.ID, v)
	}
	return v
}

// arithmetic is the value of an expression.
func (x *expander) arithmetic(e *program.Arith) Value {
	c := &sums{expander: x, raw: e.Raw}
	if in := x.s.ins(); in != nil {
		c.span = in.Span
	}
	return c.result(e)
}

// result is the number that an expression comes to.
func (c *sums) result(e *program.Arith) Value {
	out, ok := c.prepared(e)
	switch {
	case c.stopped():
		return Value{}
	case !ok:
		return c.strangeNumber(e)
	case out == nil:
		return Literal("0")
	}
	return c.numeric(c.value(out))
}

// calculates is (( )) and let: they fail where the number is 0.
func (m *machine) calculates(s *State, in *program.Ins) outcome {
	x := &expander{m: m, s: s}
	c := &sums{expander: x, span: in.Span, raw: in.Raw, whole: true}
	if !hasParentheses(m.facts(s)) {
		m.unknown(in.Span, "(( )) in a shell that does not have it")
	}
	e, ok := c.prepared(in.Arith)
	truth := undecided
	switch {
	case x.stopped():
	case !ok:
		truth = c.asked(once+in.Raw, Value{Facts: Facts{Blind: true}})
	case e == nil:
		truth = no
	default:
		truth, _ = c.truth(e, true)
	}
	if o, goesOn := x.goesOn(); !goesOn {
		return o
	}
	t := x.s.withoutOnce().next()
	t.register(func(r *registers) { r.forget() })
	if truth == yes {
		return goes(t.ended(success))
	}
	return goes(t.ended(status(1)))
}

// prepared expands what begins with a dollar. ok is false where the expression is not
// understood; what it assigns is then not known any more.
func (c *sums) prepared(e *program.Arith) (out *program.Arith, ok bool) {
	if e == nil {
		return nil, true
	}
	c.words = map[*program.Arith]Value{}
	textual := false
	c.expands(e, &textual)
	c.base = c.s
	switch {
	case c.stopped():
		return nil, false
	case textual:
		if e = c.spelt(e); e == nil {
			return nil, false
		}
		c.words = map[*program.Arith]Value{}
	}
	if text, ok := e.Word.Literal(); ok && len(e.Word.Parts) > 0 && e.Word.Parts[0].Quoted && !isName(text) && !isDecimal(text) { // let "x = 1"
		if e = c.read(text); e == nil {
			c.m.unknown(c.span, "what is calculated in %s", short(c.raw))
			return nil, false
		}
	}
	return e, c.isUnderstood(e)
}

// isUnderstood tells whether the shell at hand calculates an expression as is said here.
func (c *sums) isUnderstood(e *program.Arith) bool {
	facts, ok := c.m.facts(c.s), true
	each(e, func(e *program.Arith) { ok = ok && hasOperator(facts, e.Op) && !(calculatesAll(facts) && hangs(e)) })
	if !ok || !bindsAsInC(facts) && mixes(e) {
		c.giveUp(e, "how %s is calculated")
		return false
	}
	return true
}

// expands expands the words of an expression. textual is set where one has become more than
// a number.
func (c *sums) expands(e *program.Arith, textual *bool) {
	if e == nil || c.stopped() {
		return
	}
	if e.Word != nil && expandsFirst(e.Word) {
		v := c.joined(e.Word)
		text := strings.TrimSpace(v.Text)
		if v.Known && !isName(text) && !isDecimal(text) || v.Known && strings.HasPrefix(text, "-") {
			*textual = true
		}
		c.words[e] = v
	}
	c.expands(e.L, textual)
	c.expands(e.R, textual)
	c.expands(e.C, textual)
}

// expandsFirst tells of a word in which something begins with a dollar.
func expandsFirst(w *program.Word) bool {
	for _, p := range w.Parts {
		if p.Kind != program.Text && !isElement(p) {
			return true
		}
	}
	return false
}

// isElement tells of a[i] that stands there without a dollar.
func isElement(p program.Part) bool {
	return p.Kind == program.Expansion && !strings.HasPrefix(p.Raw, "$") && p.Param.Op == program.Plain
}

// spelt is the expression that has come of the text of its words; nil is one that is not
// understood.
func (c *sums) spelt(e *program.Arith) *program.Arith {
	text := e.Raw
	by := map[string]string{}
	for at, v := range c.words {
		if !v.Known || strings.ContainsAny(v.Text, "$`'\"\\()") {
			c.giveUp(e, "what is calculated in %s")
			return nil
		}
		by[at.Word.Raw] = v.Text
	}
	for len(by) > 0 {
		longest := ""
		for raw := range maps.Keys(by) {
			if len(raw) > len(longest) {
				longest = raw
			}
		}
		text = strings.ReplaceAll(text, longest, by[longest])
		delete(by, longest)
	}
	if strings.TrimSpace(text) == "" {
		return &program.Arith{Raw: "0", Word: &program.Word{Raw: "0", Parts: []program.Part{{Kind: program.Text, Text: "0", Raw: "0"}}}}
	}
	out := c.read(text)
	if out == nil {
		c.giveUp(e, "what is calculated in %s")
	}
	return out
}

// read reads an expression that is the text of some value; nil is what is none.
func (c *sums) read(text string) *program.Arith {
	if strings.ContainsAny(text, "$`'\"\\;\n") {
		return nil
	}
	code, err := c.m.codeOf(program.At(c.span, ": $(("+text+"))"), c.s)
	if err != nil {
		return nil
	}
	for i := range code.Ins {
		w := code.Ins[i].Word
		if w != nil && len(w.Parts) == 1 && w.Parts[0].Kind == program.Calculation {
			return w.Parts[0].Arith
		}
	}
	return nil
}

// giveUp notes an expression that is not understood, and forgets what it assigns.
func (c *sums) giveUp(e *program.Arith, format string) {
	c.m.unknown(c.span, format, short(c.raw))
	c.loses(e)
}

// loses forgets what an expression assigns.
func (c *sums) loses(e *program.Arith) {
	each(e, func(e *program.Arith) {
		if to := assignee(e); to != nil {
			v := Symbol(to.Raw, "some "+to.Raw+"@"+c.span.Start.String()+itoa(c.s.pc))
			v.Number, v.Blind = true, true
			c.put(to, v)
		}
	})
}

// asked is the answer to an open question; where there is none yet, it is asked, and all
// that was assigned meanwhile is assigned again behind it.
func (c *sums) asked(fact string, values ...Value) maybe {
	if nameless(values...) {
		fact = once + fact
	}
	if truth, ok := c.base.facts[fact]; ok {
		return maybe{truth, true}
	}
	n := node(protocol.Choose, c.span)
	n.Text, n.Mode = short(c.raw), why(values...)
	c.over = &outcome{node: &n, next: c.base.answer(fact, true), otherwise: c.base.answer(fact, false)}
	return undecided
}

// once begins a question whose answer holds for one instruction.
const once = "once"

// withoutOnce is the state without the answers that held for the instruction at hand.
func (s *State) withoutOnce() *State {
	out := s
	for fact := range s.facts {
		if strings.HasPrefix(fact, once) {
			if out == s {
				out = s.clone()
				out.facts = maps.Clone(s.facts)
			}
			delete(out.facts, fact)
		}
	}
	return out
}
