package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// Whether somebody heeds how a command has ended that may make a lock: by the text alone.

// calledPlainly tells whether all calls of a function are statements of the script itself,
// whose end nobody asks for.
func (l *likeLooker) calledPlainly(name string) bool {
	calls := func(c *syntax.CallExpr) bool { return len(c.Args) > 0 && c.Args[0].Lit() == name }
	plain, all := 0, 0
	for _, t := range l.script {
		in := &likeLooker{sites: l.in(t.src)}
		for _, s := range shell.Ungrouped(t.file.Stmts) {
			if c, ok := s.Cmd.(*syntax.CallExpr); ok && !s.Negated && calls(c) && !in.asksNext(t.file, s) {
				plain++
			}
		}
		for _, c := range callsIn(t.file) {
			if calls(c) {
				all++
			}
		}
	}
	return plain > 0 && plain == all
}

// staysAway tells whether somebody heeds how the command at hand ends, and one of the
// ways does not go on. For a claim it is enough that the work hangs on it.
func (l *likeLooker) staysAway(claim bool) bool {
	var from syntax.Node
	for i := len(l.above) - 1; i >= 0; i-- {
		n := l.above[i]
		if claim && (l.asksNext(n, from) || l.hangsOnNext(n, from)) {
			return true
		}
		switch n := n.(type) {
		case *syntax.BinaryCmd:
			if n.Op != syntax.AndStmt && n.Op != syntax.OrStmt {
				return false
			}
			if syntax.Node(n.X) == from && (l.leaves(n.Y) || claim && n.Op == syntax.AndStmt) {
				return true
			}
		case *syntax.IfClause:
			if slices.ContainsFunc(n.Cond, func(s *syntax.Stmt) bool { return syntax.Node(s) == from }) {
				return claim || l.leaves(n)
			}
			return false
		case *syntax.WhileClause:
			return slices.ContainsFunc(n.Cond, func(s *syntax.Stmt) bool { return syntax.Node(s) == from }) && (claim || l.leaves(n))
		case *syntax.FuncDecl: // its caller may
			return i == 0 || n.Name == nil || !l.calledPlainly(n.Name.Value)
		case *syntax.Block:
			if !isLast(n.Stmts, from) {
				return false
			}
		case *syntax.Subshell:
			if !isLast(n.Stmts, from) {
				return false
			}
		case *syntax.CmdSubst:
			return claim && l.saysHowItEnds(n)
		case *syntax.File, *syntax.ForClause, *syntax.CaseClause:
			return false
		}
		from = n
	}
	return false
}

// asksNext tells whether the command behind a statement of a node asks how that has ended,
// and somebody leaves by the answer.
func (l *likeLooker) asksNext(around, s syntax.Node) bool {
	list := statementsOf(around)
	i := slices.IndexFunc(list, func(other *syntax.Stmt) bool { return syntax.Node(other) == s })
	if i < 0 || i+1 == len(list) || !strings.Contains(l.raw(list[i+1]), "$?") {
		return false
	}
	return slices.ContainsFunc(list[i+1:min(i+3, len(list))], func(next *syntax.Stmt) bool { return l.leaves(next) })
}

// hangsOnNext tells whether the command behind a statement of a node keeps how that has
// ended, or does something by it.
func (l *likeLooker) hangsOnNext(around, s syntax.Node) bool {
	list := statementsOf(around)
	i := slices.IndexFunc(list, func(other *syntax.Stmt) bool { return syntax.Node(other) == s })
	if i < 0 || i+1 == len(list) || !strings.Contains(l.raw(list[i+1]), "$?") {
		return false
	}
	switch next := list[i+1].Cmd.(type) {
	case *syntax.CallExpr:
		return len(next.Args) == 0
	case *syntax.BinaryCmd, *syntax.IfClause, *syntax.CaseClause:
		return true
	}
	return false
}

// saysHowItEnds tells whether what a substitution prints says how a command in it has ended.
func (l *likeLooker) saysHowItEnds(c *syntax.CmdSubst) bool {
	text := l.raw(c)
	return strings.Contains(text, "$?") || strings.Contains(text, "2>&1") || strings.Contains(text, "&& echo") || strings.Contains(text, "|| echo")
}

// statementsOf lists the statements of a node that stand one behind the other.
func statementsOf(n syntax.Node) []*syntax.Stmt {
	switch n := n.(type) {
	case *syntax.File:
		return n.Stmts
	case *syntax.Block:
		return n.Stmts
	case *syntax.Subshell:
		return n.Stmts
	case *syntax.CaseItem:
		return n.Stmts
	case *syntax.ForClause:
		return n.Do
	case *syntax.WhileClause:
		return n.Do
	case *syntax.IfClause:
		return n.Then
	}
	return nil
}

func isLast(list []*syntax.Stmt, s syntax.Node) bool {
	return len(list) > 0 && syntax.Node(list[len(list)-1]) == s
}

// leaves tells whether a piece of script may end the run, or a turn, or waits.
func (l *likeLooker) leaves(n syntax.Node) (leaves bool) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
			switch name := c.Args[0].Lit(); name {
			case "exit", "return", "continue", "break", "sleep":
				leaves = true
			default:
				leaves = leaves || l.funcs[name]
			}
		}
		return !leaves
	})
	return leaves
}
