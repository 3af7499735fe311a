package extract

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Nobody waits for a process substitution: what <(COMMAND) or >(COMMAND) does may go on when
// the command is over that has its other end, and keeps what it has inherited. It is over
// in time where it reads until nobody prints to it any more, or where what it prints is
// read to the end.

// withAsides starts the process substitutions of a statement whose work may outlive it.
func (x *walker) withAsides(s *syntax.Stmt, f flow) flow {
	for _, p := range x.asides(s) {
		child := &syntax.Stmt{Position: p.OpPos, Cmd: &syntax.Subshell{Lparen: p.OpPos, Rparen: p.Rparen, Stmts: p.Stmts}}
		g, _ := x.starts(child, f, protocol.Piped)
		f = g.with(g.st.withStatus(*f.st.status))
	}
	return f
}

// asides lists the process substitutions of a statement whose work may outlive it.
func (x *walker) asides(s *syntax.Stmt) []*syntax.ProcSubst {
	all, known := x.goingOn[s]
	if !known {
		all = slices.DeleteFunc(procSubsts(s), func(p *syntax.ProcSubst) bool { return !x.goesOnAside(s, p) })
		x.goingOn[s] = all
	}
	return all
}

func (x *walker) goesOnAside(s *syntax.Stmt, p *syntax.ProcSubst) bool {
	if len(p.Stmts) == 0 || x.says(&syntax.Block{Stmts: p.Stmts})&(protocol.Quiet|protocol.Minor) != 0 {
		return false
	}
	if x.facts.AsidesWaited && !x.startsProgram(s) {
		return false
	}
	if p.Op == syntax.CmdOut {
		return !slices.ContainsFunc(p.Stmts, x.readsAll)
	}
	reader := *s
	reader.Redirs = nil
	if call, ok := reader.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 && isA(call.Args[0].Lit(), readsItsFiles) {
		return false
	}
	return !x.readsAll(&reader)
}

// startsProgram tells whether a statement is a command that no function and no builtin is.
func (x *walker) startsProgram(s *syntax.Stmt) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	return ok && len(call.Args) > 0 && len(x.may(call.Args[0].Lit())) == 0 && !isA(call.Args[0].Lit(), isBuiltin)
}

// procSubsts lists the process substitutions in the words and redirects of a statement, and
// none of what stands in other statements inside of it.
func procSubsts(s *syntax.Stmt) (all []*syntax.ProcSubst) {
	syntax.Walk(s, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ProcSubst:
			all = append(all, n)
			return false
		case *syntax.Stmt:
			return n == s
		}
		return true
	})
	return all
}
