package extract

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A walk that has no room gives way to a less careful one, which passes over more. What
// the first one had found of locks by then the last one must account for.

// foundSoFar lists where the walk has found operations on locks, as far as it came.
func (x *walker) foundSoFar() (out []source.Span) {
	x.use()
	x.meet(x.opt.Others)
	settle(x.p, x.about, x.swept, x.opt)
	for i := range x.p.Nodes {
		n := &x.p.Nodes[i]
		if isLockOp(n.Op) && (n.Op == protocol.Flock || n.Path != protocol.None && x.p.Paths[n.Path].Kind != protocol.Data) {
			out = append(out, n.Span)
		}
	}
	return out
}

// missing gives a fate to what walks before this one have found and to which this one
// has not come.
func (x *walker) missing(before []source.Span) {
	const why = "a more careful walk, which did not come to its end, has found a lock here"
	for _, at := range before {
		if !at.Start.Known() || slices.ContainsFunc(x.marks.stood, func(o source.Span) bool { return o.Covers(at) || at.Covers(o) }) {
			continue
		}
		u := protocol.Unknown{Span: at, Why: why}
		if !slices.Contains(x.p.Unknowns, u) {
			x.p.Unknowns = append(x.p.Unknowns, u)
			x.p.Sites = append(x.p.Sites, protocol.Site{What: "lock", Fate: protocol.Unclear, Why: why, Span: at})
		}
	}
}
