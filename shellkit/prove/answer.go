package prove

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Answer is the answer about one promise of one lock.
type Answer struct {
	Lock     string        // its path as the script writes it
	At       []source.Span // where the scripts do something to it, in order
	Property Property
	Verdict  Verdict
	Why      string // what is broken, or what keeps the answer open
}

// answers judges every property of every lock by itself.
func answers(scripts []*protocol.Protocol, r *Result, opt Options) []Answer {
	all := make([]int, len(scripts))
	for i := range all {
		all[i] = i
	}
	var out []Answer
	locks := locksOf(scripts)
	for _, v := range r.Violations { // of a lock that has no name
		if !slices.ContainsFunc(locks, func(l about) bool { return l.text == v.Lock }) {
			locks = append(locks, about{text: v.Lock})
		}
	}
	for _, l := range locks {
		for _, p := range Properties {
			if !slices.Contains(opt.Properties, p) {
				continue
			}
			o := Answer{Lock: l.text, At: l.at, Property: p, Verdict: Holds}
			if v := r.violation(p, l.text, all); v != nil {
				o.Verdict, o.Why = Violated, Broken(p)
			} else if len(r.Doubts) > 0 {
				o.Verdict, o.Why = Unknown, r.Doubts[0].String()
			}
			out = append(out, o)
		}
	}
	return out
}

// String is the doubt with its place.
func (d Doubt) String() string {
	if !d.Span.Start.Known() {
		return d.Why
	}
	return fmt.Sprintf("%s:%d: %s", d.Span.File, d.Span.Start.Line, d.Why)
}

var brokenPromise = map[Property]string{
	Exclusion: "two runs are inside at once",
	Stale:     "nobody gets in any more",
	Leak:      "a child keeps the lock after its script has ended",
	Deadlock:  "somebody waits for ever",
	Entry:     "nobody ever gets in",
}

// Broken says in half a sentence what it means that a property is violated.
func Broken(p Property) string { return brokenPromise[p] }

// about is a lock with the places that have to do with it.
type about struct {
	text string
	used bool
	at   []source.Span
}

// locksOf lists the locks of all scripts in the order in which a reader meets them.
func locksOf(scripts []*protocol.Protocol) []about {
	var out []about
	for _, p := range scripts {
		if !p.HasLocks() && !p.Disturbs() {
			continue
		}
		index := make([]int, len(p.Paths))
		for i := range p.Paths {
			index[i] = none
			if path := &p.Paths[i]; path.Kind != protocol.Data {
				index[i] = slices.IndexFunc(out, func(l about) bool { return l.text == path.Text })
				if index[i] == none {
					index[i] = len(out)
					out = append(out, about{text: path.Text})
				}
			}
		}
		add := func(path int, at source.Span) {
			if path == none || index[path] == none {
				return
			}
			l := &out[index[path]]
			l.used = true
			if at.Start.Known() && !slices.Contains(l.at, at) {
				l.at = append(l.at, at)
			}
		}
		facts := protocol.Flow(p)
		for i := range p.Nodes {
			n := &p.Nodes[i]
			add(n.Path, n.Span)
			add(n.To, n.Span)
			if in := facts.At(protocol.ID(i)); n.Op == protocol.Flock && in != nil {
				for _, open := range in.Opens(n.FD) {
					if open >= 0 {
						add(p.Nodes[open].Path, n.Span)
					}
				}
			}
		}
	}
	out = slices.DeleteFunc(out, func(l about) bool { return !l.used })
	for i := range out {
		slices.SortStableFunc(out[i].at, func(a, b source.Span) int {
			return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Start.Line, b.Start.Line))
		})
	}
	return out
}

// named tells whether there is anything that an answer could be about.
func (r *Result) named(scripts []*protocol.Protocol) bool {
	return len(r.Violations) > 0 || len(locksOf(scripts)) > 0
}

// misused lists the commands that look as if they locked something and do not: what
// they were meant for is not among the locks, so there is nothing that could hold. A lease
// does lock something, and elsewhere.
func misused(scripts []*protocol.Protocol) []Doubt {
	var out []Doubt
	for _, p := range scripts {
		facts := protocol.Flow(p)
		for i := range p.Nodes {
			if n := &p.Nodes[i]; n.Op == protocol.Misuse && n.Unfenced() == "" && p.Misses(protocol.ID(i), facts) == none {
				if d := (Doubt{n.Span, "nothing is locked here: " + n.Text}); !slices.Contains(out, d) {
					out = append(out, d)
				}
			}
		}
	}
	return out
}
