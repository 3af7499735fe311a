package extract

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Each site gets its fate when the walk is over: from what the walk has marked, and
// from what stands in the protocol in the end. A site for which nothing of that
// accounts is unclear, whatever let it slip.

// marks are what a walk leaves behind for that.
type marks struct {
	sites    []site
	calls    []site              // of what may be defined in a file that was not read
	unread   []string            // such files
	unreadAt source.Span         // where the first was to be read
	settings []string            // files that were not read, and are called as settings are
	called   map[place]string    // statements that call a function, and which
	tools    map[place]bool      // statements that run a tool for locks
	helped   map[place]bool      // statements that run a script which was walked
	sourced  map[string]*library // files that were sourced, by their names
	visited  map[place]bool      // statements that some path has come to
	skipped  map[place]bool      // statements that were taken for one step of work
	unknowns []protocol.Unknown  // of the walk
	excuses  []excuse
	stood    []source.Span   // operations that the walk made, before any were taken out
	locks    bool            // a file that was sourced has to do with locks
	fates    []protocol.Site // that were settled on the way
}

func newMarks() marks {
	return marks{sourced: map[string]*library{}, visited: map[place]bool{}, skipped: map[place]bool{}, called: map[place]string{}, helped: map[place]bool{}, tools: map[place]bool{}}
}

// isLockOp tells the operations that a tool for locks can be.
func isLockOp(op protocol.Op) bool {
	switch op {
	case protocol.Flock, protocol.Claim, protocol.Create, protocol.Remove, protocol.Rename, protocol.Misuse, protocol.Alive:
		return true
	}
	return false
}

// lockSpans are the places at which tools take locks and give them up, as the protocol has it.
func lockSpans(p *protocol.Protocol) []source.Span {
	var out []source.Span
	for i := range p.Nodes {
		if n := &p.Nodes[i]; isLockOp(n.Op) || n.Op == protocol.Close && n.Text != "" {
			out = append(out, n.Span)
		}
	}
	return out
}

// settleFates judges all sites against the finished protocol.
func (x *walker) settleFates() {
	p := x.p
	stands := lockSpans(p)
	for _, s := range x.marks.sites {
		if s.byName && len(x.marks.unread) > 0 {
			continue // it may be a function of what was not read
		}
		fate, why := x.fateOf(&s, stands)
		x.fated(protocol.Site{What: s.what, Fate: fate, Why: why, Span: s.span})
		u := protocol.Unknown{Span: s.span, Why: why}
		if fate == protocol.Unclear && !slices.ContainsFunc(p.Unknowns, func(o protocol.Unknown) bool {
			return o.Why == u.Why && (o.Span.Covers(u.Span) || u.Span.Covers(o.Span))
		}) {
			p.Unknowns = append(p.Unknowns, u)
		}
	}
	x.settleCalls()
	x.settleIdle()
	p.Sites = slices.SortedStableFunc(slices.Values(x.marks.fates), func(a, b protocol.Site) int {
		return cmp.Or(strings.Compare(a.Span.File, b.Span.File), cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset))
	})
}

// fated takes down the fate of a site, once.
func (x *walker) fated(s protocol.Site) {
	if !slices.Contains(x.marks.fates, s) {
		x.marks.fates = append(x.marks.fates, s)
	}
}

// hasLock tells whether a name or a file of the script is a lock.
func (x *walker) hasLock() bool {
	return slices.ContainsFunc(x.p.Paths, func(p protocol.Path) bool { return p.Kind != protocol.Data })
}

// notReached is why a site is unclear to which no walk has come.
const notReached = "no path that was followed comes here"

func (x *walker) fateOf(s *site, stands []source.Span) (protocol.Fate, string) {
	switch {
	case s.process && x.hasLock():
		return protocol.NoLock, "the script takes a lock as well"
	case s.process:
		return protocol.Unclear, "whether it keeps other runs out: two that begin at once have both looked before either works"
	case slices.ContainsFunc(stands, s.covers):
		return protocol.Modelled, ""
	case s.like && !s.entry && x.marks.excused(s) != "":
		return protocol.NoLock, x.marks.excused(s)
	case s.like && x.marks.visited[s.at]:
		return protocol.Unclear, "it is made, asked for and given up like a lock, and it is not known whether it is one"
	case s.given != "" && s.behind == "" && (x.effort != exact || x.marks.visited[s.at]):
		return protocol.Unclear, "what it does where " + s.given + " runs it is not known"
	case s.bare && x.marks.visited[s.at] && x.hasLock():
		return protocol.NoLock, "it is given no name of a lock, and the script takes one by itself"
	case s.asks:
		return protocol.NoLock, "it takes and gives up nothing"
	case x.marks.helped[s.at] && !x.marks.tools[s.at]:
		return protocol.NoLock, "what it runs was looked into"
	case x.marks.called[s.at] == s.what && !x.marks.tools[s.at]:
		return protocol.NoLock, "a function of that name is called"
	case x.marks.visited[s.at]:
		for _, u := range x.marks.unknowns {
			if s.covers(u.Span) {
				return protocol.Unclear, u.Why
			}
		}
		if slices.ContainsFunc(x.marks.stood, s.covers) {
			return protocol.Unclear, "what it takes or gives up is not known here"
		}
		return protocol.Unclear, "what " + s.what + " does here is not known"
	case x.effort == exact: // what it does not work out it says where it meets it
		return protocol.Dead, "no path comes here"
	case s.behind != "":
		return protocol.Dead, "it stands behind " + s.behind
	case s.within != "" && x.neverCalled(s.within, nil):
		return protocol.Dead, "function " + s.within + " is never called"
	case x.shadowed(s):
		return protocol.Dead, "another " + s.within + " is called in its place"
	case slices.ContainsFunc(s.around, func(at place) bool { return x.marks.skipped[at] }):
		return protocol.Unclear, "the commands around it were not looked into"
	}
	if s.inner {
		return protocol.Unclear, "the text that is run here was not looked into"
	}
	return protocol.Unclear, notReached
}
