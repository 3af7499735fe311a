package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// Some ask whether a lock is there by a command that looks at it and fails where it is not:
// ls "$LOCK" >/dev/null 2>&1 && exit. It is a test like any other.

// looker is such a command.
type looker struct {
	takes []string // options that a value follows
}

// lookedAt is the one file that such a command is given, nil where there are several or
// none, or where the word stands for what is there.
func lookedAt(name string, c *syntax.CallExpr) (only *syntax.Word) {
	l := commands()[name].looks
	if l == nil {
		return nil
	}
	for i, w := range c.Args[1:] {
		switch {
		case strings.HasPrefix(w.Lit(), "-"), slices.Contains(l.takes, c.Args[i].Lit()):
		case only != nil, shell.IsPattern(w):
			return nil
		default:
			only = w
		}
	}
	return only
}

// asksIfThere is the name that matters for which a command asks, nil where it asks for none.
func (x *walker) asksIfThere(name string, c *syntax.CallExpr) *syntax.Word {
	if w := lookedAt(name, c); w != nil && x.matters(w) {
		return w
	}
	return nil
}
