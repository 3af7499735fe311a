package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// endless is [protocol.Endless] for a loop of a job that nothing within ends: a heartbeat, a
// spinner. Where it runs a function or a program in whose hands that is, nothing is said.
func (x *walker) endless(s *syntax.Stmt) protocol.Mode {
	loop, ok := s.Cmd.(*syntax.WhileClause)
	if !x.ctx.child || !ok || loop.Until || !x.surelyEndsWell(loop.Cond) {
		return 0
	}
	goesOn := true
	syntax.Walk(loop, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
			name := c.Args[0].Lit()
			_, isFunction := x.funcs[name]
			goesOn = goesOn && name != "" && !isFunction && !isA(name, mayLeave)
		}
		return goesOn
	})
	if !goesOn {
		return 0
	}
	return protocol.Endless
}

// goesOn tells of a program whether it goes on for ever by what it is given.
func goesOn(name string, args []string) bool {
	has := func(letter string, long ...string) bool {
		return slices.ContainsFunc(args, func(a string) bool {
			return slices.Contains(long, a) || len(a) > 1 && a[0] == '-' && a[1] != '-' && strings.Contains(a, letter)
		})
	}
	switch name {
	case "tail":
		return (has("f", "--follow") || has("F")) && !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "--pid") })
	case "journalctl":
		return has("f", "--follow")
	case "dmesg":
		return has("w", "--follow")
	case "inotifywait":
		return has("m", "--monitor")
	case "sleep":
		return slices.ContainsFunc(args, func(a string) bool { return a == "inf" || a == "infinity" })
	case "yes", "watch", "inotifywatch":
		return true
	}
	return false
}
