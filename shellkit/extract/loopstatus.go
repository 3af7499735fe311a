package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// asksBefore tells whether a loop asks, before it does anything, how the command before its
// turn has ended: the one in front of it, and then the last one of the turn before.
func (x *walker) asksBefore(loop syntax.Node) bool {
	while, ok := loop.(*syntax.WhileClause)
	return ok && len(while.Cond) > 0 && x.asksStatus(while.Cond[0])
}

// afterTurns is the state in which a loop has had its last turn; ended is what it was at
// the end of that. The loop ends as the last command of its body did, or with 0 where there
// was no turn, or at a break.
func (x *walker) afterTurns(body []*syntax.Stmt, ended, s *state) *state {
	if x.surelyEndsWell(body) {
		return s.ok()
	}
	if v, ok := ended.vars.get(lastTurn); ok {
		return s.withStatus(v)
	}
	return s.endedWith(&unknownStatus)
}

// lastTurn is where a walk keeps how the turn of a loop has ended that came last. It is a
// name that no variable has.
const lastTurn = "\x00turn"

// tellsTurns tells whether the turns of a loop are kept apart by how they have ended: the
// last command of its body may leave the loop, or always fails, and the loop may end
// without that.
func (x *walker) tellsTurns(loop syntax.Node, body []*syntax.Stmt) bool {
	if x.effort == exact || len(body) == 0 || x.surelyEndsWell(body) {
		return false
	}
	if while, ok := loop.(*syntax.WhileClause); ok && !while.Until && x.surelyEndsWell(while.Cond) {
		return false
	}
	last := body[len(body)-1]
	if c, ok := last.Cmd.(*syntax.CallExpr); ok && len(c.Args) == 1 && c.Args[0].Lit() == "false" {
		return true
	}
	leaves := false
	syntax.Walk(last, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		leaves = leaves || ok && len(c.Args) > 0 && c.Args[0].Lit() == "break"
		return !leaves
	})
	return leaves
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
			return !shell.HasSubstitution(c)
		}
		name := c.Args[0].Lit()
		if _, taken := x.funcs[name]; taken {
			return false
		}
		switch {
		case isA(name, endsWell):
			return true
		case name == "wait":
			return len(c.Args) == 1
		case name == "rm":
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
