package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// Some ask whether a lock is there by a command that looks at it and fails where it is not:
// ls "$LOCK" >/dev/null 2>&1 && exit. It is a test like any other.

// askedFor is the name that a command asks for in this way, nil where it asks for none that
// matters, or nobody wants to know.
func (x *walker) askedFor(c *call) *syntax.Word {
	if !x.ctx.want || x.effort == exact {
		return nil
	}
	return x.asksIfThere(c.name(), c.expr)
}

// asksIfThere is the name that a command asks for, whoever wants to know.
func (x *walker) asksIfThere(name string, c *syntax.CallExpr) *syntax.Word {
	if !isA(name, asksIfThere) {
		return nil
	}
	if w := onlyOperand(c); w != nil && x.matters(w) {
		return w
	}
	return nil
}

// onlyOperand is the one file that such a command is given, nil where there are several or
// none, or where the word stands for what is there.
func onlyOperand(c *syntax.CallExpr) (only *syntax.Word) {
	for i, w := range c.Args[1:] {
		switch lit := w.Lit(); {
		case strings.HasPrefix(lit, "-"), slices.Contains([]string{"-c", "-f", "--format", "--printf", "-I", "-w", "-T"}, c.Args[i].Lit()):
		case only != nil, shell.IsPattern(w):
			return nil
		default:
			only = w
		}
	}
	return only
}
