package extract

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A function that calls itself is followed into the second of its calls. What the further
// ones do is what these two have done, as long as that is nothing to a lock: work, and
// questions that have nothing to do with one.

// deep is a call of a function in itself that was not followed.
type deep struct {
	node protocol.ID
	at   *syntax.Stmt
	src  *src
}

// deeper stands for the further calls of a function in itself.
func (x *walker) deeper(fn function, name string, args *params, at *syntax.Stmt, f flow) []flow {
	n := x.node(protocol.Opaque, at)
	n.Text = name + " is not followed here"
	g := x.both(f, n)
	x.deepest[name] = append(x.deepest[name], deep{g.from[0].node, at, x.src})
	return x.summary(fn, name, args, at, g)
}

// settleDeeper judges the calls that were not followed, once the outermost call has been
// walked, whose first node this is.
func (x *walker) settleDeeper(name string, begin int) {
	list := x.deepest[name]
	delete(x.deepest, name)
	if len(list) == 0 {
		return
	}
	harmless := true
	for i := begin; i < len(x.p.Nodes); i++ {
		harmless = harmless && nothingToLocks(&x.p.Nodes[i])
	}
	for _, d := range list {
		if harmless {
			n := &x.p.Nodes[d.node]
			n.Op, n.Text, n.Mode = protocol.Work, name, n.Mode|protocol.Quiet
			continue
		}
		outer := x.src
		x.src = d.src
		x.dunno(d.at, "%s calls itself, and takes or gives up locks or sets traps in that", name)
		x.src = outer
	}
}

// nothingToLocks tells of a node that does nothing to a name, a descriptor or a trap.
func nothingToLocks(n *protocol.Node) bool {
	switch n.Op {
	case protocol.Work, protocol.Choose, protocol.Load, protocol.Test, protocol.Sub, protocol.EndSub, protocol.Opaque, protocol.Leave, protocol.End:
		return true
	}
	return false
}
