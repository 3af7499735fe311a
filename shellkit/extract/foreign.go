package extract

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
)

// foreign finds the traps that remove what is called a lock although the script
// does nothing else with that name: it is somebody else's lock. A name that only this run
// has is nobody's.
func foreign(p *protocol.Protocol, g *graph, about []about) {
	used := make([]bool, len(p.Paths))
	for i := range p.Nodes {
		for _, path := range []int{p.Nodes[i].Path, p.Nodes[i].To} {
			if path != protocol.None && p.Nodes[i].Op != protocol.Remove {
				used[path] = true
			}
		}
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Op != protocol.Remove || used[n.Path] || !about[n.Path].named || p.Paths[n.Path].Private || about[n.Path].own || p.Paths[n.Path].Kind != protocol.Data || !calledLock(&p.Paths[n.Path]) {
			continue
		}
		for t := range p.Nodes {
			if trap := &p.Nodes[t]; trap.Op == protocol.Trap && trap.Body != protocol.None && g.reaches(trap.Body, protocol.ID(i), protocol.None) {
				n.Op, n.Text = protocol.Misuse, protocol.MisuseForeign
				break
			}
		}
	}
}

// lockEnding is how the name of a lock ends, not of something beside it.
var lockEnding = regex.Of(`(?i)(lock|lck|lock_?file|lock_?dir)$`)

// calledLock tells whether a path's name says that it is a lock, and no process number.
func calledLock(p *protocol.Path) bool {
	return lockEnding().MatchString(p.Text) && (p.Opaque || !strings.Contains(p.Text, "$"))
}
