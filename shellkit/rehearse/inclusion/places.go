package inclusion

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Places says of each step of a schedule's log where in the script it stands; the zero
// Span where the protocol has no place for it, or several.
//
// A step that a run makes before it has the lock may be explained by several ways through
// the script. Where they stand on different lines none is named.
func Places(p *protocol.Protocol, log []rehearse.Deed) []source.Span {
	places := make([]source.Span, len(log))
	if len(p.Nodes) == 0 {
		return places
	}
	runs := map[int][]int{}
	for i := range log {
		runs[log[i].Run] = append(runs[log[i].Run], i)
	}
	for _, steps := range runs {
		c := New(p)
		for i := range log { // all that somebody looks at is in this log
			c.named = append(c.named, log[i].Name, log[i].Name2)
		}
		c.choose()
		c.places(log, steps, places)
	}
	return places
}

// places follows one run, whose steps are those of the log.
func (c *Checker) places(log []rehearse.Deed, steps []int, places []source.Span) {
	now := c.start()
	work := map[int]source.Span{} // by task, what it is at
	for k, i := range steps {
		d := &log[i]
		switch d.Op {
		case "done":
			places[i] = work[d.Task]
		case "waits":
			for _, later := range steps[k+1:] {
				if l := &log[later]; l.Task == d.Task && l.Op == "lock" {
					d = l
					break
				}
			}
			if d.Op != "lock" {
				asked := *d
				asked.Op, asked.Result = "lock", 0
				d = &asked
			}
			c.step(now, d)
			places[i] = c.place(d)
			continue
		}
		next := c.step(now, d)
		if span := c.place(d); span.Start.Known() {
			places[i] = span
			if d.Op == "work" {
				work[d.Task] = span
			}
		}
		if len(next) == 0 || len(next) > mostPositions {
			break
		}
		now = next
	}
	sameTool(log, steps, places)
}

// sameTool gives what a tool does beside its step of the protocol the place of that: rm
// looks at a name before it removes it.
func sameTool(log []rehearse.Deed, steps []int, places []source.Span) {
	type command struct {
		task  int
		words string
	}
	at := map[command]source.Span{}
	for _, i := range steps {
		if d := &log[i]; d.Words != "" && places[i].Start.Known() {
			at[command{d.Task, d.Words}] = places[i]
		}
	}
	for _, i := range steps {
		if d := &log[i]; d.Words != "" && !places[i].Start.Known() {
			places[i] = at[command{d.Task, d.Words}]
		}
	}
}

// place is where the nodes stand that a step may be of, if that is one line. Of work
// those count that are called as it is, if there are any.
func (c *Checker) place(d *rehearse.Deed) source.Span {
	used := c.used
	if d.Op == "work" {
		named := func(at protocol.ID) bool { return programOf(c.p.Nodes[at].Text) == programOf(d.Words) }
		used = slices.DeleteFunc(slices.Clone(used), func(at protocol.ID) bool { return !named(at) })
	}
	var found source.Span
	for _, at := range used {
		span := c.p.Nodes[at].Span
		switch {
		case !span.Start.Known():
		case !found.Start.Known():
			found = span
		case found.File != span.File || found.Start.Line != span.Start.Line:
			return source.Span{}
		}
	}
	return found
}
