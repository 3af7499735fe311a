package program

import (
	"mvdan.cc/sh/v3/syntax"
)

// arith compiles an arithmetic expression; nil is none.
func (l *lowering) arith(e syntax.ArithmExpr) *Arith {
	if e == nil {
		return nil
	}
	out := &Arith{Raw: l.raw(e)}
	switch e := e.(type) {
	case *syntax.Word:
		out.Word = l.word(e)
	case *syntax.ParenArithm:
		return l.arith(e.X)
	case *syntax.UnaryArithm:
		out.L = l.arith(e.X)
		out.Op = e.Op.String() + "_"
		if e.Post {
			out.Op = "_" + e.Op.String()
		}
	case *syntax.BinaryArithm:
		out.Op, out.L, out.R = e.Op.String(), l.arith(e.X), l.arith(e.Y)
		if e.Op == syntax.TernQuest {
			if c, ok := e.Y.(*syntax.BinaryArithm); ok && c.Op == syntax.TernColon {
				out.Op, out.R, out.C = "?:", l.arith(c.X), l.arith(c.Y)
			}
		}
	default:
		out.Op = "?"
	}
	return out
}
