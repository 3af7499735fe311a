package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// turns walks a loop. begins is walked from a flow that is about to begin a turn
// and returns the flows that begin the body and those that leave the loop.
func (x *walker) turns(at syntax.Node, f flow, begins func(flow) (body, done []flow), do []*syntax.Stmt) []flow {
	type head struct {
		key    key
		status string // where the loop asks first how the command before a turn has ended
	}
	heads := map[head]protocol.ID{}
	begin := []flow{f}
	var out []flow
	place := x.here
	if x.effort == exact {
		return x.exactTurns(at, f, begins, do)
	}
	asks := x.asksBefore(at)
	for _, name := range x.assignedIn(at) {
		// Flags are followed from turn to turn; what else a turn changes is not known in it.
		if was, ok := f.st.vars.get(name); ok && !x.in.flag(name) {
			v := x.fresh(name)
			v.mixed = was.private || was.mixed
			f.st = f.st.set(name, v)
		}
	}
	f.st = f.st.without(lastTurn) // of a loop around
	tells := x.tellsTurns(at, do)
	if tells {
		begin = []flow{f.with(f.st.set(lastTurn, literal("0")))}
	}
	first := f.st
	for turn := 0; len(begin) > 0; turn++ {
		var next []flow
		for _, g := range x.merge(begin, asks) {
			if turn >= 1 { // what a turn changes is not known in the next ones
				x.here = place
				ended := g.st
				g.st = x.widen(g.st, x.withFlags(first, g.st, turn))
				if v, ok := ended.vars.get(lastTurn); tells && ok {
					g.st = g.st.set(lastTurn, v)
				}
				if asks {
					g.st = g.st.withStatus(*ended.status)
				}
			}
			if p := g.st.params; turn >= maxShifts && !p.same(first.params) && (p.open() || len(p.list)+turn > maxTurns) {
				g.st = x.renewed(g.st)
			}
			now := head{key: g.st.key()}
			if asks {
				now.status = g.st.status.key
			}
			if id, ok := heads[now]; ok {
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
			ended := g.st.status
			g = x.then(g, n)
			if asks {
				g.st = g.st.endedWith(ended)
			}
			now.key = g.st.key()
			heads[now] = g.from[0].node
			again, gone := x.turn(at, g, begins, do, asks)
			for i := range again {
				if tells {
					again[i].st = again[i].st.set(lastTurn, *again[i].st.status)
				}
			}
			next, out = append(next, again...), append(out, gone...)
		}
		begin = next
	}
	for i := range out {
		if tells {
			out[i].st = out[i].st.without(lastTurn)
		}
	}
	return out
}

// flagTurns is for how many turns of a loop its flags are followed.
const flagTurns = 4

// withFlags is the state before a loop with the flags that a turn has left behind.
func (x *walker) withFlags(first, now *state, turn int) *state {
	if turn > flagTurns {
		return first
	}
	for name, v := range now.vars.all() {
		if x.in.split[name] && !x.in.counts(name) && (v.known || v.nonzero) {
			first = first.set(name, v)
		}
	}
	return first
}

// turn walks one turn of a loop and returns the flows that begin the next one, and
// those that have left the loop.
func (x *walker) turn(at syntax.Node, g flow, head func(flow) (body, done []flow), do []*syntax.Stmt, asks bool) (next, out []flow) {
	outer := x.ctx
	body, done := head(g)
	x.ctx.loops++
	x.ctx.want = asks
	body = x.live.turn(func() []flow { return x.stmts(do, body) })
	x.ctx = outer
	for _, h := range body {
		switch {
		case h.how == onward:
			next = append(next, h.with(x.counted(at, h.st)))
		case h.how == continuing && h.levels <= 1:
			next = append(next, h.going(onward).with(x.counted(at, h.st)))
		case h.how == breaking && h.levels <= 1:
			out = append(out, h.going(onward))
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
		x.ctx.loops++
		yes, no, away := x.asked(c.Cond, g)
		x.ctx.loops--
		if c.Until {
			yes, no = no, yes
		}
		for _, h := range no {
			done = append(done, h.with(x.afterTurns(c.Do, g.st, h.st)))
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
	if words && !syntax.ValidName(it.Name.Value) {
		x.dunno(c, "%s is no name of a variable", it.Name.Value)
	} else if words {
		x.refusesOne(it.Name.Value, c, true, f.st)
	}
	if x.effort == exact && words && x.list(it.Items, f.st) {
		return x.each(it.Name.Value, x.all(it.Items, f.st), c.Do, f)
	}
	if list, ok := x.unrolled(c, f.st); ok {
		return x.each(it.Name.Value, list, c.Do, f)
	}
	if words && it.InPos.IsValid() && len(it.Items) == 0 {
		return []flow{f.with(f.st.ok())}
	}
	if words && len(it.Items) > 0 && x.effort != exact && !slices.ContainsFunc(it.Items, func(w *syntax.Word) bool { return !x.isNoWord(w, f.st) }) {
		return []flow{f.with(f.st.ok())}
	}
	head, counts := c.Loop.(*syntax.CStyleLoop)
	if counts && head.Init != nil {
		f.st = x.evaluated(head.Init, f.st)
	}
	if words && len(it.Items) == 1 && x.oneWord(it.Items[0], f.st) { // for x in one: a turn, then the end
		return x.each(it.Name.Value, []value{x.word(it.Items[0], f.st)}, c.Do, f)
	}
	first := true
	return x.turns(c, f, func(g flow) (body, done []flow) {
		before := g.st
		if words {
			v := x.varying(it.Name.Value)
			for _, w := range it.Items {
				item := x.word(w, g.st)
				v.lockish = v.lockish || item.lockish
				v.private = v.private || item.private && !item.known
			}
			if list, ok := x.removed(it.Items, g.st); ok && len(list) == 1 && startsJobs(c.Do) && x.doneToEach(it.Name.Value, c.Do) != leftAlone {
				v = list[0] // each job is about one of them
			}
			g.st = x.inTurn(g.st, it.Name.Value, v)
		}
		if words && first && (shell.AllLiteral(it.Items) || x.overJobs(it.Items, it.Name.Value, c.Do)) {
			first = false // a list that is written down has at least one word
			return []flow{g}, nil
		}
		if counts && head.Cond != nil {
			if truth, known := x.arithmeticExpr(head.Cond, g.st); known {
				body, done = decided(truth, g)
				for i := range done {
					done[i].st = x.afterTurns(c.Do, g.st, done[i].st)
				}
				return body, done
			}
		}
		n := x.node(protocol.Choose, c)
		n.Text = "another turn"
		yes, no := x.fork(g, n)
		if words && x.facts.LoopLocals { // without a turn the function has no such variable
			no.st = before
		}
		no.st = x.afterTurns(c.Do, g.st, no.st)
		if counts {
			yes.st, no.st = x.bounded(head.Cond, yes.st, no.st)
		}
		return []flow{yes}, []flow{no}
	}, c.Do)
}

// inTurn is the state in which a turn of a loop begins that is about v.
func (x *walker) inTurn(s *state, name string, v value) *state {
	if x.facts.LoopLocals && !s.opts.loopsShare {
		s = s.local(name)
	}
	return s.set(name, v)
}

// varying is the value of a loop variable, which is another one in every turn.
func (x *walker) varying(name string) value {
	return symbol("$"+name, name+"@"+x.here.key()+varies)
}

// varies marks such a value in its key.
const varies = "~"

// counted is the state after what for ((…; …; here)) does at the end of a turn.
func (x *walker) counted(loop syntax.Node, s *state) *state {
	if c, ok := loop.(*syntax.ForClause); ok {
		if head, ok := c.Loop.(*syntax.CStyleLoop); ok && head.Post != nil {
			return x.evaluated(head.Post, s)
		}
	}
	return s
}

// bounded remembers what a comparison of a counter with its bound has come to.
func (x *walker) bounded(e syntax.ArithmExpr, yes, no *state) (*state, *state) {
	op, left, right, ok := shell.ComparedWords(e)
	if !ok {
		return yes, no
	}
	a, b := x.arithmeticValue(left, yes), x.arithmeticValue(right, yes)
	fact, positive := factOf(op, a, b)
	if fact == "" || a.known == b.known {
		return yes, no
	}
	return yes.answer(fact, positive), no.answer(fact, !positive)
}

// mostUnrolled is how many words of a list are walked one by one.
const mostUnrolled = 8

// startsJobs tells whether some of the commands run in the background.
func startsJobs(list []*syntax.Stmt) (starts bool) {
	for _, s := range list {
		syntax.Walk(s, func(n syntax.Node) bool {
			s, ok := n.(*syntax.Stmt)
			starts = starts || ok && s.Background
			return !starts
		})
	}
	return starts
}

// unrolled lists the words of a loop where they are known and it matters which of them
// a turn is about.
func (x *walker) unrolled(c *syntax.ForClause, s *state) (list []value, ok bool) {
	it, isList := c.Loop.(*syntax.WordIter)
	if isList && x.effort != exact && x.doneToEach(it.Name.Value, c.Do) != leftAlone {
		if list, ok := x.removed(it.Items, s); ok && !startsJobs(c.Do) {
			return list, true
		}
	}
	if !isList || x.effort != thorough || len(it.Items) == 0 || !x.usedInEarnest(it.Name.Value, c.Do) {
		return nil, false
	}
	for _, w := range it.Items {
		words, loose := x.fields(w, s)
		if loose || shell.IsPattern(w) && len(words) == 1 {
			return nil, false
		}
		for _, v := range words {
			if !v.known {
				return nil, false
			}
		}
		list = append(list, words...)
	}
	return list, len(list) > 0 && len(list) <= mostUnrolled
}

// usedInEarnest tells whether it matters which word a turn is about: it says which signals
// a trap is for, which variables are set or which descriptor is locked, it is compared
// with something, or who does not get the lock of one turn is turned away, so that all of
// them are wanted. Other locks that are taken one after the other are not told apart by their
// names alone: as many runs as there are locks would each get one, and none be turned away.
func (x *walker) usedInEarnest(name string, body []*syntax.Stmt) bool {
	used := false
	mentions := func(n syntax.Node) bool { return slices.Contains(shell.VarsOf(x.raw(n)), name) }
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.CallExpr:
				command := ""
				if len(n.Args) > 0 {
					command = n.Args[0].Lit()
				}
				used = used || isA(command, weighsWords|setsOperands) && mentions(n)
			case *syntax.TestClause, *syntax.ArithmCmd:
				used = used || mentions(n)
			case *syntax.BinaryCmd:
				used = used || n.Op == syntax.OrStmt && claimsWith(n.X, mentions) && alwaysEnds(n.Y)
			case *syntax.IfClause:
				used = used || len(n.Cond) == 1 && n.Cond[0].Negated && claimsWith(n.Cond[0], mentions) && len(n.Then) > 0 && alwaysEnds(n.Then[len(n.Then)-1])
			case *syntax.CaseClause:
				used = used || mentions(n.Word)
			case *syntax.Assign: // which one it was is kept
				used = used || n.Name != nil && n.Value != nil && mentions(n.Value) && !shell.HasSubstitution(n.Value) && x.in.core[n.Name.Value]
			case *syntax.Redirect:
				copies := n.Op == syntax.DplOut || n.Op == syntax.DplIn
				used = used || copies && mentions(n.Word)
			}
			return !used
		})
	}
	return used
}

// claimsWith tells whether a statement makes a name that is a lock where it is not there
// yet, and which is mentioned.
func claimsWith(s *syntax.Stmt, mentions func(syntax.Node) bool) (claims bool) {
	syntax.Walk(s, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			if len(n.Args) > 1 {
				switch n.Args[0].Lit() {
				case "mkdir", "ln", "link":
					claims = claims || mentions(n.Args[len(n.Args)-1])
				}
			}
		case *syntax.Redirect:
			claims = claims || n.Op == syntax.RdrOut && n.Word != nil && mentions(n.Word) // noclobber may be set
		}
		return !claims
	})
	return claims
}

// alwaysEnds tells whether the last thing that a statement does is to end the run.
func alwaysEnds(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		return len(c.Args) > 0 && (c.Args[0].Lit() == "exit" || c.Args[0].Lit() == "return")
	case *syntax.Block:
		return len(c.Stmts) > 0 && alwaysEnds(c.Stmts[len(c.Stmts)-1])
	}
	return false
}

// list tells whether the words of a loop are known, one by one.
func (x *walker) list(words []*syntax.Word, s *state) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(w *syntax.Word) bool { return !x.oneWord(w, s) })
}

// each walks a loop over known words: a turn for each.
func (x *walker) each(name string, list []value, do []*syntax.Stmt, f flow) []flow {
	going, out := []flow{f}, []flow(nil)
	for _, v := range list {
		var next []flow
		for _, g := range x.merge(going, false) {
			again, gone := x.turn(nil, g.with(x.inTurn(g.st, name, v)), func(f flow) (body, done []flow) { return []flow{f}, nil }, do, false)
			next, out = append(next, again...), append(out, gone...)
		}
		going = next
	}
	return append(out, going...)
}

// oneWord tells whether a word is known and stays one: no pattern, no list.
func (x *walker) oneWord(w *syntax.Word, s *state) bool {
	if name := shell.ParamOf(w); name == "@" && len(s.params.list) != 1 {
		return false
	}
	v := x.word(w, s)
	return v.known && !shell.IsPattern(w) && (v.quoted || v.text != "" && !strings.ContainsAny(v.text, "*?["+x.separators()))
}

// isNoWord tells whether nothing comes of a word: of "$@" where there are no parameters, and
// of what is empty and not quoted.
func (x *walker) isNoWord(w *syntax.Word, s *state) bool {
	if name := shell.ParamOf(w); name == "@" {
		return len(s.params.list) == 0 && !s.params.open()
	}
	if inQuotes, _ := shell.OnlyPart(w); inQuotes || shell.IsWritten(w) {
		return false
	}
	v := x.word(w, s)
	return v.blank() && !v.quoted
}

// rawWords are words as they are written.
func (x *walker) rawWords(words []*syntax.Word) []string {
	var out []string
	for _, w := range words {
		out = append(out, shell.UnquoteText(x.raw(w)))
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
			if n.N != nil && n.Word.Lit() != "-" { // {fd}>&- reads it
				add(strings.Trim(n.N.Value, "{}"))
			}
		case *syntax.BinaryArithm, *syntax.UnaryArithm:
			if name := shell.AssignedName(n); name != "" {
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

// foreachCommand stands where foreach begins a loop, which is read as a command: how
// often the commands behind it run is not known. Elsewhere it is a name like any other.
func foreachCommand(x *walker, c *call, f flow) []flow {
	if !x.facts.Foreach {
		return x.external(c, f)
	}
	x.dunno(c.at, "a loop of foreach and end")
	n := x.node(protocol.Opaque, c.at)
	n.Text = "foreach"
	return []flow{x.both(f, n)}
}
