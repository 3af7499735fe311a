package extract

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A lock is taken for work. Where a script has work and no run comes to any of it, who gets
// the lock is turned away like those who do not.

// works tells whether a node is work, or may be.
func works(n protocol.Node) bool {
	return n.Op == protocol.Work && n.Mode&(protocol.Quiet|protocol.Minor) == 0 || n.Op == protocol.Spawn || n.Op == protocol.Opaque
}

// settleIdle notes the first work of such a script: that of a list of commands which some
// run has begun, and in which none has come so far.
func (x *walker) settleIdle() {
	if x.root == nil || x.effort == exact || !x.p.HasLocks() || slices.ContainsFunc(x.p.Nodes, works) {
		return
	}
	found := false
	eachList(x.root, func(list []*syntax.Stmt) {
		for i, s := range list {
			begun := i > 0 && x.marks.visited[x.src.place(list[0])]
			if found || !begun || x.marks.visited[x.src.place(s)] {
				continue
			}
			c, ok := s.Cmd.(*syntax.CallExpr)
			if ok && len(c.Args) > 0 && x.says(s)&(protocol.Quiet|protocol.Minor) == 0 && c.Args[0].Lit() != "exit" {
				x.fated(protocol.Site{What: protocol.WorkSite, Fate: protocol.Dead, Why: "no run comes here", Span: x.span(s)})
				found = true
			}
		}
	})
}

// eachList visits the lists of commands in a tree, outer ones first: what stands in one
// runs one after the other.
func eachList(n syntax.Node, visit func([]*syntax.Stmt)) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.File:
			visit(n.Stmts)
		case *syntax.Block:
			visit(n.Stmts)
		case *syntax.IfClause:
			visit(n.Then)
		case *syntax.CaseItem:
			visit(n.Stmts)
		case *syntax.WhileClause:
			visit(n.Do)
		case *syntax.ForClause:
			visit(n.Do)
		}
		return true
	})
}
