package extract

import (
	"fmt"
	"slices"
	"strings"

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

// overlooked says that a walk which tells not all ways apart has found no lock, and the text has
// what is called one, asked for, made and given up: who stays away may be said by flags.
func (x *walker) overlooked() {
	if x.effort <= thorough || x.p.HasLocks() || len(x.p.Unknowns) > 0 {
		return
	}
	for _, word := range sortedKeys(x.in.made) {
		s := x.in.of(word)
		if !x.in.probed[word] || !x.in.removed[word] || len(s.makes) == 0 || strings.Contains(s.makes[0].scope, "\x00") || !x.in.says(word, likeLock, 3) {
			continue
		}
		at := x.src.position(s.makes[0].at)
		u := protocol.Unknown{Span: source.Span{File: x.src.name, Start: at, End: at}, Why: fmt.Sprintf("whether %s is a lock: there are more ways through the script than were told apart", word)}
		x.p.Unknowns = append(x.p.Unknowns, u)
		x.p.Sites = append(x.p.Sites, protocol.Site{What: "lock", Fate: protocol.Unclear, Why: u.Why, Span: u.Span})
		return
	}
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
