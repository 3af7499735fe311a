package prove

import (
	"fmt"
	"path"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// nested lists the places where one of the scripts is run by another one under a lock
// that both have to do with: what the inner run does to it there is not explored.
func nested(scripts []*protocol.Protocol) []Doubt {
	if len(scripts) < 2 {
		return nil
	}
	var out []Doubt
	for _, p := range scripts {
		var facts *protocol.Facts
		for i := range p.Nodes {
			n := &p.Nodes[i]
			at := slices.IndexFunc(scripts, func(q *protocol.Protocol) bool {
				name := path.Base(q.File)
				return name == n.Text && name != path.Base(p.File)
			})
			if n.Op != protocol.Work || at < 0 {
				continue
			}
			if facts == nil {
				facts = protocol.Flow(p)
			}
			in := facts.At(protocol.ID(i))
			if in != nil && slices.ContainsFunc(in.Holds, func(h protocol.Hold) bool { return h.Path != none && touches(scripts[at], &p.Paths[h.Path]) }) {
				out = append(out, Doubt{n.Span, fmt.Sprintf("%s is run here, and what it does to the lock that is held is not followed", n.Text)})
			}
		}
	}
	return out
}

// touches tells whether a script has to do with the lock at a path of another one.
func touches(p *protocol.Protocol, lock *protocol.Path) bool {
	return common(lock) && slices.ContainsFunc(p.Paths, func(q protocol.Path) bool { return common(&q) && q.Text == lock.Text })
}
