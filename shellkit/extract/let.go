package extract

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// let walks let, which is (( … )) for each of its words, quoted or not: it ends as the
// last one does.
func (x *walker) let(c *syntax.LetClause, f flow) []flow {
	last := len(c.Exprs) - 1
	for _, e := range c.Exprs[:last] {
		f.st = x.evaluated(e, f.st)
	}
	e := c.Exprs[last]
	if w, ok := e.(*syntax.Word); ok {
		if text, ok := asWritten(w); ok {
			inner := x.embedded(w, literal("(("+text+"))"))
			if file, err := shell.Parse(inner.name, inner.text, shell.Widest); err == nil && len(file.Stmts) == 1 {
				if cmd, ok := file.Stmts[0].Cmd.(*syntax.ArithmCmd); ok {
					outer := x.src
					x.src = inner
					out := x.arithmetic(cmd, f)
					x.src = outer
					return out
				}
			}
		}
	}
	return x.arithmetic(&syntax.ArithmCmd{Left: e.Pos(), X: e, Right: e.End()}, f)
}

// asWritten is the text of a word that is one piece in quotes, and as it is.
func asWritten(w *syntax.Word) (text string, ok bool) {
	if len(w.Parts) != 1 {
		return "", false
	}
	switch part := w.Parts[0].(type) {
	case *syntax.SglQuoted:
		return part.Value, !part.Dollar
	case *syntax.DblQuoted:
		if len(part.Parts) == 1 {
			l, ok := part.Parts[0].(*syntax.Lit)
			return shell.LiteralText(l), ok
		}
	}
	return "", false
}
