package prove

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Extraction copies what follows a branch on which something was decided, and most
// copies do the same to locks. Two places at which a process can stand are alike when
// the same operation of the script comes next there, and whatever it comes to leads to
// places that are alike again, by a signal as well. What lies between operations on
// locks makes no difference: nobody notices it. States that differ in nothing but that
// are one state to a search; the one that was reached first is the one that is told of.

// position is a place at which a process can stand: before an operation, in a signal
// handler or not.
type position struct{ pc, resume uint16 }

// stand is the position that stands for all that are like a process's own.
func (m *model) stand(p *proc) position {
	at := position{p.pc, p.resume}
	if like, ok := m.scripts[p.script].alike[at]; ok {
		return like
	}
	return at
}

// findAlike finds the positions of a script that are alike.
func (m *model) findAlike(sc uint8) {
	g := &grounds{m: m, sc: sc, walk: walk{m: m, sc: sc}, index: map[landing0]int{}, at: map[position]int{}}
	if !g.explore() {
		return
	}
	g.close()
	m.scripts[sc].grounds = g
	m.scripts[sc].alike = g.alike(nil)
}

// through returns the model in which what belongs to some operation is not taken for what
// does not.
func (m *model) through(marked func(place) bool) *model {
	n := *m
	n.scripts, n.landings, n.ways = nil, map[landingKey][]landing{}, map[landingKey][]landing{}
	for _, s := range m.scripts {
		t := *s
		n.scripts = append(n.scripts, &t)
	}
	for i, t := range n.scripts { // all of them are there, for the grounds ask for what their script does
		if t.grounds != nil {
			g := *t.grounds
			g.m, g.walk.m, g.from = &n, &n, nil
			t.grounds = &g
			t.alike = g.alike(func(id protocol.ID) bool { return marked(place{i, id}) })
		}
	}
	return &n
}

// alike returns the position that stands for each that is like others. Those that are
// marked, or whose traps are, are like such only.
func (g *grounds) alike(marked func(protocol.ID) bool) map[position]position {
	class := g.split(marked)
	first := map[int]position{}
	for i := len(g.spots) - 1; i >= 0; i-- {
		first[class[i]] = g.spots[i].position
	}
	alike := map[position]position{}
	for i := range g.spots {
		if s := &g.spots[i]; first[class[i]] != s.position {
			alike[s.position] = first[class[i]]
		}
	}
	return alike
}

// like lists the nodes at which a process can stand as at another one.
func (s *script) like(n *node) (out []*node) {
	at := map[position]bool{}
	if s.grounds == nil {
		return nil
	}
	stand := func(p position) position {
		if first, ok := s.alike[p]; ok {
			return first
		}
		return p
	}
	for i := range s.grounds.spots {
		if p := s.grounds.spots[i].position; protocol.ID(p.pc) == n.id {
			at[stand(p)] = true
		}
	}
	for i := range s.grounds.spots {
		if p := s.grounds.spots[i].position; at[stand(p)] {
			out = append(out, &s.nodes[p.pc])
		}
	}
	return out
}

// grounds is what processes of a script can come to without anybody noticing, from
// wherever they go on after an operation.
type grounds struct {
	m     *model
	sc    uint8
	walk  walk
	index map[landing0]int // by place on the way: its number
	ways  []ground         // by that number
	spots []spot
	at    map[position]int // index in spots

	component []int   // by number of a place on the way
	ends      [][]int // by component: the places that end what nobody notices

	from []came // by number of a place on the way: for the search that is under way
	turn int    // which search that is
}

// ground is one place on the way.
type ground struct {
	landing0
	on  []lead
	hit int // the first of them that needs a signal
	end bool
}

// lead is an edge from one place to the next, with what is notable of it.
type lead struct {
	to      int
	notable []hop
}

// came tells how a search has come to a place.
type came struct {
	turn, from int
	notable    []hop
	hit        bool
}

// spot is a position with the places to which it leads on, by kind of edge.
type spot struct {
	position
	own   string        // the operation, and all that is asked of it
	traps []protocol.ID // that are armed here
	to    []int
}

// explore follows all ways. It tells whether there are few enough of them.
func (g *grounds) explore() bool {
	g.place(landing0{0, 0, 0, none})
	for i := 0; i < len(g.ways) && i < maxGround; i++ {
		g.m.opt.meter.steps++
		g.follow(i)
	}
	return len(g.ways) <= maxGround
}

// maxGround bounds the places of a script among which those that are alike are looked for.
const maxGround = 60_000

// place returns the number of a place on the way.
func (g *grounds) place(at landing0) int {
	i, known := g.index[at]
	if !known {
		i = len(g.ways)
		g.index[at] = i
		g.ways = append(g.ways, ground{landing0: at})
	}
	return i
}

// follow finds out where a place on the way leads.
func (g *grounds) follow(i int) {
	at := g.ways[i].landing0
	l := landing{pc: at.pc, resume: at.resume, due: at.due, believes: at.believes}
	on, hit, end := g.walk.from(l)
	leads := make([]lead, 0, len(on)+len(hit))
	for _, next := range append(on, hit...) {
		j := g.place(landing0{next.pc, next.resume, next.due, next.believes})
		leads = append(leads, lead{j, g.m.notable(g.sc, next.way)})
	}
	g.ways[i].on, g.ways[i].hit = leads, len(on)
	if g.ways[i].end = end; end && at.pc < atWork {
		g.stand(position{at.pc, at.resume})
	}
}

// land returns where a process can come to from a place, in the order of [model.land];
// false where that place is not known.
func (g *grounds) land(at landing0) (out []landing, ok bool) {
	if g == nil {
		return nil, false
	}
	first, ok := g.index[at]
	if !ok {
		return nil, false
	}
	g.from = append(g.from, make([]came, len(g.ways)-len(g.from))...)
	g.turn++
	ended := map[landing1]bool{}
	type next struct {
		at int
		came
	}
	now, later := []next{{first, came{from: none}}}, []next(nil)
	for len(now)+len(later) > 0 {
		if len(now) == 0 {
			now, later = later, nil
		}
		n := now[0]
		now = now[1:]
		if g.from[n.at].turn == g.turn {
			continue
		}
		n.turn = g.turn
		g.from[n.at] = n.came
		w := &g.ways[n.at]
		if w.end {
			l := landing{pc: w.pc, resume: w.resume, due: w.due, believes: w.believes, told: true, hit: n.hit}
			if w.pc < atWork && g.m.node(g.sc, w.pc).Op == protocol.Opaque {
				g.m.reached[place{int(g.sc), protocol.ID(w.pc)}] = true
				l.pc = atUnknown
			}
			if ending := g.walk.ending(l); !ended[ending] {
				ended[ending] = true
				for i := n.at; i != none; i = g.from[i].from {
					hops := slices.Clone(g.from[i].notable)
					slices.Reverse(hops)
					l.notable = append(l.notable, hops...)
				}
				slices.Reverse(l.notable)
				out = append(out, l)
			}
			continue
		}
		for i, lead := range w.on {
			to := next{lead.to, came{from: n.at, notable: lead.notable, hit: n.hit || i >= w.hit}}
			if i >= w.hit {
				later = append(later, to)
			} else {
				now = append(now, to)
			}
		}
	}
	if len(out) == 0 {
		out = []landing{{pc: atWork, believes: none}}
	}
	return out, true
}

// stand takes down a position and where it leads.
func (g *grounds) stand(at position) {
	if _, known := g.at[at]; known {
		return
	}
	g.at[at] = len(g.spots)
	s := spot{position: at}
	n := g.m.node(g.sc, at.pc)
	go_ := func(id protocol.ID, resume uint16) {
		if id == none {
			s.to = append(s.to, none)
			return
		}
		s.to = append(s.to, g.place(landing0{uint16(id), resume, 0, none}))
	}
	go_(n.Next, at.resume)
	go_(n.Else, at.resume)
	if n.Op == protocol.Spawn {
		go_(n.Body, 0)
	}
	s.own, s.traps = g.look(at)
	if at.resume == 0 {
		for _, waits := range []bool{true, false} {
			for _, sig := range g.m.scripts[g.sc].signals {
				l, ok := g.walk.hit(landing{pc: at.pc, believes: none}, sig, resumption(at.pc, waits))
				switch {
				case !ok:
					s.to = append(s.to, none)
				case l.pc >= atWork:
					s.to = append(s.to, none)
					s.own += fmt.Sprint(" ", l.pc, l.resume, l.due)
				default:
					s.own += fmt.Sprint(" ", l.due, l.resume != 0)
					go_(protocol.ID(l.pc), l.resume)
				}
			}
		}
	}
	g.spots = append(g.spots, s)
}

// look is the operation at a position, and all that is asked of it but where it leads.
// What is said of a descriptor that the script did not open is said of every place.
func (g *grounds) look(at position) (out string, traps []protocol.ID) {
	s := g.m.scripts[g.sc]
	n := s.nodes[at.pc]
	plain := *n.Node
	plain.Next, plain.Else, plain.Handlers, plain.Word = 0, 0, 0, source.Span{}
	if n.Op != protocol.Flock {
		plain.Span = source.Span{}
	}
	out = fmt.Sprint(at.resume != 0, n.Else == none, n.Else == n.Next)
	h := &s.Handlers[n.Handlers]
	armed := func(id protocol.ID) {
		if id != none {
			out += fmt.Sprint(" ", s.Nodes[id].Text)
			traps = append(traps, id)
		}
	}
	armed(h.Exit)
	for sig := range h.Signal {
		out += fmt.Sprint(" ", h.Signal[sig].Do, s.catcher(n.id, protocol.Signal(sig)) != none)
		armed(h.Signal[sig].Armed)
	}
	frame := func(sub protocol.ID) {
		slots, copied := s.frames[sub]
		out += fmt.Sprint(" ", copied, slots, s.redirected[sub])
	}
	for f := s.around[n.id]; f != none; f = s.around[f] {
		frame(f)
	}
	switch {
	case n.Op == protocol.Sub:
		frame(n.id)
	case n.Op == protocol.EndSub && s.due[n.Body], n.Op == protocol.Spawn && n.awaited: // others speak of it by its number
		out += fmt.Sprint(" =", n.id)
	case n.Op == protocol.EndSub:
		frame(n.Body)
		plain.Body = 0
	case n.Op == protocol.Restore:
		redirect := &s.nodes[n.Body]
		out += fmt.Sprint(" ", redirect.save, redirect.fd)
		plain.Body = 0
	case n.Op == protocol.Spawn:
		plain.Body = 0
	case n.Op == protocol.Wait && n.everyone:
		n.own = nil
	}
	if at.resume != 0 && len(s.due) > 0 {
		out += fmt.Sprint(" ", at.resume)
	}
	n.unseen, n.comesBack = s.unseenBy(&n, at.resume), false
	n.Node, n.id, n.tried, n.won = nil, 0, false, false
	return out + fmt.Sprintf("%+v %+v", plain, n), traps
}

// close finds, for every place on the way, the places at which the way can end.
func (g *grounds) close() {
	order := make([]int, len(g.ways)) // 0: not seen
	low := make([]int, len(g.ways))
	g.component = slices.Repeat([]int{none}, len(g.ways))
	var stack []int
	count := 0
	var visit func(int)
	visit = func(i int) {
		count++
		order[i], low[i] = count, count
		stack = append(stack, i)
		for _, lead := range g.ways[i].on {
			j := lead.to
			if order[j] == 0 {
				visit(j)
			}
			if g.component[j] == none {
				low[i] = min(low[i], low[j])
			}
		}
		if low[i] != order[i] {
			return
		}
		c := len(g.ends)
		var ends []int
		for done := false; !done; {
			j := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			g.component[j] = c
			if g.ways[j].end {
				ends = append(ends, j)
			}
			done = j == i
			for _, on := range g.ways[j].on {
				if other := g.component[on.to]; other != none && other != c {
					ends = append(ends, g.ends[other]...)
				}
			}
			if len(ends) > 4*len(g.ways) {
				slices.Sort(ends)
				ends = slices.Compact(ends)
			}
		}
		slices.Sort(ends)
		g.ends = append(g.ends, slices.Compact(ends))
	}
	for i := range g.ways {
		if order[i] == 0 {
			visit(i)
		}
	}
}

// split puts positions into classes until all of a class lead to the same classes.
func (g *grounds) split(marked func(protocol.ID) bool) []int {
	class := make([]int, len(g.spots))
	kinds := map[string]int{}
	number := func(key string) int {
		k, known := kinds[key]
		if !known {
			k = len(kinds)
			kinds[key] = k
		}
		return k
	}
	for i := range g.spots {
		s := &g.spots[i]
		key := s.own
		if marked != nil {
			key += fmt.Sprint(marked(protocol.ID(s.pc)), slices.ContainsFunc(s.traps, marked))
		}
		class[i] = number(key)
	}
	for {
		before := len(kinds)
		clear(kinds)
		sets := map[int]int{}
		known := map[string]int{}
		to := func(place int) int {
			if place == none {
				return none
			}
			c := g.component[place]
			set, done := sets[c]
			if !done {
				key := g.leadsTo(c, class)
				if set, done = known[key]; !done {
					set = len(known)
					known[key] = set
				}
				sets[c] = set
			}
			return set
		}
		next := make([]int, len(g.spots))
		for i := range g.spots {
			key := fmt.Sprint(class[i])
			for _, place := range g.spots[i].to {
				key += fmt.Sprint(" ", to(place))
			}
			next[i] = number(key)
		}
		class = next
		if len(kinds) == before {
			return class
		}
	}
}

// leadsTo describes what a way can end at, by the classes of the positions.
func (g *grounds) leadsTo(component int, class []int) string {
	type ending struct {
		at     int // a class, or a place that is none
		due    uint8
		lacks  guard
		resume uint16
	}
	var all []ending
	for _, i := range g.ends[component] {
		w := &g.ways[i]
		e := ending{due: w.due, lacks: guard{lock: none}}
		if w.believes != none {
			e.lacks = g.m.node(g.sc, uint16(w.believes)).presumes()
		}
		if spot, ok := g.at[position{w.pc, w.resume}]; ok {
			e.at = class[spot]
		} else {
			e.at, e.resume = -1-int(w.pc), w.resume
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b ending) int {
		return cmp.Or(a.at-b.at, int(a.due)-int(b.due), a.lacks.lock-b.lacks.lock, int(a.lacks.mode)-int(b.lacks.mode), int(a.resume)-int(b.resume))
	})
	return fmt.Sprint(slices.Compact(all))
}
