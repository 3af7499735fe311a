package protocol

import "slices"

// Early is a hold that ends before any work was done under it, although the lock was
// asked for: whatever it was for comes behind it.
type Early struct {
	By  ID // the acquisition
	End ID // the node that ends the hold
	// Work is what is done first behind it, on each way: Work that is neither Quiet nor
	// Minor, or the Spawn of such.
	Work []ID
	// Meant tells that those who do not get the lock stay away from the work: it was
	// taken for that work. Who only waits until others are through, and does not care
	// what came of it, has not done so.
	Meant bool
}

// EarlyEnds finds the holds that end before any work, on ways that lead to work.
func EarlyEnds(p *Protocol, f *Facts) []Early {
	e := early{p, f}
	var out []Early
	for i := range p.Nodes {
		if id := ID(i); f.At(id) != nil && p.Acquires(id) && p.Nodes[i].Op != Create {
			out = append(out, e.endsOf(id)...)
		}
	}
	return out
}

// WorkFrom lists the work that a process comes to first from a node, on each way, as
// [Early.Work] is.
func WorkFrom(p *Protocol, f *Facts, from ID) []ID { return early{p, f}.firstWork(from) }

type early struct {
	*Protocol
	facts *Facts
}

// idling is what happens between an acquisition and the ends of its hold.
type idling struct {
	used   bool  // work is done under it, or it guards another lock
	silent bool  // nothing at all is done
	reads  bool  // what stands in a file, or what a program says, is read
	adds   bool  // something is added to a file
	called bool  // a function, which stands elsewhere, says something
	ends   []end // where the hold ends while the process goes on
}

// end is an edge on which a hold ends.
type end struct{ node, to ID }

func (e early) endsOf(id ID) []Early {
	n := &e.Nodes[id]
	in := e.idle(id)
	if in.used {
		return nil
	}
	ignored := n.Else == None || n.Else == n.Next
	waits := n.Mode&(Nonblock|Timed) == 0 && (n.Op == Flock || n.Mode.Has(Waits)) || !ignored && e.asksAgain(id)
	var out []Early
	for _, end := range in.ends {
		work := e.firstWork(end.to)
		if len(work) == 0 {
			continue
		}
		anyway := ignored || e.meets(e.firstWork(n.Else), work)
		meant := !in.reads
		switch {
		case anyway && waits: // a redirect or a subshell that ends is no release that anybody wrote down; a line in a file may be all that it was for
			meant = meant && !in.adds && !e.deliberate(end.node) && e.compare(id, end, work) != answers
		case anyway: // who tries and works in any case has not waited for others; of who has a limit that is so where he heeds it
			meant = meant && n.Op == Flock && (n.Mode.Has(Nonblock) || !ignored) && !e.probes(id, end, work)
		case waits:
			meant = in.silent
		default: // what a function says that with_lock runs, the lock was for
			meant = !in.called || !e.isOneCommand(id, end.node)
		}
		out = append(out, Early{By: id, End: end.node, Work: work, Meant: meant})
	}
	return out
}

// isOneCommand tells whether a hold begins and ends with a command that runs another one
// under it, as with_lock does.
func (e early) isOneCommand(by, end ID) bool {
	n := &e.Nodes[end]
	return n.Span.Start.Known() && n.Span == e.Nodes[by].Span
}

// idle follows a hold from its acquisition to where it ends.
func (e early) idle(id ID) idling {
	out := idling{silent: true}
	seen := map[ID]bool{}
	todo := []ID{e.Nodes[id].Next}
	for len(todo) > 0 && !out.used {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at == None || seen[at] || !e.holds(e.facts.At(at), id) {
			continue
		}
		seen[at] = true
		n := &e.Nodes[at]
		switch {
		case n.Op == Leave || n.Op == End || n.Op == Resume:
			continue
		case e.Acquires(at) && e.sameLock(at, id):
			continue // it is taken once more
		case e.becomes(at, id):
			out.ends = append(out.ends, end{at, at})
			continue
		case e.uses(at, id):
			out.used = true
		case e.tells(at):
			out.adds = out.adds || n.Op == Work && n.Mode.Has(Append)
			out.silent = false
			out.called = out.called || n.Span.File != e.Nodes[id].Span.File || n.Span.Start.Line != e.Nodes[id].Span.Start.Line
			out.reads = out.reads || !e.says(at)
		}
		for _, ok := range []bool{true, false} {
			to := n.Next
			if !ok {
				to = n.Else
			}
			switch {
			case to == None || to == n.Next && !ok:
			case e.holds(e.facts.Out(at, ok), id):
				todo = append(todo, to)
			default:
				out.ends = append(out.ends, end{at, to})
			}
		}
	}
	return out
}

// tells tells whether a node reads something, or says something that is not kept in
// a variable.
func (e early) tells(at ID) bool {
	n := &e.Nodes[at]
	if n.Op == Load || n.Op == Work && !n.Mode.Has(Quiet) {
		return true
	}
	in := e.facts.around[at]
	for in != None && e.Nodes[in].Text != "$( )" {
		in = e.facts.around[in]
	}
	return n.Op == Work && n.Text != "" && n.Text != ":" && n.Text != "true" && in == None
}

func (e early) holds(s *State, by ID) bool {
	return s != nil && slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.By == by })
}

// sameLock tells whether two acquisitions are of one lock.
func (e early) sameLock(a, b ID) bool {
	x, y := &e.Nodes[a], &e.Nodes[b]
	if x.Op == Flock && y.Op == Flock {
		from := e.facts.At(b).Opens(y.FD)
		return slices.ContainsFunc(e.facts.At(a).Opens(x.FD), func(o ID) bool { return slices.Contains(from, o) })
	}
	return x.Op == y.Op && x.Path == y.Path
}

// uses tells whether a node is something that the hold may be for: work, or what is
// done to another lock.
func (e early) uses(at, by ID) bool {
	switch n := &e.Nodes[at]; n.Op {
	case Work:
		return n.works()
	case Opaque, Spawn:
		return true
	case Flock:
		return !n.Mode.Has(Unlock) && !e.sameLock(at, by)
	case Test, Create, Claim, Remove, Rename, Load, Store, Own, Alive:
		return n.Path != None && e.Paths[n.Path].Kind != Data && !e.about(by, n.Path)
	}
	return false
}

// becomes tells whether the shell becomes a program at a node and closes the last
// descriptor of a hold for it: the program works without the lock.
func (e early) becomes(at, by ID) bool {
	n, in := &e.Nodes[at], e.facts.At(at)
	if n.Op != Work || !n.Mode.Has(Exec|Exclude) || e.facts.around[at] != None {
		return false
	}
	ends := func(h Hold) bool {
		if h.By != by || h.Open == None || !slices.Contains(in.Opens(n.FD), h.Open) {
			return false
		}
		for fd, opens := range in.FDs {
			if fd != n.FD && slices.Contains(opens, h.Open) {
				return false
			}
		}
		return true
	}
	return slices.ContainsFunc(in.Holds, ends)
}

// about tells whether an acquisition is one of the lock at a path.
func (e early) about(by ID, path int) bool {
	n := &e.Nodes[by]
	if n.Op != Flock {
		return n.Path == path
	}
	return slices.ContainsFunc(e.facts.At(by).Opens(n.FD), func(o ID) bool { return o >= 0 && e.Nodes[o].Path == path })
}

// works tells whether the node is work that a lock can be for.
func (n *Node) works() bool { return n.Op == Work && n.Mode&(Quiet|Minor) == 0 }

// deliberate tells whether the node that ends a hold was written down to do so.
func (e early) deliberate(at ID) bool {
	n := &e.Nodes[at]
	switch n.Op {
	case EndSub:
		return e.Nodes[n.Body].Text == "flock" // flock FILE true
	case Restore, Open, Dup:
		return false
	}
	return true
}

// firstWork lists the work that a process comes to first from a node, without taking
// any lock before. To sleep is none: the lock may be tried once more.
func (e early) firstWork(from ID) []ID {
	var out []ID
	e.walk(from, func(id ID) bool {
		n := &e.Nodes[id]
		switch {
		case n.works() && n.Text != "sleep", n.Op == Spawn && e.spawnsWork(n.Body):
			out = append(out, id)
			return false
		case n.Op == Leave || n.Op == Opaque || e.Acquires(id):
			return false
		}
		return true
	})
	slices.Sort(out)
	return out
}

// spawnsWork tells whether a background child works without taking a lock first.
func (e early) spawnsWork(body ID) (works bool) {
	e.walk(body, func(id ID) bool {
		works = works || e.Nodes[id].works()
		return !works && !e.Acquires(id)
	})
	return works
}

// meets tells whether some of one work stands where some of the other does: the same
// command may have several nodes.
func (e early) meets(a, b []ID) bool {
	return slices.ContainsFunc(a, func(x ID) bool {
		return slices.ContainsFunc(b, func(y ID) bool {
			m, n := e.Nodes[x].Span, e.Nodes[y].Span
			return x == y || m == n && m.File != ""
		})
	})
}

// asksAgain tells whether those who do not get a lock ask for it until they have it.
func (e early) asksAgain(id ID) bool {
	again, leaves := false, false
	e.walk(e.Nodes[id].Else, func(at ID) bool {
		asks := at == id || e.Acquires(at) && e.facts.At(at) != nil && e.sameLock(at, id)
		again = again || asks
		leaves = leaves || e.Nodes[at].Op == Leave || e.Nodes[at].Op == End
		return !asks
	})
	return again && !leaves
}
