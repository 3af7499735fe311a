package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// stmts walks a list of statements.
func (x *walker) stmts(list []*syntax.Stmt, in []flow) []flow {
	outer := x.ctx
	defer func() { x.ctx = outer }()
	var out []flow
	for i, s := range list {
		var going []flow
		if i > 0 && x.isAlways(list[i-1], s) {
			in = x.always(list, i, in)
			continue
		}
		if i > 0 && !slices.ContainsFunc(in, func(f flow) bool { return f.how != onward }) {
			going = in // which nobody else has
		} else {
			for _, f := range in {
				if f.how == onward {
					going = append(going, f)
				} else {
					out = append(out, f)
				}
			}
		}
		if len(going) == 0 {
			return x.merge(out, true)
		}
		x.reading(list, i)
		going = x.merge(going, i > 0 && x.asksStatus(s) || i == 0)
		x.ctx.want = i == len(list)-1 && outer.want || i+1 < len(list) && x.asksStatus(list[i+1]) ||
			i+2 == len(list) && outer.want && x.isAlways(s, list[i+1])
		x.ctx.checked = outer.checked
		x.ctx.ending = outer.ending.among(i, len(list))
		x.ctx.closing = outer.closing && i == len(list)-1
		in = nil
		joined := x.joinedAtOnce(list, i)
		for k, f := range going {
			after := x.stmt
			if joined {
				after = x.joinedHere
			}
			if k == 0 {
				in = after(s, f)
			} else {
				in = append(in, after(s, f)...)
			}
		}
		in = x.read(in, s)
	}
	return x.merge(append(out, in...), true)
}

// asksStatus tells whether a statement looks at how the one before it ended.
func (x *walker) asksStatus(s *syntax.Stmt) bool {
	asks, known := x.asks[s]
	if known {
		return asks
	}
	syntax.Walk(s, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ParamExp:
			asks = asks || n.Param != nil && (n.Param.Value == "?" || n.Param.Value == "status" || n.Param.Value == "PIPESTATUS")
		case *syntax.FuncDecl:
			return false
		case *syntax.CallExpr:
			if len(n.Args) == 1 {
				name := shell.Unescape(n.Args[0].Lit())
				asks = asks || name == "return" || name == "exit"
			}
			if len(n.Args) > 0 {
				for _, fn := range x.may(n.Args[0].Lit()) {
					asks = asks || x.asksFirst(fn)
				}
			}
		}
		return !asks
	})
	x.asks[s] = asks
	return asks
}

// asksFirst tells whether a function begins with a look at how the command before it
// has ended.
func (x *walker) asksFirst(fn function) bool {
	block, ok := fn.decl.Body.Cmd.(*syntax.Block)
	if !ok || len(block.Stmts) == 0 {
		return false
	}
	if asks, known := x.asks[fn.decl.Body]; known {
		return asks
	}
	x.asks[fn.decl.Body] = false // recursion adds nothing
	asks := slices.Contains(shell.VarsOf(fn.text(block.Stmts[0])), "?")
	x.asks[fn.decl.Body] = asks
	return asks
}

// text is a piece of a function as it is written.
func (fn function) text(n syntax.Node) string {
	return fn.src.raw(n)
}

// stmt walks one statement from one flow.
func (x *walker) stmt(s *syntax.Stmt, f flow) []flow {
	x.here = point{x.src, s, x.nested > 0}
	x.at, _ = f.st.vars.get(workingDirectory)
	x.visit(s)
	x.taken++
	if x.full && x.effort == thorough { // a less careful walk takes its place
		return nil
	}
	if len(x.p.Nodes) > x.effort.room() || x.taken > stmtsPerNode*x.effort.room() {
		if x.effort.yields() {
			x.full = true
			return nil
		}
		if !x.full {
			x.full = true
			x.dunno(s, "the script has too many paths to follow")
		}
		n := x.node(protocol.Opaque, s)
		n.Text = "too many paths"
		x.exit(x.then(f, n), n.Span)
		return nil
	}
	outer := x.ctx
	defer func() { x.ctx = outer }()
	if s.Negated {
		x.ctx.want, x.ctx.checked, x.ctx.negated = true, true, true
	}
	f = x.withAsides(s, f)
	var out []flow
	if s.Background || s.Disown || s.Coprocess {
		out = []flow{x.spawn(s, f)}
	} else {
		out = x.command(s, f)
	}
	if x.in.pipes {
		out = x.afterOne(s, out)
	}
	out = x.forgot(out, f.st.told)
	if s.Negated {
		if x.facts.NegatesJumps && slices.ContainsFunc(out, func(f flow) bool { return f.how == continuing }) {
			x.dunno(s, "how a loop ends behind ! continue")
		}
		for i := range out {
			jumps := out[i].how == breaking || out[i].how == continuing
			if out[i].how != onward && !(jumps && x.facts.NegatesJumps) {
				continue
			}
			switch st := out[i].st; {
			case st.status.nonzero:
				out[i].st = st.ok()
			case st.status.key == "0":
				out[i].st = st.fail()
			}
		}
		return out
	}
	return out
}

// errexit ends the flows that failed where set -e ends the shell.
func (x *walker) errexit(out []flow, n syntax.Node) []flow {
	if x.ctx.checked {
		return out
	}
	kept := out[:0]
	for _, f := range x.errTraps(out) {
		if f.how == onward && f.st.opts.errexit && f.st.status.nonzero {
			if x.facts.TrapStatusStays && x.hasErr(f.st) {
				f.st = f.st.endedWith(&unknownStatus)
			}
			kept = append(kept, x.failed(f, n)...)
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

// command walks a statement's command with its redirects.
func (x *walker) command(s *syntax.Stmt, f flow) []flow {
	if x.doubts(s) {
		return x.leave(f.with(f.st.fail()), s)
	}
	left, f, goesOn := x.expanding(s, f)
	if !goesOn {
		return left
	}
	if len(left) == 0 {
		return x.commandFrom(s, f)
	}
	return append(left, x.commandFrom(s, f)...)
}

// commandFrom is command behind the expansions that may end the shell.
func (x *walker) commandFrom(s *syntax.Stmt, f flow) []flow {
	if r := shell.LateNoclobber(s); r != nil && x.matters(r.Word) {
		n := x.node(protocol.Misuse, r)
		n.Text, n.Path, n.Word = protocol.MisuseLateClob, x.path(x.word(r.Word, f.st)), x.span(r.Word)
		f = x.then(f, n)
	}
	if words := x.otherWords(s); len(words) > 0 {
		var out []flow
		fate := leftAlone
		if c, ok := s.Cmd.(*syntax.ForClause); ok {
			fate = x.doneToEach(variableOfLoop(c), c.Do)
		}
		for _, g := range x.printing(fate, func() []flow { return x.substitutions(words, f) }) {
			if g.how != onward {
				out = append(out, g)
				continue
			}
			out = append(out, x.withWords(s, g)...)
		}
		return out
	}
	return x.withWords(s, f)
}

// otherWords lists what stands in a statement beside simple commands and holds
// command substitutions: redirects, here-documents, conditions, lists of loops.
func (x *walker) otherWords(s *syntax.Stmt) nodes {
	list, known := x.shelf.besides[s]
	if known {
		return list
	}
	for _, r := range s.Redirs {
		list = append(list, r)
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		list = nil // see inOrder
	case *syntax.TestClause, *syntax.ArithmCmd, *syntax.LetClause:
		list = append(list, c)
	case *syntax.CaseClause:
		list = append(list, c.Word)
		for _, item := range c.Items {
			for _, p := range item.Patterns {
				list = append(list, p)
			}
		}
	case *syntax.ForClause:
		list = append(list, c.Loop)
	}
	list = list.substituting()
	x.shelf.besides[s] = list
	return list
}

// withWords walks a statement's command whose other words are expanded.
func (x *walker) withWords(s *syntax.Stmt, f flow) []flow {
	switch cmd := s.Cmd.(type) {
	case nil:
		return x.errexit(x.bare(s, f), s)
	case *syntax.CallExpr:
		if job := x.coprocess(s, cmd); job != nil {
			return []flow{x.spawn(job, f)}
		}
		return x.errexit(x.simple(s, cmd, f), s)
	case *syntax.DeclClause:
		return x.declare(cmd, f)
	case *syntax.FuncDecl:
		for _, name := range append(cmd.Names, cmd.Name) {
			switch {
			case name == nil:
			case x.facts.PlainNames && !syntax.ValidName(name.Value) && shell.IsSpecialBuiltin(name.Value):
				x.dunno(s, "a definition of %s, which is no name of a function", name.Value)
				return x.leave(f.with(f.st.fail()), s)
			case x.facts.SpecialFuncs == shell.SpecialCalled && f.st.opts.posix && shell.IsSpecialBuiltin(name.Value):
				return x.leave(f.with(f.st.fail()), s)
			case x.callable(name.Value):
				f.st = x.defined(name.Value, function{cmd, x.src}, f.st)
			case x.facts.SpecialFuncs == shell.SpecialRefused:
				return x.leave(f.with(f.st.fail()), s)
			}
		}
		return x.armedByName(cmd, f.with(f.st.ok()))
	case *syntax.Subshell:
		return x.errexit(x.frame("( )", s, f, s.Redirs, func(f flow) []flow { return x.stmts(cmd.Stmts, []flow{f}) }), s)
	case *syntax.TestDecl:
		return []flow{x.test(cmd, f)}
	}
	switch s.Cmd.(type) {
	case *syntax.TestClause, *syntax.ArithmCmd, *syntax.LetClause:
		return x.compound(s, f)
	}
	x.ctx.ending = x.inside(s)
	if _, loops := s.Cmd.(*syntax.WhileClause); loops {
		x.ctx.closing = false
	}
	if !x.touches(s) && !x.hasErr(f.st) && !f.st.exit.byFunction && !x.losesInPlace(f.st) && !x.leftInPlace(s, f.st) && !x.endsAtFailure(f.st) && !x.untrapsAt(f.st) {
		x.marks.skipped[x.src.place(s)] = true
		if only := x.onlyCommand(s); only != nil {
			return x.stmt(only, f)
		}
		f.st = f.st.prints(literal(""), false)
		n := x.node(protocol.Work, s)
		n.Text, n.Mode, n.Call = x.kind(s.Cmd), x.says(s)|x.endless(s), x.sameText(s)
		if !n.Mode.Has(protocol.Endless) && x.onlySleeps(s) {
			n.Text = "sleep"
		}
		return x.errexit(x.outcome(n, f), s)
	}
	from := len(x.p.Nodes)
	defer func() { x.callsAlike(s, from, x.sameText(s)) }()
	return x.redirected(s, f, func(f flow) []flow { return x.keptBy(s, x.compound(s, f)) })
}

// onlyCommand is the command of a group that is nothing but one command, or nil.
func (x *walker) onlyCommand(s *syntax.Stmt) *syntax.Stmt {
	block, ok := s.Cmd.(*syntax.Block)
	if !ok || len(block.Stmts) != 1 || len(s.Redirs) > 0 || s.Negated {
		return nil
	}
	if _, ok := block.Stmts[0].Cmd.(*syntax.CallExpr); !ok || block.Stmts[0].Background || block.Stmts[0].Negated || len(block.Stmts[0].Redirs) > 0 {
		return nil
	}
	return block.Stmts[0]
}

// kind is the word by which a compound command is known.
func (x *walker) kind(c syntax.Command) string {
	word, _, _ := strings.Cut(strings.TrimSpace(x.raw(c)), " ")
	if line, _, found := strings.Cut(word, "\n"); found {
		word = line
	}
	return word
}

func (x *walker) compound(s *syntax.Stmt, f flow) []flow {
	switch c := s.Cmd.(type) {
	case *syntax.Block:
		return x.stmts(c.Stmts, []flow{f})
	case *syntax.IfClause:
		return x.ifClause(c, f)
	case *syntax.WhileClause:
		return x.while(c, f)
	case *syntax.ForClause:
		return x.forClause(c, f)
	case *syntax.CaseClause:
		return x.caseClause(c, f)
	case *syntax.BinaryCmd:
		return x.binary(c, f)
	case *syntax.TestClause:
		yes, no := x.condition(x.fromTestExpr(c.X), f)
		out := append(yes, no...)
		for i := range out {
			out[i].st = x.computedIn(c.X, out[i].st)
		}
		return x.errexit(out, s)
	case *syntax.ArithmCmd:
		return x.errexit(x.arithmetic(c, f), s)
	case *syntax.LetClause:
		return x.errexit(x.let(c, f), s)
	case *syntax.TimeClause:
		if c.Stmt == nil {
			return []flow{f}
		}
		return x.stmt(c.Stmt, f)
	case *syntax.CoprocClause:
		return []flow{x.spawn(c.Stmt, f)}
	}
	x.dunno(s, "a construct that is not known")
	n := x.node(protocol.Opaque, s)
	n.Text = "unknown construct"
	return []flow{x.both(f, n)}
}

// plain is a command that is nothing to a lock.
func (x *walker) plain(s syntax.Node, name string, f flow, modes ...protocol.Mode) []flow {
	n := x.node(protocol.Work, s)
	n.Text = name
	for _, m := range modes {
		n.Mode |= m
	}
	return x.outcome(n, f)
}

// outcome appends a node and splits the walk only where somebody asks.
func (x *walker) outcome(n protocol.Node, f flow) []flow {
	if x.heeds(f.st) {
		ok, fail := x.fork(f, n)
		return []flow{ok, fail}
	}
	g := x.then(f, n)
	return []flow{g.with(g.st.endedWith(&unknownStatus))}
}

func (x *walker) node(op protocol.Op, at syntax.Node) protocol.Node {
	n := protocol.NewNode(op)
	n.Span = x.span(at)
	return n
}

// asked walks conditions: their status decides.
func (x *walker) asked(list []*syntax.Stmt, f flow) (yes, no, away []flow) {
	outer := x.ctx
	x.ctx.want, x.ctx.checked, x.ctx.ends, x.ctx.ending, x.ctx.negated = true, true, false, notLast, false
	x.ctx.closing = false
	out := x.stmts(list, []flow{f})
	x.ctx = outer
	if len(list) == 0 { // zsh takes an empty condition for true
		return out, nil, nil
	}
	return x.byStatus(list[len(list)-1], out)
}

// byStatus sorts flows by how the last command ended; where that is not known
// the walk splits.
func (x *walker) byStatus(at syntax.Node, in []flow) (yes, no, away []flow) {
	for _, f := range in {
		switch {
		case f.how != onward:
			away = append(away, f)
		case f.st.status.nonzero:
			no = append(no, f)
		case f.st.status.key == "0":
			yes = append(yes, f)
		default:
			n := x.node(protocol.Choose, at)
			n.Text = short(x.raw(at))
			a, b := x.fork(f, n)
			yes, no = append(yes, a), append(no, b)
		}
	}
	return yes, no, away
}

func short(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if len(s) > 60 {
		s = s[:57] + "..."
	}
	return s
}

func (x *walker) ifClause(c *syntax.IfClause, f flow) []flow {
	yes, no, out := x.asked(c.Cond, f)
	for _, g := range x.merge(yes, true) {
		out = append(out, x.stmts(c.Then, []flow{g})...)
	}
	for _, g := range x.merge(no, true) {
		switch {
		case c.Else == nil:
			out = append(out, g.with(g.st.ok()))
		case len(c.Else.Cond) > 0:
			out = append(out, x.ifClause(c.Else, g)...)
		default:
			out = append(out, x.stmts(c.Else.Then, []flow{g})...)
		}
	}
	return out
}

func (x *walker) binary(c *syntax.BinaryCmd, f flow) []flow {
	switch c.Op {
	case syntax.Pipe, syntax.PipeAll:
		return x.pipeline(c, f)
	}
	outer := x.ctx
	x.ctx.want, x.ctx.checked, x.ctx.ending, x.ctx.closing = true, true, notLast, false
	if c.Op == syntax.OrStmt {
		x.ctx.ends = onlyExits(c.Y)
	} else {
		x.ctx.ends = outer.ends || !outer.checked // nothing runs instead
	}
	left := x.merge(x.stmt(c.X, f), true)
	x.ctx = outer
	yes, no, out := x.byStatus(c.X, left)
	if c.Op == syntax.OrStmt {
		yes, no = no, yes
	}
	out = append(out, no...)
	for _, g := range x.merge(yes, true) {
		out = append(out, x.stmt(c.Y, g)...)
	}
	return out
}

// onlyExits tells whether a command is an exit that tells of a failure and of
// nothing else: what a shell does by itself where a failing exec ends it.
func onlyExits(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(c.Args) == 0 || len(c.Args) > 2 || c.Args[0].Lit() != "exit" {
		return false
	}
	return len(c.Args) == 1 || c.Args[1].Lit() == "1" || c.Args[1].Lit() == "2"
}
