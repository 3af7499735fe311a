package shell

import "mvdan.cc/sh/v3/syntax"

// Assignee is what an arithmetic operation assigns to; nil where it does not.
func Assignee(n syntax.Node) syntax.ArithmExpr {
	switch n := n.(type) {
	case *syntax.BinaryArithm:
		switch n.Op {
		case syntax.Assgn, syntax.AddAssgn, syntax.SubAssgn, syntax.MulAssgn, syntax.QuoAssgn, syntax.RemAssgn,
			syntax.AndAssgn, syntax.OrAssgn, syntax.XorAssgn, syntax.ShlAssgn, syntax.ShrAssgn:
			return n.X
		}
	case *syntax.UnaryArithm:
		if n.Op == syntax.Inc || n.Op == syntax.Dec {
			return n.X
		}
	}
	return nil
}

// AssignedName is the plain name of the variable that an operation assigns to, or "".
func AssignedName(n syntax.Node) string {
	if w, ok := Assignee(n).(*syntax.Word); ok {
		return w.Lit()
	}
	return ""
}

// Assigns tells whether an expression assigns to something of which so is true.
func Assigns(e syntax.ArithmExpr, so func(to syntax.ArithmExpr) bool) bool {
	found := false
	if e != nil {
		syntax.Walk(e, func(n syntax.Node) bool {
			to := Assignee(n)
			found = found || to != nil && so(to)
			return !found
		})
	}
	return found
}

// ComparedWords takes an expression apart that an operator makes of two words.
func ComparedWords(e syntax.ArithmExpr) (op string, left, right *syntax.Word, ok bool) {
	b, ok := e.(*syntax.BinaryArithm)
	if !ok {
		return "", nil, nil, false
	}
	left, okLeft := b.X.(*syntax.Word)
	right, okRight := b.Y.(*syntax.Word)
	return b.Op.String(), left, right, okLeft && okRight
}
