package extract

import (
	"maps"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// Under noclobber > may fail on what is there, so that every name which it makes may be a
// lock. What a subshell sets ends with it: then it is the names in that subshell alone.

// clobbering is for which names it is so.
type clobbering struct {
	everywhere bool            // it is set in the shell itself
	within     [][2]uint       // the subshells that set it, from where to where
	names      map[string]bool // what is made in one of these
	calls      map[string]bool // what is called there
}

func newClobbering() clobbering {
	return clobbering{names: map[string]bool{}, calls: map[string]bool{}}
}

// enter notes a subshell, with what is written around it, or a substitution that sets it.
func (c *clobbering) enter(n syntax.Node) {
	switch n := n.(type) {
	case *syntax.Stmt:
		if _, ok := n.Cmd.(*syntax.Subshell); !ok {
			return
		}
	case *syntax.CmdSubst:
	default:
		return
	}
	sets := false
	syntax.Walk(n, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		sets = sets || ok && len(call.Args) > 0 && shell.SetsNoclobber(call)
		return !sets
	})
	if sets {
		c.within = append(c.within, [2]uint{n.Pos().Offset(), n.End().Offset()})
	}
}

func (c *clobbering) inside(n syntax.Node) bool {
	at := n.Pos().Offset()
	for _, s := range c.within {
		if s[0] <= at && at < s[1] {
			return true
		}
	}
	return false
}

func (c *clobbering) set(by *syntax.CallExpr) {
	c.everywhere = c.everywhere || !c.inside(by)
}

func (c *clobbering) make(word string, at *syntax.Word) {
	if c.inside(at) {
		c.names[word] = true
	}
}

func (c *clobbering) call(name string, at *syntax.CallExpr) {
	if c.inside(at) {
		c.calls[name] = true
	}
}

func (c *clobbering) learn(other clobbering) {
	c.everywhere = c.everywhere || other.everywhere
	maps.Copy(c.names, other.names)
	maps.Copy(c.calls, other.calls)
}

// mayFail tells whether > may fail where a name is there that it makes.
func (in *interest) mayFail(word string) bool {
	if in.clobbering.everywhere || in.clobbering.names[word] {
		return true
	}
	for name := range in.clobbering.calls {
		if in.funcs[name] != nil || name == "eval" || name == "." || name == "source" {
			return true
		}
	}
	return false
}
