package extract

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// job is what a background child does with the descriptors of its shell.
type job struct {
	opens map[int]bool // those that it has opened itself
	takes map[int]bool // those that it shares with the shell, and locks
}

// takenBy goes on in the shell behind a job that starts at a node. Where all that the job
// does is to lock what the shell has open too, the lock is the shell's as much as the
// job's, which is over at once; and a shell that never waits for a job goes on whether it
// got the lock or not.
func (x *walker) takenBy(does *job, start protocol.ID, at *syntax.Stmt, f flow) flow {
	if len(does.takes) == 0 {
		return f
	}
	nodes := x.p.Nodes[start+1:]
	works := slices.ContainsFunc(nodes, func(n protocol.Node) bool {
		return n.Op == protocol.Work && !n.Mode.Has(protocol.Quiet)
	})
	if works || len(x.in.callers["wait"]) > 0 {
		x.dunno(at, "a background command locks a descriptor that it shares with the shell")
		return f
	}
	begins := &x.p.Nodes[start]
	begins.Op, begins.Mode, begins.Body = protocol.Work, protocol.Quiet, protocol.None
	for _, n := range nodes {
		if n.Op == protocol.Flock && !n.Mode.Has(protocol.Unlock) && does.takes[n.FD] {
			n.Next, n.Else, n.Mode = protocol.None, protocol.None, n.Mode|protocol.Nonblock|protocol.ByJob
			f = x.both(f, n)
			f.st = f.st.ok()
		}
	}
	return f
}
