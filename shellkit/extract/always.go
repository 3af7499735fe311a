package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// isAlways tells whether a block is what zsh always does behind the one before it.
func (x *walker) isAlways(try, block *syntax.Stmt) bool {
	if !x.facts.AlwaysBlocks {
		return false
	}
	_, first := try.Cmd.(*syntax.Block)
	_, second := block.Cmd.(*syntax.Block)
	if !first || !second {
		return false
	}
	a, b := int(try.Cmd.End().Offset()), int(block.Pos().Offset())
	if a > b || b > len(x.src.text) {
		return false
	}
	between := string(x.src.text[a:b])
	return strings.Contains(between, "always") || strings.HasPrefix(between, shell.AlwaysMark)
}

// always walks such a block: whatever the one before it has come to, but an exit, is
// what both come to.
func (x *walker) always(list []*syntax.Stmt, i int, in []flow) []flow {
	x.reading(list, i)
	var out []flow
	for _, f := range in {
		if f.how == leaving {
			out = append(out, f)
			continue
		}
		for _, g := range x.stmt(list[i], f.going(onward)) {
			if g.how == onward {
				g.how, g.levels = f.how, f.levels
				g.st = g.st.endedWith(f.st.status)
			}
			out = append(out, g)
		}
	}
	return x.read(out, list[i])
}
