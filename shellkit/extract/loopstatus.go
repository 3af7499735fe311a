package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// afterTurns is the state in which a loop has had its last turn. It ends as the last
// command of its body did, or with 0 where there was no turn, or at a break.
func (x *walker) afterTurns(body []*syntax.Stmt, s *state) *state {
	if x.surelyEndsWell(body) {
		return s.ok()
	}
	return s.withStatus(unknownStatus)
}

// surelyEndsWell tells whether the last of some commands succeeds whenever the shell comes
// behind it.
func (x *walker) surelyEndsWell(list []*syntax.Stmt) bool {
	if len(list) == 0 {
		return true
	}
	s := list[len(list)-1]
	if s.Negated || s.Background || s.Coprocess {
		return !s.Negated
	}
	switch c := s.Cmd.(type) {
	case nil: // a redirect alone
		return true
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return !hasSubstitution(c)
		}
		name := c.Args[0].Lit()
		if _, taken := x.funcs[name]; taken {
			return false
		}
		switch name {
		case ":", "true", "echo", "printf", "print", "sleep", "logger", "usleep", "break", "exit", "return", "trap", "shift", "set", "unset":
			return true
		case "wait":
			return len(c.Args) == 1
		case "rm":
			return len(c.Args) > 1 && len(c.Args[1].Lit()) > 1 && c.Args[1].Lit()[0] == '-' && strings.Contains(c.Args[1].Lit(), "f")
		}
		return false
	case *syntax.DeclClause:
		return true
	case *syntax.ArithmCmd:
		return counts(c.X)
	case *syntax.LetClause:
		return counts(c.Exprs[len(c.Exprs)-1])
	case *syntax.Block:
		return x.surelyEndsWell(c.Stmts)
	case *syntax.IfClause:
		for ; c != nil; c = c.Else {
			if !x.surelyEndsWell(c.Then) {
				return false
			}
		}
		return true
	case *syntax.CaseClause:
		for _, item := range c.Items {
			if !x.surelyEndsWell(item.Stmts) {
				return false
			}
		}
		return true
	case *syntax.WhileClause:
		return x.surelyEndsWell(c.Do)
	case *syntax.ForClause:
		return x.surelyEndsWell(c.Do)
	case *syntax.BinaryCmd:
		switch c.Op {
		case syntax.OrStmt, syntax.Pipe, syntax.PipeAll:
			return x.surelyEndsWell([]*syntax.Stmt{c.Y})
		}
	}
	return false
}

// counts tells whether an expression makes a counter of one more than it was, which gives
// that; n++ gives what it was before, and fails where that was 0.
func counts(e syntax.ArithmExpr) bool {
	switch e := e.(type) {
	case *syntax.UnaryArithm:
		return e.Op == syntax.Inc && !e.Post
	case *syntax.BinaryArithm:
		return e.Op == syntax.AddAssgn
	}
	return false
}
