package extract

import "mvdan.cc/sh/v3/syntax"

// let walks let, which is (( … )) for each of its words: it ends as the last one does.
func (x *walker) let(c *syntax.LetClause, f flow) []flow {
	last := len(c.Exprs) - 1
	for _, e := range c.Exprs[:last] {
		f.st = x.evaluated(e, f.st)
	}
	e := c.Exprs[last]
	return x.arithmetic(&syntax.ArithmCmd{Left: e.Pos(), X: e, Right: e.End()}, f)
}
