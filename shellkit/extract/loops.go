package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// turns walks a loop. head is walked from a flow that is about to begin a turn
// and returns the flows that begin the body and those that leave the loop.
func (x *walker) turns(at syntax.Node, f flow, head func(flow) (body, done []flow), do []*syntax.Stmt) []flow {
	heads := map[key]protocol.ID{}
	begin := []flow{f}
	var out []flow
	place := x.here
	if x.effort == exact {
		return x.exactTurns(at, f, head, do)
	}
	for _, name := range x.assignedIn(at) {
		// Flags are followed from turn to turn; what else a turn changes is not known in it.
		if _, ok := f.st.vars[name]; ok && !x.in.flag(name) {
			f.st = f.st.set(name, x.fresh(name))
		}
	}
	first := f.st
	for turn := 0; len(begin) > 0; turn++ {
		var next []flow
		for _, g := range x.merge(begin, false) {
			if turn >= 1 { // what a turn changes is not known in the next ones
				x.here = place
				g.st = x.widen(g.st, first)
			}
			if id, ok := heads[g.st.key()]; ok {
				x.connect(g, id)
				continue
			}
			if turn >= maxTurns {
				n := x.node(protocol.Opaque, at)
				n.Text = "a loop that changes with every turn"
				x.dunno(at, "%s", n.Text)
				out = append(out, x.then(g, n))
				continue
			}
			n := x.node(protocol.Work, at)
			n.Text, n.Mode = "turn", protocol.Quiet
			g = x.then(g, n)
			heads[g.st.key()] = g.from[0].node
			again, gone := x.turn(g, head, do)
			next, out = append(next, again...), append(out, gone...)
		}
		begin = next
	}
	return out
}

// forgets returns the state at the beginning of a turn without what the turn before
// has changed and what every turn may change again: a counter, and after some turns
// all but a list that is worked off, which ends by itself.
func (x *walker) forgets(now, before *state, turns int) *state {
	other := now
	for name, v := range now.vars {
		old, had := before.vars[name]
		switch {
		case had && old == v:
		case v.known && old.known && len(v.text) < len(old.text):
		case x.in.counts(name):
			other = other.set(name, old)
		case turns >= maxAsked && had:
			other = other.set(name, old)
		case turns >= maxAsked:
			other = other.without(name)
		}
	}
	return x.widen(now, other)
}

// turn walks one turn of a loop and returns the flows that begin the next one, and
// those that have left the loop.
func (x *walker) turn(g flow, head func(flow) (body, done []flow), do []*syntax.Stmt) (next, out []flow) {
	outer := x.ctx
	body, done := head(g)
	x.ctx.loops++
	x.ctx.want = false
	body = x.live.turn(func() []flow { return x.stmts(do, body) })
	x.ctx = outer
	for _, h := range body {
		switch {
		case h.how == onward:
			next = append(next, h)
		case h.how == continuing && h.levels <= 1:
			next = append(next, h.going(onward))
		case h.how == breaking && h.levels <= 1:
			out = append(out, h.going(onward).with(h.st.ok()))
		case h.how == breaking || h.how == continuing:
			h.levels--
			out = append(out, h)
		default:
			out = append(out, h)
		}
	}
	return next, append(out, done...)
}

// Bounds of the turns of an exact walk.
const (
	maxExact = 200 // turns in which nothing was asked
	maxAsked = 8   // turns in which something was; then what a turn changes is forgotten
)

// exactTurns walks a loop with all that is known in every turn. A loop in which the
// world is asked may take any number of turns: after some, what a turn has changed
// is not known in the next one.
func (x *walker) exactTurns(at syntax.Node, f flow, head func(flow) (body, done []flow), do []*syntax.Stmt) []flow {
	type round struct {
		flow
		before *state // at the beginning of the turn before; nil in the first
		turns  int
		asked  int // of them
	}
	heads := map[key]protocol.ID{}
	place := x.here
	var out []flow
	for todo := []round{{flow: f}}; len(todo) > 0; {
		r := todo[0]
		todo = todo[1:]
		if r.asked > 0 && r.before != nil {
			x.here = place
			r.st = x.forgets(r.st, r.before, r.asked)
		}
		if r.st.traps() == "" {
			r.flow = x.without(r.flow, x.live.around[len(x.live.around)-1].head)
		}
		if id, ok := heads[r.st.key()]; ok {
			x.connect(r.flow, id)
			continue
		}
		n := x.node(protocol.Work, at)
		if r.turns >= maxExact {
			n.Op, n.Text = protocol.Opaque, "a loop that changes with every turn"
			x.dunno(at, "%s", n.Text)
			out = append(out, x.then(r.flow, n))
			continue
		}
		n.Text, n.Mode = "turn", protocol.Quiet
		g := x.then(r.flow, n)
		heads[g.st.key()] = g.from[0].node
		questions := x.questions
		again, gone := x.turn(g, head, do)
		out = append(out, gone...)
		next := round{before: g.st, turns: r.turns + 1, asked: r.asked}
		if x.questions > questions {
			next.asked++
		}
		for _, h := range x.merge(again, false) {
			next.flow = h
			todo = append(todo, next)
		}
	}
	return out
}

func (x *walker) while(c *syntax.WhileClause, f flow) []flow {
	return x.turns(c, f, func(g flow) (body, done []flow) {
		yes, no, away := x.asked(c.Cond, g)
		if c.Until {
			yes, no = no, yes
		}
		for _, h := range no {
			done = append(done, h.with(h.st.ok()))
		}
		for _, h := range away {
			if h.how == breaking && h.levels <= 1 {
				h = h.going(onward)
			}
			done = append(done, h)
		}
		return yes, done
	}, c.Do)
}

func (x *walker) forClause(c *syntax.ForClause, f flow) []flow {
	it, words := c.Loop.(*syntax.WordIter)
	if x.effort == exact && words && x.list(it.Items, f.st) {
		return x.each(it, c.Do, f)
	}
	if head, ok := c.Loop.(*syntax.CStyleLoop); ok && head.Init != nil {
		syntax.Walk(head.Init, func(n syntax.Node) bool {
			for _, name := range arithmeticNames(n) {
				f.st = f.st.set(name, x.fresh(name))
			}
			return true
		})
	}
	once := words && len(it.Items) == 1 && x.oneWord(it.Items[0], f.st)
	first := true
	return x.turns(c, f, func(g flow) (body, done []flow) {
		if once { // for x in one: a turn, then the end
			if first {
				first = false
				return []flow{g.with(g.st.set(it.Name.Value, x.word(it.Items[0], g.st)))}, nil
			}
			return nil, []flow{g}
		}
		if words {
			v := x.fresh(it.Name.Value)
			for _, w := range it.Items {
				item := x.word(w, g.st)
				v.lockish = v.lockish || item.lockish
				v.private = v.private || item.private && !item.known
			}
			g.st = g.st.set(it.Name.Value, v)
		}
		if words && first && allLiteral(it.Items) {
			first = false // a list that is written down has at least one word
			return []flow{g}, nil
		}
		n := x.node(protocol.Choose, c)
		n.Text = "another turn"
		yes, no := x.fork(g, n)
		no.st = no.st.ok()
		return []flow{yes}, []flow{no}
	}, c.Do)
}

// list tells whether the words of a loop are known, one by one.
func (x *walker) list(words []*syntax.Word, s *state) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(w *syntax.Word) bool { return !x.oneWord(w, s) })
}

// each walks a loop over known words: a turn for each.
func (x *walker) each(it *syntax.WordIter, do []*syntax.Stmt, f flow) []flow {
	going, out := []flow{f}, []flow(nil)
	for _, w := range it.Items {
		var next []flow
		for _, g := range x.merge(going, false) {
			again, gone := x.turn(g.with(g.st.set(it.Name.Value, x.word(w, g.st))), func(f flow) (body, done []flow) { return []flow{f}, nil }, do)
			next, out = append(next, again...), append(out, gone...)
		}
		going = next
	}
	return append(out, going...)
}

// oneWord tells whether a word is known and stays one: no pattern, no list.
func (x *walker) oneWord(w *syntax.Word, s *state) bool {
	v := x.word(w, s)
	return v.known && !globs(w) && (v.quoted || !strings.ContainsAny(v.text, "*?[ \t\n"))
}

// globs tells whether a word is written as a pattern of names, or with braces.
func globs(w *syntax.Word) bool {
	return slices.ContainsFunc(w.Parts, func(part syntax.WordPart) bool {
		l, ok := part.(*syntax.Lit)
		return ok && strings.ContainsAny(l.Value, "*?[{")
	})
}

func allLiteral(words []*syntax.Word) bool {
	for _, w := range words {
		if w.Lit() == "" {
			return false
		}
	}
	return len(words) > 0
}

// assignedIn lists the variables that a piece of script may assign.
func (x *walker) assignedIn(n syntax.Node) []string {
	if names, ok := x.changes[n]; ok {
		return names
	}
	x.changes[n] = nil // recursion adds nothing
	seen := map[string]bool{}
	var names []string
	add := func(name string) {
		if x.in.follows(name) && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				add(n.Name.Value)
			}
		case *syntax.ForClause:
			if it, ok := n.Loop.(*syntax.WordIter); ok {
				add(it.Name.Value)
			}
		case *syntax.BinaryArithm, *syntax.UnaryArithm:
			for _, name := range arithmeticNames(n) {
				add(name)
			}
		case *syntax.CallExpr:
			if len(n.Args) == 0 {
				break
			}
			name := n.Args[0].Lit()
			if name == "read" {
				for _, w := range n.Args[1:] {
					add(w.Lit())
				}
			}
			if fn, ok := x.funcs[name]; ok {
				for _, a := range x.assignedIn(fn.decl.Body) {
					add(a)
				}
			}
		}
		return true
	})
	x.changes[n] = names
	return names
}

func arithmeticNames(n syntax.Node) []string {
	var names []string
	word := func(e syntax.ArithmExpr) {
		if w, ok := e.(*syntax.Word); ok && w.Lit() != "" {
			names = append(names, w.Lit())
		}
	}
	switch n := n.(type) {
	case *syntax.BinaryArithm:
		switch n.Op {
		case syntax.Assgn, syntax.AddAssgn, syntax.SubAssgn, syntax.MulAssgn, syntax.QuoAssgn, syntax.RemAssgn:
			word(n.X)
		}
	case *syntax.UnaryArithm:
		if n.Op == syntax.Inc || n.Op == syntax.Dec {
			word(n.X)
		}
	}
	return names
}

// arithmetic walks (( … )) and let: what they assign is not worked out.
func (x *walker) arithmetic(c syntax.Command, f flow) []flow {
	if cmd, ok := c.(*syntax.ArithmCmd); ok {
		if n, st, ok := x.computed(cmd.X, f.st); ok {
			f.st = st
			if n != 0 {
				return []flow{f.with(st.ok())}
			}
			return []flow{f.with(st.withStatus(statusValue(1)))}
		}
	}
	syntax.Walk(c, func(n syntax.Node) bool {
		for _, name := range arithmeticNames(n) {
			f.st = f.st.set(name, x.fresh(name))
		}
		return true
	})
	if !x.ctx.want && !(f.st.opts.errexit && !x.ctx.checked) {
		return []flow{f.with(f.st.withStatus(unknownStatus))}
	}
	if yes, known := x.arithmeticTruth(c, f.st); known {
		if yes {
			return []flow{f.with(f.st.ok())}
		}
		return []flow{f.with(f.st.fail())}
	}
	if yes, no, ok := x.arithmeticAge(c, f); ok {
		return append(yes, no...)
	}
	n := x.node(protocol.Choose, c)
	n.Text = short(x.raw(c))
	yes, no := x.fork(f, n)
	if cmd, ok := c.(*syntax.ArithmCmd); ok {
		if e, ok := cmd.X.(*syntax.BinaryArithm); ok {
			a, okA := e.X.(*syntax.Word)
			b, okB := e.Y.(*syntax.Word)
			if okA && okB {
				yes.st = x.learnMore(a.Lit(), e.Op.String(), x.arithmeticValue(a, f.st), x.arithmeticValue(b, f.st), yes.st)
			}
		}
	}
	return []flow{yes, no}
}

// arithmeticAge walks (( now - made > 3600 )) and its like.
func (x *walker) arithmeticAge(c syntax.Command, f flow) (yes, no []flow, ok bool) {
	cmd, isArithm := c.(*syntax.ArithmCmd)
	if !isArithm {
		return nil, nil, false
	}
	e, isBinary := cmd.X.(*syntax.BinaryArithm)
	if !isBinary || !strings.ContainsAny(e.Op.String(), "<>") {
		return nil, nil, false
	}
	if a := x.ageIn(e.X, f.st); a.of != 0 {
		yes, no = x.older(a, e.Op.String(), c, f)
		return yes, no, true
	}
	if a := x.ageIn(e.Y, f.st); a.of != 0 {
		yes, no = x.older(a, flipped(e.Op.String()), c, f)
		return yes, no, true
	}
	return nil, nil, false
}

// arithmeticTruth decides (( x )), (( $? == 0 )) and their like where the value is known.
func (x *walker) arithmeticTruth(c syntax.Command, s *state) (truth, known bool) {
	cmd, ok := c.(*syntax.ArithmCmd)
	if !ok {
		return false, false
	}
	return x.arithmeticExpr(cmd.X, s)
}

func (x *walker) arithmeticExpr(e syntax.ArithmExpr, s *state) (truth, known bool) {
	switch e := e.(type) {
	case *syntax.ParenArithm:
		return x.arithmeticExpr(e.X, s)
	case *syntax.UnaryArithm:
		if e.Op == syntax.Not {
			t, k := x.arithmeticExpr(e.X, s)
			return !t, k
		}
	case *syntax.Word:
		v := x.arithmeticValue(e, s)
		if v.nonzero {
			return true, true
		}
		if n, ok := number(v.text); ok && v.known {
			return n != 0, true
		}
	case *syntax.BinaryArithm:
		a, okA := e.X.(*syntax.Word)
		b, okB := e.Y.(*syntax.Word)
		if okA && okB {
			if t, k := compare(e.Op.String(), x.arithmeticValue(a, s), x.arithmeticValue(b, s)); k {
				return t, true
			}
		}
	}
	return false, false
}

// arithmeticValue is a word's value where a bare name is a variable.
func (x *walker) arithmeticValue(w *syntax.Word, s *state) value {
	if name := w.Lit(); syntax.ValidName(name) {
		return x.variable(name, s)
	}
	return x.word(w, s)
}
