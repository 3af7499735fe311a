package extract

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// graph answers what settle asks about how nodes hang together.
type graph struct {
	p       *protocol.Protocol
	entries []int // how many edges, bodies and handlers lead to a node
	preds   [][]protocol.ID
	asked   map[int][]protocol.ID
	looked  int
	started map[protocol.ID][]protocol.ID // by node of a job: [graph.starters]
}

func newGraph(p *protocol.Protocol) *graph {
	g := &graph{p: p, entries: make([]int, len(p.Nodes)), preds: make([][]protocol.ID, len(p.Nodes))}
	enter := func(id protocol.ID) {
		if id != protocol.None {
			g.entries[id]++
		}
	}
	if len(p.Nodes) > 0 {
		g.entries[0]++
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		p.Succs(protocol.ID(i), func(to protocol.ID) {
			enter(to)
			g.preds[to] = append(g.preds[to], protocol.ID(i))
		})
		enter(n.Body)
	}
	for i := range p.Handlers {
		for _, s := range p.Handlers[i].Signal {
			enter(s.Entry)
		}
	}
	return g
}

// reaches tells whether a way leads from one node to another without passing avoid.
func (g *graph) reaches(from, to, avoid protocol.ID) bool {
	return g.comes(from, to, func(id protocol.ID) bool { return id == avoid })
}

// comes tells whether a way leads from one node to another without passing a node
// that wall says yes to.
func (g *graph) comes(from, to protocol.ID, wall func(protocol.ID) bool) bool {
	seen := make([]bool, len(g.p.Nodes))
	todo := []protocol.ID{from}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == protocol.None || seen[id] || wall(id) {
			continue
		}
		if id == to {
			return true
		}
		seen[id] = true
		g.p.Succs(id, func(next protocol.ID) { todo = append(todo, next) })
	}
	return false
}

// succeeds calls visit for the nodes that a run comes to in which no command fails,
// and does not go on behind those to which it says yes.
func (g *graph) succeeds(from protocol.ID, visit func(protocol.ID) bool) {
	seen := make([]bool, len(g.p.Nodes))
	todo := []protocol.ID{from}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == protocol.None || seen[id] {
			continue
		}
		seen[id] = true
		if visit(id) {
			continue
		}
		n := &g.p.Nodes[id]
		todo = append(todo, n.Next)
		if n.Op != protocol.Work {
			todo = append(todo, n.Else)
		}
	}
}

// waits tells whether a failed claim is tried again while one that worked is not,
// before the name is given up. In a loop over many names, or where the name is
// removed first, nobody waits for it.
func (g *graph) waits(id protocol.ID) bool {
	n := &g.p.Nodes[id]
	removed := func(to protocol.ID) bool {
		return g.p.Nodes[to].Op == protocol.Remove && g.p.Nodes[to].Path == n.Path
	}
	return g.comes(n.Else, id, removed) && !g.comes(n.Next, id, removed)
}

// clearedFirst tells whether every way to a claim removes the name first: who does
// that does not ask whether somebody has it.
func (g *graph) clearedFirst(claim protocol.ID) bool {
	return g.removedBefore(claim, g.p.Nodes[claim].Path)
}

// removedBefore tells whether every way to a node removes the name at path.
func (g *graph) removedBefore(at protocol.ID, path int) bool {
	removed := func(id protocol.ID) bool {
		n := &g.p.Nodes[id]
		return (n.Op == protocol.Remove || n.Op == protocol.Rename) && n.Path == path
	}
	for _, from := range g.begins() {
		if g.comes(from, at, removed) {
			return false
		}
	}
	return true
}

// begins lists where processes and handlers begin.
func (g *graph) begins() []protocol.ID {
	out := []protocol.ID{0}
	for i := range g.p.Nodes {
		if n := &g.p.Nodes[i]; n.Op == protocol.Spawn {
			out = append(out, n.Body)
		}
	}
	for i := range g.p.Handlers {
		for _, s := range g.p.Handlers[i].Signal {
			if s.Entry != protocol.None {
				out = append(out, s.Entry)
			}
		}
	}
	return out
}

// givenUp tells whether a run that made the name may remove it later: itself, in a
// handler, or with another function of the library at hand. What is removed only on
// other ways is output, and no lock.
func (g *graph) givenUp(create protocol.ID, path int) bool {
	removes := func(n *protocol.Node) bool {
		return (n.Op == protocol.Remove || n.Op == protocol.Rename) && n.Path == path
	}
	return g.afterwards(create, func(n *protocol.Node) (found, wall bool) {
		return removes(n) || n.IsCaller() && slices.ContainsFunc(g.p.Nodes, func(n protocol.Node) bool { return removes(&n) }), false
	})
}

// starters returns where those go on who have started the background process that a node
// is in.
func (g *graph) starters(id protocol.ID) []protocol.ID {
	if g.started == nil { // every job is walked once
		g.started = map[protocol.ID][]protocol.ID{}
		for i := range g.p.Nodes {
			if n := &g.p.Nodes[i]; n.Op == protocol.Spawn {
				g.comes(n.Body, protocol.None, func(in protocol.ID) bool {
					g.started[in] = append(g.started[in], n.Next)
					return false
				})
			}
		}
	}
	return slices.Clone(g.started[id])
}

// afterwards tells whether something is found behind a node, in what is started there and
// in the handlers that may run there as well, or by who has started the process that it is
// in; nobody goes past a wall.
func (g *graph) afterwards(id protocol.ID, look func(*protocol.Node) (found, wall bool)) bool {
	seen := make([]bool, len(g.p.Nodes))
	todo := append(g.starters(id), g.p.Nodes[id].Next)
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == protocol.None || seen[id] {
			continue
		}
		seen[id] = true
		n := &g.p.Nodes[id]
		found, wall := look(n)
		switch {
		case found:
			return true
		case wall:
			continue
		}
		g.p.Succs(id, func(to protocol.ID) { todo = append(todo, to) })
		todo = append(todo, n.Body)
		for _, s := range g.p.Handlers[n.Handlers].Signal {
			todo = append(todo, s.Entry)
		}
	}
	return false
}

// looks tells whether who made the name asks next whether it is there, as who found
// it does: both go on for the same reason, and nobody has won.
func (g *graph) looks(claim protocol.ID) bool {
	n := &g.p.Nodes[claim]
	next := n.Next
	for range 4 {
		if m := &g.p.Nodes[next]; m.Op == protocol.EndSub || m.Op == protocol.Work && m.Mode.Has(protocol.Quiet) && m.Else == protocol.None {
			next = m.Next
		}
	}
	again := &g.p.Nodes[next]
	return again.Op == protocol.Test && again.Path == n.Path && n.Else != protocol.None && g.reaches(n.Else, next, claim)
}

// guarded tells whether a run that finds the path of a create there, or its owner
// alive, stays away from it, while one that does not find it comes to the create.
// leaves tells whether staying away is to say so and exit; waits, whether it does
// nothing but exit or wait.
func (g *graph) guarded(create protocol.ID, path int) (asked, leaves, waits bool) {
	for _, id := range g.questions(path) {
		n := &g.p.Nodes[id]
		if g.looked++; g.looked > maxLooks {
			break
		}
		if n.Op == protocol.Test && asksOfAnother(n.Text, &g.p.Nodes[create]) {
			continue
		}
		// Who sleeps stays away, whatever he does when he has waited long enough. Who makes
		// the name anew, because it is old or its owner is dead, takes it over.
		away := func(to protocol.ID) bool {
			m := &g.p.Nodes[to]
			return to == id || m.Op == protocol.Work && m.Text == "sleep" || to != create && makes(m) == path && !g.reaches(n.Else, to, id)
		}
		if g.comes(n.Next, create, away) || !g.reaches(n.Else, create, id) || g.removedBefore(id, path) {
			continue
		}
		// Made once and then used by everybody is no lock: the ways must not meet.
		after := g.behind(create)
		if op := g.p.Nodes[after].Op; op == protocol.Leave || op == protocol.End || !g.comes(n.Next, after, away) && !g.meet(create, path, n.Next, away) {
			asked = true
			leaves = leaves || g.leaves(n.Next)
			waits = waits || g.stays(n.Next, id, path)
		}
	}
	return asked, leaves, waits
}

// turnsSomeAway tells whether some of those that find the path of a create there leave for that,
// without what is done by who has made it, and nobody else leaves before he has made it. What
// tells them from those that take it over, the script asks of others.
func (g *graph) turnsSomeAway(create protocol.ID, path int) bool {
	makes := func(id protocol.ID) bool { return id == create }
	works := map[protocol.ID]bool{create: true}
	g.comes(g.p.Nodes[create].Next, protocol.None, func(id protocol.ID) bool {
		n := &g.p.Nodes[id]
		works[id] = n.Op == protocol.Work && !n.Mode.Has(protocol.Quiet)
		return makes(id)
	})
	return slices.ContainsFunc(g.questions(path), func(id protocol.ID) bool {
		n := &g.p.Nodes[id]
		return !(n.Op == protocol.Test && asksOfAnother(n.Text, &g.p.Nodes[create])) && !g.removedBefore(id, path) && g.reaches(n.Else, create, id) &&
			g.comesToEnd(n.Next, func(id protocol.ID) bool { return works[id] }) && !g.comesToEnd(n.Else, makes)
	})
}

// comesToEnd tells whether a way leads from a node to the end of the run that does not go on
// behind those that are to be avoided.
func (g *graph) comesToEnd(from protocol.ID, avoid func(protocol.ID) bool) (ends bool) {
	g.comes(from, protocol.None, func(id protocol.ID) bool {
		op := g.p.Nodes[id].Op
		ends = ends || !avoid(id) && (op == protocol.Leave || op == protocol.End)
		return ends || avoid(id)
	})
	return ends
}

// asksOfAnother tells whether a test asks for a kind of file that a create does not make: who
// refuses a link does not stay away from the file that a run has made.
func asksOfAnother(test string, create *protocol.Node) bool {
	switch {
	case create.Op != protocol.Create || strings.HasPrefix(create.Text, "ln"):
		return false
	case create.Text == "mkfifo":
		return test != "-p" && !asksForAny(test)
	case strings.HasPrefix(create.Text, "mkdir"):
		return test != "-d" && !asksForAny(test)
	}
	return test == "-L" || test == "-h" || test == "-d" || test == "-p"
}

// asksForAny tells whether a test is true of every kind of file.
func asksForAny(test string) bool {
	switch test {
	case "-e", "-a", "-r", "-w", "-x", "-s":
		return true
	}
	return false
}

// madeIfMissing tells whether a run that asks whether a name is there before it claims it
// goes on all the same where it finds it: it skips the making, and what belongs to that,
// and comes to where the run is that has made it.
func (g *graph) madeIfMissing(claim protocol.ID) bool {
	return slices.ContainsFunc(g.questions(g.p.Nodes[claim].Path), func(question protocol.ID) bool {
		q, met := &g.p.Nodes[question], false
		if found := &g.p.Nodes[q.Next]; found.Op == protocol.Leave && found.Span.Start.Known() {
			return false // an exit that is written down, and not the end of the script
		}
		g.succeeds(g.p.Nodes[claim].Next, func(id protocol.ID) bool {
			met = met || id == q.Next
			return met || id == claim
		})
		return met && g.reaches(q.Else, claim, question)
	})
}

// stays tells whether a run that goes on from a node does nothing but say so and ask
// before it ends, sleeps, or removes the name at path. Who comes back to the question
// without a pause asks about another name.
func (g *graph) stays(from, question protocol.ID, path int) bool {
	works := false
	g.comes(from, protocol.None, func(id protocol.ID) bool {
		n := &g.p.Nodes[id]
		switch n.Op {
		case protocol.Leave, protocol.End:
			return true
		case protocol.Work:
			works = works || !n.Mode.Has(protocol.Quiet) && n.Text != "sleep"
			return works || n.Text == "sleep"
		case protocol.Spawn, protocol.Opaque:
			works = true
		case protocol.Remove, protocol.Rename:
			return n.Path == path
		}
		works = works || id == question
		return works
	})
	return !works
}

// meet tells whether who made a name, before it is given up, and who found it there
// come to the same work.
func (g *graph) meet(create protocol.ID, path int, found protocol.ID, away func(protocol.ID) bool) bool {
	shared := make([]bool, len(g.p.Nodes))
	g.comes(found, protocol.None, func(id protocol.ID) bool {
		shared[id] = !away(id)
		n := &g.p.Nodes[id]
		again := n.Op == protocol.Claim && n.Path == path // and may be let in this time
		return away(id) || again || n.Op == protocol.Leave
	})
	met := false
	g.succeeds(g.p.Nodes[create].Next, func(id protocol.ID) bool {
		n := &g.p.Nodes[id]
		met = met || shared[id] && (n.Op == protocol.Work && !n.Mode.Has(protocol.Quiet) || n.Op == protocol.Rename && n.Path == path)
		return met || n.Op == protocol.Leave || (n.Op == protocol.Remove || n.Op == protocol.Rename) && n.Path == path
	})
	return met
}

// behind returns the node behind a create and what only prints into it.
func (g *graph) behind(create protocol.ID) protocol.ID {
	id := g.p.Nodes[create].Next
	for range 4 {
		n := &g.p.Nodes[id]
		if n.Op != protocol.Work || !n.Mode.Has(protocol.Quiet) || n.Else != protocol.None || g.entries[id] != 1 {
			break
		}
		id = n.Next
	}
	return id
}

// maxLooks bounds how many pairs of a question and a create are looked at: a script
// with more has one and the same pair inlined many times.
const maxLooks = 400

// questions lists the nodes that ask whether a path is there or its owner lives.
func (g *graph) questions(path int) []protocol.ID {
	if g.asked == nil {
		g.asked = map[int][]protocol.ID{}
		for i := range g.p.Nodes {
			switch n := &g.p.Nodes[i]; n.Op {
			case protocol.Test, protocol.Alive, protocol.Own:
				if n.Path != protocol.None && n.Else != protocol.None && n.Next != n.Else {
					g.asked[n.Path] = append(g.asked[n.Path], protocol.ID(i))
				}
			}
		}
	}
	return g.asked[path]
}

// opens tells whether a way leads from a node to an Open of the path without
// passing avoid.
func (g *graph) opens(from protocol.ID, path int, avoid protocol.ID) bool {
	for i := range g.p.Nodes {
		if n := &g.p.Nodes[i]; n.Op == protocol.Open && n.Path == path && g.reaches(from, protocol.ID(i), avoid) {
			return true
		}
	}
	return false
}

// leaves tells whether nothing but words lies between a node and the exit.
func (g *graph) leaves(id protocol.ID) bool {
	for range 30 {
		n := &g.p.Nodes[id]
		switch {
		case n.Op == protocol.Leave, n.Op == protocol.End:
			return true
		case n.Op == protocol.EndSub, n.Op == protocol.Work && n.Mode.Has(protocol.Quiet) && n.Else == protocol.None:
			id = n.Next
		default:
			return false
		}
	}
	return false
}

// follows tells whether an operation of that kind on the path comes shortly before
// the node on some way.
func (g *graph) follows(id protocol.ID, op protocol.Op, path int) bool {
	todo := []protocol.ID{id}
	for step := 0; step < 6 && len(todo) > 0; step++ {
		var next []protocol.ID
		for _, n := range todo {
			for _, before := range g.preds[n] {
				if m := &g.p.Nodes[before]; m.Op == op && m.Path == path {
					return true
				}
				next = append(next, before)
			}
		}
		todo = next
	}
	return false
}
