package extract

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// settle turns what the walk left behind into a protocol: edges that lead nowhere
// are ended, it is decided which paths carry locks, everything that is nothing to
// them becomes plain work, and the nodes are numbered as a reader meets them.
func settle(p *protocol.Protocol, about []about, swept []sweep, opt Options) {
	end(p)
	normalise(p)
	written(p)
	folders(p)
	settleUndone(p)
	locks(p, about)
	othersLocks(p, opt.Others)
	neverOld(p, about)
	inside(p, about, swept)
	filled(p, about, swept)
	descriptors(p)
	demote(p)
	promote(p)
	frames(p)
	normalise(p)
	first := protocol.ID(0)
	for range 3 {
		first = bypass(p, first)
	}
	if !matters(p) {
		p.Nodes, p.Paths, p.Unknowns = nil, nil, nil
		p.Handlers = p.Handlers[:1]
		return
	}
	renumber(p, first) // what nothing leads to must swallow nothing
	settleWaits(p)
	heedsJobs(p)
	merge(p, opt.Beside)
	renumber(p, 0)
	numberCalls(p)
	usedPaths(p)
}

func matters(p *protocol.Protocol) bool {
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Opaque && strings.Contains(strings.ToLower(n.Text), "lock") {
			return true
		}
	}
	return p.HasLocks() || p.Disturbs() || p.HasLeases()
}

// end gives every node that leads nowhere an end.
func end(p *protocol.Protocol) {
	last := protocol.ID(protocol.None)
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Op == protocol.End || n.Op == protocol.Resume || n.Next != protocol.None {
			continue
		}
		if n.Else != protocol.None {
			n.Next = n.Else
			continue
		}
		if last == protocol.None {
			last = protocol.ID(len(p.Nodes))
			p.Nodes = append(p.Nodes, protocol.NewNode(protocol.End))
			n = &p.Nodes[i]
		}
		n.Next = last
	}
}

// normalise drops the Else of nodes whose two outcomes go the same way, and the
// questions whose answer does not matter.
func normalise(p *protocol.Protocol) {
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Else == n.Next {
			n.Else = protocol.None
			if asks(n.Op) {
				*n = idle(n)
			}
		} else if n.Else == protocol.None && asks(n.Op) {
			*n = idle(n)
		}
	}
}

func asks(op protocol.Op) bool {
	switch op {
	case protocol.Choose, protocol.Test, protocol.SameInode, protocol.Own, protocol.Alive:
		return true
	}
	return false
}

// idle is a node that only leads on.
func idle(n *protocol.Node) protocol.Node {
	m := protocol.NewNode(protocol.Work)
	m.Mode, m.Next, m.Handlers, m.Span = protocol.Quiet, n.Next, n.Handlers, n.Span
	return m
}

// written finds out which file a command writes through a descriptor.
func written(p *protocol.Protocol) {
	var facts *protocol.Facts
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Op != protocol.Store || n.Path != protocol.None {
			continue
		}
		if facts == nil {
			facts = protocol.Flow(p)
		}
		if in := facts.At(protocol.ID(i)); in != nil {
			if opens := in.Opens(n.FD); len(opens) == 1 && opens[0] >= 0 {
				n.Path, n.FD = p.Nodes[opens[0]].Path, protocol.None
				continue
			}
		}
		*n = idle(n)
	}
}

// folders takes out the rm that cannot remove what stands at its path: a folder
// that mkdir made there.
func folders(p *protocol.Protocol) {
	made := map[int]bool{} // by path that is claimed: only with mkdir
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Claim {
			only, known := made[n.Path]
			made[n.Path] = (only || !known) && n.Text == "mkdir"
		}
	}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Remove && made[n.Path] && (n.Text == "rm" || n.Text == "unlink") {
			*n = idle(n)
		}
	}
}

// descriptors keeps the redirects that may lead to a lock, and drops the others.
func descriptors(p *protocol.Protocol) {
	fds := map[int]bool{}
	opened := map[int]bool{}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Open || n.Op == protocol.Dup {
			opened[n.FD] = true
		}
	}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Flock && !opened[n.FD] {
			// A descriptor that nobody opened is locked: perhaps another one was meant.
			for fd := range opened {
				fds[fd] = fds[fd] || fd > 2
			}
		}
	}
	for i := range p.Nodes {
		switch n := &p.Nodes[i]; n.Op {
		case protocol.Flock, protocol.SameInode:
			fds[n.FD] = true
		case protocol.Misuse:
			fds[n.FD] = fds[n.FD] || n.Text == protocol.MisuseFDAsFile || n.Refused() != ""
		case protocol.Open:
			if p.Paths[n.Path].Kind != protocol.Data {
				fds[n.FD] = true
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for i := range p.Nodes {
			n := &p.Nodes[i]
			if n.Op == protocol.Dup && fds[n.FD] != fds[n.From] && (n.From > 2 || fds[n.FD]) {
				fds[n.FD], fds[n.From] = true, true
				changed = true
			}
		}
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		switch n.Op {
		case protocol.Open, protocol.Close, protocol.Dup, protocol.Restore:
			if !fds[n.FD] {
				opens := n.Else != protocol.None && (n.Op == protocol.Open || n.Op == protocol.Dup)
				next := *n
				*n = idle(n)
				if opens {
					n.Else, n.Op, n.Text = next.Else, protocol.Choose, "redirect"
				}
			}
		}
	}
}

// findRewriters finds the tools about text that rewrite nothing but locks: what stands in those
// is no work, and the tool is none.
func findRewriters(p *protocol.Protocol) {
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Op != protocol.Work || !n.Mode.Has(protocol.Program) || !isA(n.Text, onlyLooks) {
			continue
		}
		writes, locks := false, true
		for at := n.Next; at != protocol.None; at = p.Nodes[at].Next {
			next := &p.Nodes[at]
			if next.Op != protocol.Rename || next.Path == protocol.None || next.Span.Start != n.Span.Start {
				break
			}
			writes, locks = true, locks && p.Paths[next.Path].Kind != protocol.Data
		}
		if writes && locks {
			n.Mode |= protocol.Minor
		}
	}
}

// demote turns what is done to files that are no locks into plain work.
func demote(p *protocol.Protocol) {
	findRewriters(p)
	programs := slices.ContainsFunc(p.Nodes, func(n protocol.Node) bool {
		return n.Op == protocol.Work && n.Mode.Has(protocol.Program) && !n.Mode.Has(protocol.Minor)
	})
	for i := range p.Nodes {
		n := &p.Nodes[i]
		forgotten := n.Op == protocol.Remove && n.Mode.Has(protocol.Minor)
		if forgotten {
			n.Mode &^= protocol.Minor
		}
		if n.Path == protocol.None || p.Paths[n.Path].Kind != protocol.Data || n.To != protocol.None && p.Paths[n.To].Kind != protocol.Data {
			continue
		}
		switch n.Op {
		case protocol.Create, protocol.Remove, protocol.Rename, protocol.Load, protocol.Store:
			own := p.Paths[n.Path].Private || p.Paths[n.Path].Inside
			if n.Op == protocol.Load || n.Op == protocol.Remove && (own || forgotten && programs) { // what a run clears away of its own is no result
				n.Mode |= protocol.Minor
			}
			n.Op, n.Mode = protocol.Work, n.Mode&^(protocol.Truncate|protocol.Append|protocol.Pid|protocol.Unquoted)
			if isA(n.Text, takesTime) || n.Text == removesFolders {
				n.Mode |= protocol.Program // which a signal may find at it
			}
		case protocol.Test, protocol.Own:
			n.Op, n.Mode = protocol.Choose, 0
		case protocol.Alive:
			n.Path = protocol.None
			continue
		default:
			continue
		}
		n.Path, n.To = protocol.None, protocol.None
	}
}

// promote takes what is added to files for work where a script does nothing else: the lock
// is there for something.
func promote(p *protocol.Protocol) {
	for i := range p.Nodes {
		switch n := &p.Nodes[i]; {
		case n.Op == protocol.Work && n.Mode&(protocol.Quiet|protocol.Minor) == 0, n.Op == protocol.Opaque, n.Op == protocol.Spawn:
			return
		}
	}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Work && n.Mode.Has(protocol.Append) {
			n.Mode &^= protocol.Quiet
		}
	}
}

// frames takes out the children in which nothing happens to descriptors, traps or
// processes: what they do might as well be done by the shell.
func frames(p *protocol.Protocol) {
	inside := make([]protocol.ID, len(p.Nodes)) // the Sub of the innermost frame
	for i := range inside {
		inside[i] = -2
	}
	var todo []protocol.ID
	enter := func(id, frame protocol.ID) {
		if id != protocol.None && inside[id] == -2 {
			inside[id] = frame
			todo = append(todo, id)
		}
	}
	enter(0, protocol.None)
	for i := range p.Handlers {
		for _, s := range p.Handlers[i].Signal {
			enter(s.Entry, protocol.None)
		}
	}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Spawn || n.Op == protocol.Trap {
			enter(n.Body, protocol.None)
		}
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n, frame := &p.Nodes[id], inside[id]
		switch n.Op {
		case protocol.Sub:
			frame = id
		case protocol.EndSub:
			frame = inside[n.Body]
		}
		p.Succs(id, func(next protocol.ID) { enter(next, frame) })
	}
	needed := make([]bool, len(p.Nodes))
	for i := range p.Nodes {
		op := p.Nodes[i].Op
		if p.Nodes[i].Mode.Has(protocol.InPlace) { // what becomes a program is that frame alone
			needed[i] = p.Nodes[i].Op == protocol.Sub
			op = protocol.Close
		}
		switch op {
		case protocol.Open, protocol.Dup, protocol.Close, protocol.Restore, protocol.Flock, protocol.SameInode,
			protocol.Claim, protocol.Trap, protocol.Spawn, protocol.Wait, protocol.Leave, protocol.Opaque:
			for f := inside[i]; f >= 0 && !needed[f]; f = inside[f] {
				needed[f] = true
			}
		}
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if f := inside[i]; f >= 0 && !needed[f] {
			for f >= 0 && !needed[f] {
				n.Handlers = p.Nodes[f].Handlers
				f = inside[f]
			}
		}
		if n.Op == protocol.Sub && !needed[i] || n.Op == protocol.EndSub && !needed[n.Body] {
			*n = idle(n)
		}
	}
}

// bypass takes out the nodes that only lead on, and returns the one to begin with.
func bypass(p *protocol.Protocol, from protocol.ID) (first protocol.ID) {
	memo := make([]protocol.ID, len(p.Nodes))
	for i := range memo {
		memo[i] = protocol.None
	}
	var on func(id protocol.ID, depth int) protocol.ID
	on = func(id protocol.ID, depth int) protocol.ID {
		if id == protocol.None {
			return id
		}
		if memo[id] != protocol.None {
			return memo[id]
		}
		n := &p.Nodes[id]
		if !(n.Op == protocol.Work && n.Mode == protocol.Quiet && n.Else == protocol.None && (n.Text == "" || n.Text == "begin" || n.Text == "turn" || n.Text == "handler")) || n.Next == id {
			memo[id] = id
			return id
		}
		memo[id] = id // a round of such nodes keeps one
		to := on(n.Next, depth+1)
		memo[id] = to
		return to
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		n.Next, n.Else = on(n.Next, 0), on(n.Else, 0)
		if n.Op == protocol.Spawn || n.Op == protocol.Trap {
			n.Body = on(n.Body, 0)
		}
	}
	for i := range p.Handlers {
		for s := range p.Handlers[i].Signal {
			h := &p.Handlers[i].Signal[s]
			h.Entry = on(h.Entry, 0)
		}
	}
	normalise(p)
	return on(from, 0)
}

// merge draws runs of plain work together: one step stands for all. Programs that are
// kept stand alone, and so does what is done on several ways: by its place it is known
// again that those who get a lock and those who do not come to the same work.
func merge(p *protocol.Protocol, kept []string) {
	g := newGraph(p)
	copies := map[source.Span]int{}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; mergeable(n) && n.Mode&(protocol.Quiet|protocol.Minor) == 0 {
			copies[n.Span]++
		}
	}
	mergeable := func(n *protocol.Node) bool { return mergeable(n) && !slices.Contains(kept, n.Text) }
	calls := newPairs(p)
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if g.entries[i] == 0 { // drawn with another one, it must not take what follows along
			continue
		}
		for mergeable(n) && n.Else == protocol.None {
			next := n.Next
			m := &p.Nodes[next]
			if next == protocol.ID(i) || !mergeable(m) || g.entries[next] != 1 || m.Handlers != n.Handlers || copies[m.Span] > 1 {
				break
			}
			small := n.Mode & (protocol.Quiet | protocol.Minor) &^ m.Mode
			if small != 0 && !m.Mode.Has(protocol.Quiet) || n.Text == "true" || n.Text == ":" {
				n.Text, n.Span, n.Call = m.Text, m.Span, m.Call
			} else if m.Mode&(protocol.Quiet|protocol.Minor) == 0 {
				n.Call, n.Mode = calls.both(n.Call, m.Call), n.Mode|protocol.Several // it is no command alone any more
			}
			n.Mode = together(n.Mode, m.Mode)
			n.Next, n.Else = m.Next, m.Else
			g.entries[next] = 0
			*m = idle(m)
		}
	}
}

// together is how two steps are done that are drawn as one: what makes one of them
// small holds for both only where both are, and a message is as small as a look.
func together(a, b protocol.Mode) protocol.Mode {
	small := protocol.Mode(0)
	const quiet, minor = protocol.Quiet, protocol.Minor
	switch {
	case a.Has(quiet) && b.Has(quiet):
		small = quiet
	case a&(quiet|minor) != 0 && b&(quiet|minor) != 0:
		small = minor
	}
	return (a|b)&^(quiet|minor) | small
}

func mergeable(n *protocol.Node) bool {
	if n.Op != protocol.Work || n.Mode&(protocol.Stays|protocol.Exclude|protocol.Exec|protocol.InPlace|protocol.Apart) != 0 {
		return false
	}
	switch n.Text { // rules ask for these by name
	case "sleep", "jobs", "kill", "killall", "pkill", "start-stop-daemon":
		return false
	}
	return !strings.Contains(n.Text, "lock")
}

// renumber numbers the nodes in the order in which a reader meets them, from the
// first, and forgets those that nothing leads to.
func renumber(p *protocol.Protocol, first protocol.ID) {
	at := make([]protocol.ID, len(p.Nodes))
	for i := range at {
		at[i] = protocol.None
	}
	handlerAt := make([]int, len(p.Handlers))
	for i := range handlerAt {
		handlerAt[i] = protocol.None
	}
	handlerAt[0] = 0
	var order []protocol.ID
	handlers := []int{0}
	var later []protocol.ID
	visit := func(id protocol.ID) {
		var todo []protocol.ID
		for todo = append(todo, id); len(todo) > 0; {
			id := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if id == protocol.None || at[id] != protocol.None {
				continue
			}
			at[id] = protocol.ID(len(order))
			order = append(order, id)
			n := &p.Nodes[id]
			if handlerAt[n.Handlers] == protocol.None {
				handlerAt[n.Handlers] = len(handlers)
				handlers = append(handlers, n.Handlers)
				for _, s := range p.Handlers[n.Handlers].Signal {
					later = append(later, s.Entry)
				}
			}
			if n.Op == protocol.Spawn || n.Op == protocol.Trap {
				later = append(later, n.Body)
			}
			todo = append(todo, n.Else, n.Next)
		}
	}
	visit(first)
	for len(later) > 0 {
		id := later[0]
		later = later[1:]
		visit(id)
	}
	to := func(id protocol.ID) protocol.ID {
		if id == protocol.None {
			return id
		}
		return at[id]
	}
	nodes := make([]protocol.Node, 0, len(order))
	for _, id := range order {
		n := p.Nodes[id]
		n.Next, n.Else, n.Body, n.Handlers = to(n.Next), to(n.Else), to(n.Body), handlerAt[n.Handlers]
		nodes = append(nodes, n)
	}
	sets := make([]protocol.Handlers, 0, len(handlers))
	for _, h := range handlers {
		set := p.Handlers[h]
		set.Exit = to(set.Exit)
		for s := range set.Signal {
			set.Signal[s].Entry, set.Signal[s].Armed = to(set.Signal[s].Entry), to(set.Signal[s].Armed)
		}
		sets = append(sets, set)
	}
	p.Nodes, p.Handlers = nodes, sets
}

// usedPaths forgets the paths that no node names any more.
func usedPaths(p *protocol.Protocol) {
	at := make([]int, len(p.Paths))
	var paths []protocol.Path
	for i := range at {
		at[i] = protocol.None
	}
	for i := range p.Nodes {
		for _, path := range []*int{&p.Nodes[i].Path, &p.Nodes[i].To} {
			if *path == protocol.None {
				continue
			}
			if at[*path] == protocol.None {
				at[*path] = len(paths)
				paths = append(paths, p.Paths[*path])
			}
			*path = at[*path]
		}
	}
	p.Paths = slices.Clip(paths)
}
