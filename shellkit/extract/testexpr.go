package extract

import "mvdan.cc/sh/v3/syntax"

// What stands in [[ ]]. The tree at hand nests to the right whatever the operators are, and
// hangs all that follows a ! below it. Every shell has ! belong to the next term alone, and
// && bind tighter than ||, so the terms are put together anew in the order they are written.

// fromTestExpr reads the tree of [[ ]].
func (x *walker) fromTestExpr(e syntax.TestExpr) *test {
	terms, operators := x.testTerms(e)
	var whole *test
	for i := 0; i < len(terms); i++ {
		all := terms[i]
		for ; i < len(operators) && operators[i] == "&&"; i++ {
			all = &test{op: "&&", l: all, r: terms[i+1], at: all.at}
		}
		if whole == nil {
			whole = all
		} else {
			whole = &test{op: "||", l: whole, r: all, at: whole.at}
		}
	}
	return whole
}

// testTerms lists the terms of a condition as they are written, and what stands between
// them.
func (x *walker) testTerms(e syntax.TestExpr) (terms []*test, operators []string) {
	switch e := e.(type) {
	case *syntax.BinaryTest:
		if e.Op == syntax.AndTest || e.Op == syntax.OrTest {
			terms, operators = x.testTerms(e.X)
			more, between := x.testTerms(e.Y)
			return append(terms, more...), append(append(operators, e.Op.String()), between...)
		}
	case *syntax.UnaryTest:
		if e.Op == syntax.TsNot {
			terms, operators = x.testTerms(e.X)
			terms[0] = &test{op: "!", l: terms[0], at: terms[0].at}
			return terms, operators
		}
	}
	return []*test{x.testTerm(e)}, nil
}

// testTerm reads what has no && and no || but within parentheses.
func (x *walker) testTerm(e syntax.TestExpr) *test {
	switch e := e.(type) {
	case *syntax.Word:
		return &test{x: e, at: e}
	case *syntax.ParenTest:
		return x.fromTestExpr(e.X)
	case *syntax.UnaryTest:
		if w, ok := e.X.(*syntax.Word); ok {
			return &test{op: e.Op.String(), x: w, at: e}
		}
	case *syntax.BinaryTest:
		a, okA := e.X.(*syntax.Word)
		b, okB := e.Y.(*syntax.Word)
		if okA && okB {
			match := e.Op == syntax.TsMatch || e.Op == syntax.TsMatchShort || e.Op == syntax.TsNoMatch
			return &test{op: e.Op.String(), x: a, y: b, pattern: match, at: e}
		}
	}
	return &test{op: "?", at: e}
}
