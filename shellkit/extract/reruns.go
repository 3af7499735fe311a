package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A script that takes its lock by running itself under flock begins anew, in a second
// life: there it must find that it has been here before. Who misspells what tells it so
// asks for the lock once more, and finds it held by himself.

// findGuards notes the variables that are asked before a script runs itself: the
// environment of its first life has none of them.
func (in *interest) findGuards(file *syntax.File) {
	in.guards = map[string]bool{}
	guard := func(condition []syntax.Node, then ...*syntax.Stmt) {
		if !slices.ContainsFunc(then, in.reruns) {
			return
		}
		for _, n := range condition {
			for _, name := range shell.VarsOf(in.raw(n)) {
				in.guards[name] = true
			}
		}
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.BinaryCmd:
			guard([]syntax.Node{n.X}, n.Y)
		case *syntax.IfClause:
			var condition []syntax.Node
			for _, s := range n.Cond {
				condition = append(condition, s)
			}
			guard(condition, n.Then...)
			if n.Else != nil && len(n.Else.Cond) == 0 {
				guard(condition, n.Else.Then...)
			}
		}
		return true
	})
}

// reruns tells whether a statement makes the script run itself under flock, in its own
// place.
func (in *interest) reruns(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(c.Args) < 3 || c.Args[0].Lit() != "exec" {
		return false
	}
	raw := in.raw(c)
	return strings.Contains(raw, "flock") && (strings.Contains(raw, "$0") || strings.Contains(raw, "${0}") || strings.Contains(raw, "BASH_SOURCE"))
}

// again recognises the script that runs itself under a lock:
// exec flock -en "$0" "$0" "$@". The first life ends here; in the second the script
// begins anew, with the lock held.
func (x *walker) again(c *call, f flow) ([]flow, bool) {
	given := c
	for len(c.args) > 1 && (c.name() == "env" || strings.Contains(c.args[0].text, "=")) {
		c = c.rest(1, true)
	}
	if len(c.args) < 3 || c.name() != "flock" {
		return nil, false
	}
	r := flockOptions(c)
	if r.operand+1 >= len(c.args) {
		return nil, false
	}
	command := c.args[r.operand+1]
	if !command.isOwnName() && !strings.Contains(command.text, "BASH_SOURCE") {
		return nil, false
	}
	if x.nested > 0 { // the second life comes here as well, while it has the lock
		inner, lost := x.underItself(c, r, hidden+2, f)
		return append(lost, x.replaced(inner, c.at)...), true
	}
	got, out := x.underItself(c, r, hidden+1, f)
	if x.root == nil || x.effort == exact || x.src.name != x.p.File || x.ctx.sub != nil || x.strange {
		return append(out, got), true
	}
	st := got.st.clone()
	st.vars, st.frame, st.opts, st.status = x.environment(given, got.st), nil, options{}, &success
	st.opts.errexit = shebangErrexit(x.src.text)
	before := len(x.p.Nodes)
	x.restart(got.with(st.with(c.rest(r.operand+1, true).arguments(1))))
	if !slices.ContainsFunc(x.p.Nodes[before:], func(n protocol.Node) bool { return works(n) || writesFile(n) }) {
		x.fated(protocol.Site{What: protocol.WorkSite, Fate: protocol.Dead, Why: "the script that is run under the lock comes to no work", Span: x.span(c.at)})
	}
	return out, true
}

// writesFile tells of a write, also into the file that is locked: who locks the list that he
// adds to has come to what the lock is for.
func writesFile(n protocol.Node) bool { return n.Op == protocol.Create || n.Op == protocol.Store }

// environment is what the second life finds there: what is exported, and what env sets.
func (x *walker) environment(c *call, s *state) *vars {
	var words []*syntax.Word
	for i, w := range c.words {
		if i < len(c.args) && c.args[i].text != "flock" {
			words = append(words, w)
		}
	}
	return x.assignedBy(words, s, x.exported(c, s))
}

// restart walks the whole script once more, in the process that it has taken the place of.
func (x *walker) restart(f flow) {
	funcs, ctx := x.funcs, x.ctx
	x.funcs = map[string]function{}
	for name, fn := range x.in.funcs {
		x.funcs[name] = function{fn, x.src}
	}
	x.ctx = context{ending: x.atEnd(x.root, x.src.text)}
	x.nested++
	x.finish(x.stmts(x.root.Stmts, []flow{f}))
	x.nested--
	x.funcs, x.ctx = funcs, ctx
}

// underItself walks what flock does before it runs the script: it opens the file and locks
// it. out is where it does not come to that.
func (x *walker) underItself(c *call, r request, fd int, f flow) (got flow, out []flow) {
	open := x.node(protocol.Open, c.at)
	open.FD, open.Path, open.Mode = fd, x.path(c.args[r.operand]), protocol.Read|protocol.Creat
	open.Word = x.span(x.atWord(c.word(r.operand)))
	open.Span = x.between(c.expr.Pos(), c.expr.End())
	opened, missing := x.fork(f, open)
	n := x.node(protocol.Flock, c.at)
	n.FD, n.Mode, n.Word, n.Span = fd, r.mode|protocol.Checked, open.Word, open.Span
	got, busy := x.fork(opened, n)
	for _, g := range []flow{missing, busy} {
		out = append(out, x.replaced(g, c.at)...)
	}
	return got, out
}
