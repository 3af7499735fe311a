package program

import "mvdan.cc/sh/v3/syntax"

// What stands in [[ ]]. The parser's tree nests to the right whatever the operators are, and
// hangs all that follows a ! below it. Every shell has ! belong to the next term alone, and
// && bind tighter than ||, so the terms are put together anew in the order they are written.

func (l *lowering) condition(e syntax.TestExpr) *Condition {
	terms, operators := l.terms(e)
	var whole *Condition
	for i := 0; i < len(terms); i++ {
		all := terms[i]
		for ; i < len(operators) && operators[i] == "&&"; i++ {
			all = &Condition{Op: "&&", L: all, R: terms[i+1], Span: all.Span, Raw: all.Raw}
		}
		if whole == nil {
			whole = all
		} else {
			whole = &Condition{Op: "||", L: whole, R: all, Span: whole.Span, Raw: whole.Raw}
		}
	}
	return whole
}

// terms lists the terms of a condition as they are written, and what stands between them.
func (l *lowering) terms(e syntax.TestExpr) (terms []*Condition, operators []string) {
	switch e := e.(type) {
	case *syntax.BinaryTest:
		if e.Op == syntax.AndTest || e.Op == syntax.OrTest {
			terms, operators = l.terms(e.X)
			more, between := l.terms(e.Y)
			return append(terms, more...), append(append(operators, e.Op.String()), between...)
		}
	case *syntax.UnaryTest:
		if e.Op == syntax.TsNot {
			terms, operators = l.terms(e.X)
			terms[0] = &Condition{Op: "!", L: terms[0], Span: terms[0].Span, Raw: terms[0].Raw}
			return terms, operators
		}
	}
	return []*Condition{l.term(e)}, nil
}

// term compiles what has no && and no || but within parentheses.
func (l *lowering) term(e syntax.TestExpr) *Condition {
	c := &Condition{Span: l.span(e), Raw: l.raw(e)}
	switch e := e.(type) {
	case *syntax.Word:
		c.X = l.word(e)
		return c
	case *syntax.ParenTest:
		return l.condition(e.X)
	case *syntax.UnaryTest:
		if w, ok := e.X.(*syntax.Word); ok {
			c.Op, c.X = e.Op.String(), l.word(w)
			return c
		}
	case *syntax.BinaryTest:
		a, okA := e.X.(*syntax.Word)
		b, okB := e.Y.(*syntax.Word)
		if okA && okB {
			c.Op, c.X, c.Y = e.Op.String(), l.word(a), l.word(b)
			c.Pattern = e.Op == syntax.TsMatch || e.Op == syntax.TsMatchShort || e.Op == syntax.TsNoMatch
			return c
		}
	}
	c.Op = "?"
	return c
}
