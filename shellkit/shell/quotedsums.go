package shell

import (
	"bytes"

	"mvdan.cc/sh/v3/syntax"
)

// A shell takes the quotes out of an expression before it works it out: what stands between
// them is a part of the expression, as in let n="$n + 1", and no word of its own.

// unquoteSums has the arithmetic of a node as the shell works it out, each piece at its place.
func unquoteSums(n syntax.Node, text []byte) {
	switch n := n.(type) {
	case *syntax.LetClause:
		for i, e := range n.Exprs {
			n.Exprs[i] = unquotedSum(e, text, true)
		}
	case *syntax.ArithmCmd:
		n.X = unquotedSum(n.X, text, false)
	case *syntax.ArithmExp:
		n.X = unquotedSum(n.X, text, false)
	case *syntax.CStyleLoop:
		for _, e := range []*syntax.ArithmExpr{&n.Init, &n.Cond, &n.Post} {
			*e = unquotedSum(*e, text, false)
		}
	}
}

// unquotedSum reads an expression once more, without its quotes. Single ones are only taken
// out of a word; elsewhere they are a mistake, or a character's number.
func unquotedSum(e syntax.ArithmExpr, text []byte, isWord bool) syntax.ArithmExpr {
	quotes := quotesIn(e, isWord)
	if len(quotes) == 0 || int(e.End().Offset()) > len(text) {
		return e
	}
	from, to := int(e.Pos().Offset()), int(e.End().Offset())
	bare := bytes.Clone(text[:to])
	for i := range from {
		if bare[i] != '\n' {
			bare[i] = ' '
		}
	}
	for _, at := range quotes {
		bare[at] = ' '
	}
	again, err := syntax.NewParser().Arithmetic(bytes.NewReader(bare))
	if err != nil || again == nil {
		return e
	}
	return again
}

// quotesIn lists where the quotes of an expression stand in the text, but for those of
// commands in it.
func quotesIn(e syntax.ArithmExpr, isWord bool) (at []int) {
	if e == nil {
		return nil
	}
	syntax.Walk(e, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.ParamExp:
			return false
		case *syntax.DblQuoted:
			if !n.Dollar {
				at = append(at, int(n.Pos().Offset()), int(n.End().Offset())-1)
			}
		case *syntax.SglQuoted:
			if isWord && !n.Dollar {
				at = append(at, int(n.Pos().Offset()), int(n.End().Offset())-1)
			}
		}
		return true
	})
	return at
}
