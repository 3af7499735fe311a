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
			if turn >= maxTurns && x.effort == thorough {
				x.full = true
				return out
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
			if name := assignedName(n); name != "" {
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
			v := x.varying(it.Name.Value)
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

// varying is the value of a loop variable, which is another one in every turn.
func (x *walker) varying(name string) value {
	return symbol("$"+name, name+"@"+x.here+varies)
}

// varies marks such a value in its key.
const varies = "~"

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

// rawWords are words as they are written.
func (x *walker) rawWords(words []*syntax.Word) []string {
	var out []string
	for _, w := range words {
		out = append(out, unquoteText(x.raw(w)))
	}
	return out
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
		case *syntax.DeclClause:
			for _, a := range n.Args {
				if a.Name != nil {
					add(a.Name.Value)
				}
			}
		case *syntax.ParamExp:
			if n.Param != nil && n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) {
				add(n.Param.Value)
			}
		case *syntax.Redirect:
			if n.N != nil {
				add(strings.Trim(n.N.Value, "{}"))
			}
		case *syntax.BinaryArithm, *syntax.UnaryArithm:
			if name := assignedName(n); name != "" {
				add(name)
			}
		case *syntax.CallExpr:
			if len(n.Args) == 0 {
				break
			}
			name := n.Args[0].Lit()
			sets, _ := setBy(name, x.rawWords(n.Args[1:]))
			for _, a := range sets {
				add(a)
			}
			for _, fn := range x.may(name) {
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
