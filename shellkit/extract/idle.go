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

// settleIdle notes the first work of such a script.
func (x *walker) settleIdle() {
	if x.root == nil || x.effort == exact || !x.p.HasLocks() || slices.ContainsFunc(x.p.Nodes, works) {
		return
	}
	for _, s := range x.root.Stmts {
		c, ok := s.Cmd.(*syntax.CallExpr)
		if ok && len(c.Args) > 0 && !x.marks.visited[x.src.place(s)] && x.says(s)&(protocol.Quiet|protocol.Minor) == 0 && c.Args[0].Lit() != "exit" {
			x.fated(protocol.Site{What: protocol.WorkSite, Fate: protocol.Dead, Why: "no run comes here", Span: x.span(s)})
			return
		}
	}
}
