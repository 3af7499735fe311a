package protocol

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/source"
)

// hearing is what a user hears of an acquisition that is not heeded.
type hearing uint8

const (
	nothing hearing = iota // nothing, or the same in either case
	warns                  // only those who do not get the lock say so
	praises                // only those who get it say so
	answers                // either says what it found out, or somebody reads a file
)

// probes tells whether an acquisition asks whether a lock is free, for the user to
// hear of it: then the work that follows in either case was not meant to be alone. A
// hold that ends with the redirect or the subshell around it was meant to last, unless
// both outcomes are told and neither fails.
func (e early) probes(by ID, end end, work []ID) bool {
	switch heard := e.compare(by, end, work); {
	case heard == nothing:
		return false
	case heard != answers || e.deliberate(end.node):
		return e.deliberate(end.node)
	}
	return !e.fails(by)
}

// compare compares what is said and read on the ways of those who get a lock and of
// those who do not, up to the work. What a hold says under the lock by a command of
// flock itself is what that command is for, and no answer.
func (e early) compare(by ID, end end, work []ID) hearing {
	n := &e.Nodes[by]
	from := n.Next
	if e.deliberate(end.node) {
		from = end.to
	}
	got, ok := e.told(from, work)
	var lost []source.Span
	if n.Else != None && n.Else != n.Next {
		var quiet bool
		lost, quiet = e.told(n.Else, work)
		ok = ok && quiet
	} else {
		got = nil // nobody knows
	}
	more := func(a, b []source.Span) bool {
		return slices.ContainsFunc(a, func(s source.Span) bool { return !slices.Contains(b, s) })
	}
	switch praise, warning := more(got, lost), more(lost, got); {
	case !ok || praise && warning:
		return answers
	case praise:
		return praises
	case warning:
		return warns
	}
	return nothing
}

// told lists where something is said on the ways from a node to some work. ok is false
// where something is read.
func (e early) told(from ID, work []ID) (at []source.Span, ok bool) {
	ok = true
	e.walk(from, func(id ID) bool {
		if slices.Contains(work, id) || e.Nodes[id].Op == Leave {
			return false
		}
		if e.tells(id) {
			at = append(at, e.Nodes[id].Span)
			ok = ok && e.says(id)
		}
		return true
	})
	return at, ok
}

// says tells whether a node that [early.tells] names only says something, to a person or
// in a file that nobody asks.
func (e early) says(at ID) bool {
	n := &e.Nodes[at]
	return n.Op == Work && (n.Mode.Has(Quiet) || n.Mode.Has(Minor) && n.Text == ">")
}

// fails tells whether those who do not get a lock end the subshell around it with a
// failure before they come to anything else.
func (e early) fails(by ID) (fails bool) {
	e.walk(e.Nodes[by].Else, func(id ID) bool {
		n := &e.Nodes[id]
		fails = fails || n.Op == EndSub && n.Text == Failed
		return n.Op == Work && n.Mode.Has(Quiet)
	})
	return fails
}
