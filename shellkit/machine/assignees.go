package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
)

// assignee is what an operation assigns to; nil where it does not.
func assignee(e *program.Arith) *program.Arith {
	switch e.Op {
	case "++_", "--_", "_++", "_--", "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "&&=", "||=", "^^=":
		return e.L
	}
	return nil
}

// alters tells whether an expression assigns.
func alters(e *program.Arith) bool {
	if e == nil {
		return false
	}
	return assignee(e) != nil || alters(e.L) || alters(e.R) || alters(e.C) || e.Word != nil && wordAssigns(e.Word)
}

// assigns tells whether a part of a word assigns when it is expanded.
func assigns(p *program.Part) bool {
	if q := p.Param; q != nil {
		if q.Op == program.AssignUnset || alters(q.From) || alters(q.Count) {
			return true
		}
		for _, w := range []*program.Word{q.Index, q.Word, q.With} {
			if wordAssigns(w) {
				return true
			}
		}
	}
	return alters(p.Arith)
}

func wordAssigns(w *program.Word) bool {
	if w == nil {
		return false
	}
	for i := range w.Parts {
		if assigns(&w.Parts[i]) {
			return true
		}
	}
	return false
}

// assignsWithin tells whether the words of an instruction assign when they are expanded.
func assignsWithin(in *program.Ins) bool {
	if in == nil {
		return false
	}
	if wordAssigns(in.Word) || in.Redirect != nil && wordAssigns(in.Redirect.Word) || alters(in.Arith) || conditionAssigns(in.Test) {
		return true
	}
	a := in.Assign
	if a == nil {
		return false
	}
	for _, e := range a.List {
		if wordAssigns(e.Index) || wordAssigns(e.Value) {
			return true
		}
	}
	return wordAssigns(a.Index) || wordAssigns(a.Value) || wordAssigns(a.Words)
}

func conditionAssigns(c *program.Condition) bool {
	return c != nil && (wordAssigns(c.X) || wordAssigns(c.Y) || conditionAssigns(c.L) || conditionAssigns(c.R))
}

// each visits the operations of an expression.
func each(e *program.Arith, visit func(*program.Arith)) {
	if e == nil {
		return
	}
	visit(e)
	each(e.L, visit)
	each(e.R, visit)
	each(e.C, visit)
}

// hangs tells of an operation of which one side is not calculated, and assigns or chooses.
func hangs(e *program.Arith) bool {
	switch e.Op {
	case "&&", "||":
		return alters(e.R)
	case "?:":
		return alters(e.R) || alters(e.C) || e.R != nil && e.R.Op == "?:"
	}
	return false
}

// mixes tells whether an expression has operators whose order is not that of C everywhere,
// beside others.
func mixes(e *program.Arith) bool {
	all, odd := 0, 0
	each(e, func(e *program.Arith) {
		switch e.Op {
		case "", ",", "++_", "--_", "_++", "_--":
		case "<<", ">>", "&", "|", "^", "**", "^^", "~_":
			odd++
			all++
		default:
			if assignee(e) == nil {
				all++
			}
		}
	})
	return odd > 0 && all > 1
}

// assigned is an operation that assigns.
func (c *sums) assigned(e, to *program.Arith) Value {
	op := strings.TrimSuffix(e.Op, "=")
	switch e.Op {
	case "=":
		return c.put(to, c.numeric(c.value(e.R)))
	case "++_", "--_":
		return c.put(to, c.numeric(c.combined(e, e.Op[:1], c.value(to), Literal("1"))))
	case "_++", "_--":
		was := c.numeric(c.value(to))
		c.put(to, c.numeric(c.combined(e, e.Op[2:], was, Literal("1"))))
		return was
	}
	if _, known := operations[op]; !known {
		c.giveUp(e, "the operator in %s")
		return c.strangeNumber(e)
	}
	was := c.value(to)
	return c.put(to, c.numeric(c.combined(e, op, was, c.value(e.R))))
}

// put assigns a number.
func (c *sums) put(to *program.Arith, v Value) Value {
	if c.stopped() {
		return Value{}
	}
	if to.Word != nil && len(to.Word.Parts) == 1 && isElement(to.Word.Parts[0]) && to.Word.Parts[0].Param.All == 0 {
		q := to.Word.Parts[0].Param
		index := c.within(func() Value { return c.indexOf(q.Name, q.Index) })
		if c.stopped() || c.isConstant(q.Name) {
			return v
		}
		if old, _ := c.s.lookup(q.Name); old.List != nil && index.Known && strings.HasPrefix(index.Text, "-") {
			index = derived("$(("+to.Raw+"))", "index", index)
		}
		c.s = c.m.assignElement(c.s, q.Name, index, v)
		return v
	}
	name := ""
	if to.Word != nil {
		if text, ok := c.words[to]; ok {
			name = text.Text
		} else {
			name, _ = to.Word.Literal()
		}
	}
	if !isName(name) {
		c.m.unknown(c.span, "what is assigned to in %s", short(c.raw))
		return v
	}
	if c.isConstant(name) {
		return v
	}
	c.s = c.m.assign(c.s, name, v)
	return v
}

// isConstant tells of a name that nothing can be assigned to.
func (c *sums) isConstant(name string) bool {
	v, _ := c.s.lookup(name)
	if v.Constant {
		c.m.unknown(c.span, "an assignment to the constant %s", name)
	}
	return v.Constant
}
