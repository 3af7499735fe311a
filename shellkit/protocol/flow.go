package protocol

import (
	"maps"
	"slices"
)

// Hold is a lock that a process believes to have.
type Hold struct {
	By   ID   // the node that acquired it
	Open ID   // for a lock on a descriptor: the Open that made the open file description; else None
	Path int  // the lock's path; None when the descriptor came from outside
	Sure bool // on every way here; otherwise on some
	// Failed says that on some way here the acquisition had failed and was
	// passed over: the process works on although it did not get the lock.
	Failed bool
}

// State is what is known before a node runs, over all ways that lead to it.
type State struct {
	FDs   map[int][]ID // descriptor → the Opens it may come from, sorted, none where it is closed; missing: never opened here
	Holds []Hold       // sorted by By, Open
}

// Outside stands for an Open that happened before the script began.
const Outside ID = -2

// Facts is what a walk over all paths of a protocol knows. It is computed once
// by [Flow] and never changes.
type Facts struct {
	p  *Protocol
	in []*State
	// around is, by node, the Sub of the frame that it stands in: the shell that
	// waits there keeps its own descriptors, whatever the child does with its copies.
	around []ID
	opens  map[int]bool // the descriptors that the protocol opens somewhere
}

// Flow computes the facts of p by a forward walk to a fixed point.
func Flow(p *Protocol) *Facts {
	f := &Facts{p: p, in: make([]*State, len(p.Nodes)), opens: map[int]bool{}}
	if len(p.Nodes) == 0 {
		return f
	}
	f.around = frames(p)
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == Open || n.Op == Dup {
			f.opens[n.FD] = true
		}
	}
	queue := []ID{0}
	f.in[0] = &State{FDs: map[int][]ID{}}
	queued := make([]bool, len(p.Nodes))
	push := func(to ID, s *State) {
		if to == None || s == nil {
			return
		}
		if joined, changed := join(f.in[to], s); changed {
			f.in[to] = joined
			if !queued[to] {
				queued[to] = true
				queue = append(queue, to)
			}
		}
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		queued[id] = false
		n := &p.Nodes[id]
		if n.Else != None {
			push(n.Else, f.Out(id, false))
		}
		out := f.Out(id, true)
		push(n.Next, out)
		if n.Op == Spawn {
			push(n.Body, f.in[id])
		}
		for _, h := range p.Handlers[n.Handlers].Signal {
			push(h.Entry, f.in[id])
		}
	}
	return f
}

// At returns the state before the node; nil when nothing leads there.
func (f *Facts) At(id ID) *State { return f.in[id] }

// Frame returns the Sub of the innermost frame in which a node stands; [None] in the
// process itself.
func (f *Facts) Frame(id ID) ID { return f.around[id] }

// Out returns the state on the edge Next (ok) or Else of the node; nil where no run takes it.
func (f *Facts) Out(id ID, ok bool) *State {
	in, n := f.in[id], &f.p.Nodes[id]
	if in == nil {
		return nil
	}
	switch n.Op {
	case Open, Close, Dup:
		if !ok {
			return in
		}
		out := in.clone()
		switch n.Op {
		case Open:
			out.FDs[n.FD] = []ID{id}
		case Dup:
			out.FDs[n.FD] = slices.Clone(in.Opens(n.From))
		case Close:
			out.FDs[n.FD] = []ID{}
		}
		// A saved descriptor stays open on a number of its own.
		f.dropClosed(out, id, n.Mode.Has(Save), in, n.FD)
		return out
	case Restore:
		out := in.clone()
		before := f.in[n.Body]
		if before == nil {
			return out
		}
		if opens, had := before.FDs[n.FD]; had {
			out.FDs[n.FD] = slices.Clone(opens)
		} else {
			delete(out.FDs, n.FD)
		}
		f.dropClosed(out, id, false, nil, 0)
		return out
	case EndSub:
		before := f.in[n.Body]
		out := in.clone()
		if before != nil {
			out.FDs = maps.Clone(before.FDs)
		}
		f.dropClosed(out, id, false, nil, 0)
		return out
	case Flock:
		return f.flock(id, n, in, ok)
	case Claim, Create:
		if n.Op == Create && f.p.Paths[n.Path].Kind != Exists {
			return in
		}
		// An unchecked claim has one edge for both outcomes.
		if !ok {
			return in
		}
		out := in.clone()
		out.hold(Hold{By: id, Open: None, Path: n.Path, Sure: true, Failed: n.Op == Claim && n.Else == None})
		return out
	case Remove, Rename:
		out := in.clone()
		out.Holds = slices.DeleteFunc(out.Holds, func(h Hold) bool { return h.Open == None && h.Path == n.Path })
		return out
	}
	return in
}

func (f *Facts) flock(id ID, n *Node, in *State, ok bool) *State {
	opens := in.Opens(n.FD)
	out := in.clone()
	if ok && f.opens[n.FD] { // locking a descriptor that is not open fails
		opens = slices.DeleteFunc(slices.Clone(opens), func(o ID) bool { return o <= Outside })
		out.FDs[n.FD] = opens
		if len(opens) == 0 && n.Else != None && !n.Mode.Has(Unlock) {
			return nil
		}
	}
	sure := len(opens) == 1
	switch {
	case n.Mode.Has(Unlock): // where it fails the descriptor is not open
		out.Holds = slices.DeleteFunc(out.Holds, func(h Hold) bool { return sure && h.Open == opens[0] })
		for i := range out.Holds {
			if slices.Contains(opens, out.Holds[i].Open) {
				out.Holds[i].Sure = false
			}
		}
	case ok:
		out.Holds = slices.DeleteFunc(out.Holds, func(h Hold) bool { return sure && h.Open == opens[0] })
		for _, o := range opens {
			path := None
			if o >= 0 {
				path = f.p.Nodes[o].Path
			}
			out.hold(Hold{By: id, Open: o, Path: path, Sure: sure, Failed: n.Else == None})
		}
	default: // a failed conversion loses the old lock
		out.Holds = slices.DeleteFunc(out.Holds, func(h Hold) bool { return sure && h.Open == opens[0] })
	}
	return out
}

// Opens returns the Opens that a descriptor may come from: [Outside] when the
// script never touched it, nothing when it is closed.
func (s *State) Opens(fd int) []ID {
	if opens, ok := s.FDs[fd]; ok {
		return opens
	}
	return []ID{Outside - ID(fd)}
}

// Held returns the locks on path that are held here.
func (s *State) Held(path int) []Hold {
	var out []Hold
	if s == nil {
		return nil
	}
	for _, h := range s.Holds {
		if h.Path == path {
			out = append(out, h)
		}
	}
	return out
}

func (s *State) clone() *State {
	return &State{FDs: maps.Clone(s.FDs), Holds: slices.Clone(s.Holds)}
}

func (s *State) hold(h Hold) {
	i, found := slices.BinarySearchFunc(s.Holds, h, compareHolds)
	if found {
		s.Holds[i] = h
		return
	}
	s.Holds = slices.Insert(s.Holds, i, h)
}

// dropClosed ends the locks whose open file description no descriptor leads to,
// neither here nor in the shells that wait for the child in which the node stands.
func (f *Facts) dropClosed(s *State, id ID, saved bool, before *State, fd int) {
	tables := []map[int][]ID{s.FDs}
	for sub := f.around[id]; sub != None; sub = f.around[sub] {
		if waiting := f.in[sub]; waiting != nil {
			tables = append(tables, waiting.FDs)
		}
	}
	s.Holds = slices.DeleteFunc(s.Holds, func(h Hold) bool {
		if h.Open == None || h.Open <= Outside {
			return false
		}
		for _, fds := range tables {
			for _, opens := range fds {
				if slices.Contains(opens, h.Open) {
					return false
				}
			}
		}
		return !saved || !slices.Contains(before.Opens(fd), h.Open)
	})
}

// frames returns, by node, the Sub of the innermost frame around it. A Sub and
// its EndSub stand in the frame outside.
func frames(p *Protocol) []ID {
	around := make([]ID, len(p.Nodes))
	seen := make([]bool, len(p.Nodes))
	var todo []ID
	visit := func(id, sub ID) {
		if id != None && !seen[id] {
			seen[id], around[id] = true, sub
			todo = append(todo, id)
		}
	}
	visit(0, None)
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n, inside := &p.Nodes[id], around[id]
		switch n.Op {
		case Sub:
			inside = id
		case EndSub:
			around[id] = around[n.Body]
			inside = around[id]
		case Spawn:
			visit(n.Body, None)
		}
		for _, h := range p.Handlers[n.Handlers].Signal {
			visit(h.Entry, None)
		}
		p.Succs(id, func(to ID) { visit(to, inside) })
	}
	return around
}

func compareHolds(a, b Hold) int {
	if a.By != b.By {
		return int(a.By) - int(b.By)
	}
	return int(a.Open) - int(b.Open)
}

// join is what is known when a or b may be the case. changed tells whether
// that is less than a alone; if not, a itself comes back.
func join(a, b *State) (joined *State, changed bool) {
	if b == nil || a == b {
		return a, false
	}
	if a == nil {
		return b, true
	}
	if covers(a, b) {
		return a, false
	}
	out := &State{FDs: maps.Clone(a.FDs), Holds: make([]Hold, 0, max(len(a.Holds), len(b.Holds)))}
	for fd, opens := range b.FDs {
		out.FDs[fd] = union(a.Opens(fd), opens)
	}
	for fd, opens := range a.FDs {
		if _, ok := b.FDs[fd]; !ok {
			out.FDs[fd] = union(opens, b.Opens(fd))
		}
	}
	side := func(x, y *Hold) bool { // one of them may be nil
		h := x
		if h == nil {
			h = y
		}
		both := *h
		both.Sure = x != nil && y != nil && x.Sure && y.Sure
		both.Failed = x != nil && x.Failed || y != nil && y.Failed
		out.Holds = append(out.Holds, both)
		return true
	}
	sideBySide(a.Holds, b.Holds, side)
	return out, true
}

// covers tells whether everything that b says may be the case a says as well.
func covers(a, b *State) bool {
	for fd, opens := range b.FDs {
		had, ok := a.FDs[fd]
		if !ok || !subset(opens, had) {
			return false
		}
	}
	for fd, opens := range a.FDs {
		if _, ok := b.FDs[fd]; !ok && !slices.Contains(opens, Outside-ID(fd)) {
			return false
		}
	}
	return sideBySide(a.Holds, b.Holds, func(x, y *Hold) bool {
		switch {
		case x == nil:
			return false
		case y == nil:
			return !x.Sure
		}
		return !(x.Sure && !y.Sure || y.Failed && !x.Failed)
	})
}

// sideBySide calls visit for every hold of a or b, with nil for the side that
// does not have it, until visit says no.
func sideBySide(a, b []Hold, visit func(x, y *Hold) bool) bool {
	for i, j := 0, 0; i < len(a) || j < len(b); {
		order := -1
		if i == len(a) {
			order = 1
		} else if j < len(b) {
			order = compareHolds(a[i], b[j])
		}
		var x, y *Hold
		if order <= 0 {
			x = &a[i]
			i++
		}
		if order >= 0 {
			y = &b[j]
			j++
		}
		if !visit(x, y) {
			return false
		}
	}
	return true
}

func subset(a, b []ID) bool {
	for _, id := range a {
		if !slices.Contains(b, id) {
			return false
		}
	}
	return true
}

func union(a, b []ID) []ID {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
