package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// invoke walks a function at the place where it is called.
func (x *walker) invoke(name string, args *params, at *syntax.Stmt, f flow) []flow {
	fn, ok := x.function(name, f.st)
	if !ok {
		fn = x.funcs[name]
	}
	x.walked[name] = true
	depth := 0
	for _, c := range x.calls {
		if c == name {
			depth++
		}
	}
	if depth >= 2 && x.effort != exact {
		return x.deeper(fn, name, args, at, f)
	}
	if depth >= 2 || len(x.calls) >= maxDepth {
		x.dunno(at, "%s calls itself, or calls go too deep", name)
		n := x.node(protocol.Opaque, at)
		n.Text = name + " is not followed here"
		return []flow{x.both(f, n)}
	}
	if x.effort != exact && !f.st.err.armed && !f.st.exit.byFunction && !isOneCommand(fn) && !x.touchesFunction(name) && !x.endsAtFailure(f.st) && !x.losesTrap(f.st) && !x.trapsSee(fn, f.st) || x.effort == coarse && !x.in.holdsIn(name) {
		return x.summary(fn, name, args, at, f)
	}
	outerSrc, outer := x.src, x.ctx
	x.calls = append(x.calls, name)
	x.src = fn.src
	x.ctx.ending = notLast
	if !x.facts.Jumps.OutOfFunctions {
		x.ctx.loops, x.ctx.parents = 0, 0
	}
	x.live.call(fn.decl)
	g := f.with(f.st.call(name, args))
	begin := len(x.p.Nodes)
	var out []flow
	if sub, ok := fn.decl.Body.Cmd.(*syntax.Subshell); ok {
		out = x.frame("( )", fn.decl.Body, g, fn.decl.Body.Redirs, func(f flow) []flow { return x.stmts(sub.Stmts, []flow{f}) })
	} else {
		out = x.stmt(fn.decl.Body, g)
	}
	out = x.atReturn(x.atBack(out))
	if depth == 0 {
		x.settleDeeper(name, begin)
	}
	x.live.comeBack()
	x.src = outerSrc
	x.calls = x.calls[:len(x.calls)-1]
	x.ctx = outer
	for i := range out {
		if out[i].how != leaving {
			if out[i].how != breaking && out[i].how != continuing {
				out[i].how = onward
			}
			out[i].st = out[i].st.leave()
		}
	}
	return x.merge(out, true)
}

// summary stands for a function that has nothing to do with locks: it works, and
// it may end the shell.
func (x *walker) summary(fn function, name string, args *params, at *syntax.Stmt, f flow) []flow {
	x.marks.skipped[fn.src.place(fn.decl.Body)] = true
	for _, v := range x.assignedIn(fn.decl.Body) {
		f.st = f.st.set(v, x.fresh(v))
	}
	n := x.node(protocol.Work, at)
	n.Text, n.Mode = name, x.saysFunction(fn)
	if x.onlySleeps(fn.decl.Body) {
		n.Text = "sleep"
	}
	if !args.open() {
		n.Call = x.sameCall(append([]value{literal(name)}, args.list...))
	}
	switch x.endsShell(fn) {
	case always:
		f = x.then(f, n)
		return x.ended(f.with(f.st.withStatus(x.endStatus(fn, map[*syntax.FuncDecl]bool{}))), n.Span)
	case perhaps:
		c := x.node(protocol.Choose, at)
		c.Text = name + " goes on"
		on, off := x.fork(x.then(f, n), c)
		out := x.ended(off.with(off.st.withStatus(x.endStatus(fn, map[*syntax.FuncDecl]bool{}))), n.Span)
		on.st = f.st.endedWith(&unknownStatus)
		return append(out, on)
	}
	return x.outcome(n, f)
}

// isOneCommand tells of a function whose body is one simple command: it is that command.
func isOneCommand(fn function) bool {
	block, ok := fn.decl.Body.Cmd.(*syntax.Block)
	if !ok || len(block.Stmts) != 1 || len(fn.decl.Body.Redirs) > 0 {
		return false
	}
	_, ok = block.Stmts[0].Cmd.(*syntax.CallExpr)
	return ok && !block.Stmts[0].Background && !block.Stmts[0].Negated
}

// onlySleeps tells whether all that a piece of script does is to sleep, whatever it says
// meanwhile.
func (x *walker) onlySleeps(n syntax.Node) bool {
	if only, known := x.naps[n]; known {
		return only
	}
	sleeps, works := false, false
	for _, c := range callsIn(n) {
		if len(c.Args) > 0 {
			naps := systemName(c.Args[0].Lit()) == "sleep" && len(x.may("sleep")) == 0
			sleeps = sleeps || naps
			works = works || !naps && !x.prints(c)
		}
	}
	x.naps[n] = sleeps && !works
	return x.naps[n]
}

// ending says whether a function ends the shell.
type shellEnd uint8

const (
	never shellEnd = iota
	perhaps
	always
)

// endsShell looks for exit, and for calls of functions that end the shell.
func (x *walker) endsShell(fn function) shellEnd {
	if e, ok := x.ends[fn.decl]; ok {
		return e
	}
	x.ends[fn.decl] = never // recursion adds nothing
	end := never
	syntax.Walk(fn.decl.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl, *syntax.Subshell, *syntax.CmdSubst:
			return false
		case *syntax.CallExpr:
			if x.callEnds(n, fn.src) != never {
				end = perhaps
			}
		}
		return true
	})
	if end == perhaps {
		if block, ok := fn.decl.Body.Cmd.(*syntax.Block); ok && len(block.Stmts) > 0 {
			if c, ok := block.Stmts[len(block.Stmts)-1].Cmd.(*syntax.CallExpr); ok && x.callEnds(c, fn.src) == always && !returns(fn.decl.Body) {
				end = always
			}
		}
	}
	x.ends[fn.decl] = end
	return end
}

// endStatus is the status with which a function ends the shell: a failure where every exit
// in it, and in what it calls, is written down with a number that is one.
func (x *walker) endStatus(fn function, asked map[*syntax.FuncDecl]bool) value {
	if asked[fn.decl] {
		return failed
	}
	asked[fn.decl] = true
	status := failed
	syntax.Walk(fn.decl.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl, *syntax.Subshell, *syntax.CmdSubst:
			return false
		case *syntax.CallExpr:
			if x.callEnds(n, fn.src) == never {
				return true
			}
			if n.Args[0].Lit() == "exit" {
				code, ok := 0, len(n.Args) == 2
				if ok {
					code, ok = shell.Number(n.Args[1].Lit())
				}
				if !ok || code&255 == 0 {
					status = unknownStatus
				}
				return true
			}
			for _, callee := range x.may(n.Args[0].Lit()) {
				if x.endStatus(callee, asked).key != failed.key {
					status = unknownStatus
				}
			}
		}
		return true
	})
	return status
}

func (x *walker) callEnds(c *syntax.CallExpr, s *src) shellEnd {
	if len(c.Args) == 0 {
		return never
	}
	name := c.Args[0].Lit()
	if name == "exit" {
		return always
	}
	end, all := never, len(x.may(name)) > 0
	for _, fn := range x.may(name) {
		e := x.endsShell(fn)
		end, all = max(end, e), all && e == always
	}
	if end == always && !all {
		return perhaps
	}
	return end
}

func returns(n syntax.Node) bool {
	found := false
	syntax.Walk(n, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 && c.Args[0].Lit() == "return" {
			found = true
		}
		return !found
	})
	return found
}

// touches tells whether a piece of script can matter to a lock or to where the
// script goes on: everything else is one step of work.
func (x *walker) touches(n syntax.Node) bool { return x.effort == exact || x.touched(n, true) }

// touchesInside tells it of a command in a substitution. What that does to variables
// is lost with it; in an exact walk, where all of them count, only its commands can matter.
func (x *walker) touchesInside(s *syntax.Stmt) bool {
	if x.effort != exact {
		return x.touched(s, true)
	}
	return x.mayLock(s, map[string]bool{})
}

// mayLock tells whether a lock command is run, or one of which the name is not known.
func (x *walker) mayLock(n syntax.Node, asked map[string]bool) bool {
	may := false
	syntax.Walk(n, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 {
			return !may
		}
		name := shell.Unescape(c.Args[0].Lit())
		fn, isFunction := x.funcs[name]
		switch {
		case name == "", isA(name, takesLocks):
			may = true
		case isFunction && !asked[name]:
			asked[name] = true
			may = may || x.mayLock(fn.decl.Body, asked)
		}
		return !may
	})
	return may
}

// touched does not count return, break and continue where control is false: seen
// from outside they end within, but for shells in which a function leaves its caller's loop.
func (x *walker) touched(n syntax.Node, control bool) bool {
	if t, ok := x.touching[n]; ok && control {
		return t
	}
	touched := false
	syntax.Walk(n, func(n syntax.Node) bool {
		if touched {
			return false
		}
		switch n := n.(type) {
		case *syntax.FuncDecl:
			touched = touched || n.Name != nil && (x.in.shifts(n.Name.Value) || x.signalOfFunction(n.Name.Value) != "")
			return false
		case *syntax.BinaryCmd:
			touched = touched || (n.Op == syntax.Pipe || n.Op == syntax.PipeAll) && x.doneToInput(n.Y) != leftAlone || x.searchesProcesses(n) || x.facts.PartsRunOn && x.leavesWork(n)
		case *syntax.CoprocClause:
			touched = true
		case *syntax.Redirect:
			touched = touched || n.N != nil && n.N.Value != "1" && n.N.Value != "2" || n.Word != nil && x.matters(n.Word)
		case *syntax.Assign:
			touched = touched || n.Name != nil && x.in.follows(n.Name.Value)
		case *syntax.Stmt:
			touched = touched || n.Background || n.Coprocess || n.Disown || len(x.asides(n)) > 0
		case *syntax.ForClause:
			if it, ok := n.Loop.(*syntax.WordIter); ok {
				touched = touched || x.in.follows(it.Name.Value) || x.doneToEach(it.Name.Value, n.Do) != leftAlone
			}
		case *syntax.ParamExp:
			touched = touched || n.Exp != nil && (n.Exp.Op == syntax.ErrorUnset || n.Exp.Op == syntax.ErrorUnsetOrNull)
			touched = touched || control && n.Param != nil && n.Param.Value == "?"
		case *syntax.BinaryArithm, *syntax.UnaryArithm:
			touched = touched || x.in.follows(shell.AssignedName(n))
		case *syntax.UnaryTest, *syntax.BinaryTest:
			for _, v := range shell.VarsOf(x.raw(n)) {
				touched = touched || x.in.follows(v)
			}
		case *syntax.CallExpr:
			touched = touched || x.touchesCall(n, control)
		}
		return !touched
	})
	if control {
		x.touching[n] = touched
	}
	return touched
}

func (x *walker) touchesCall(c *syntax.CallExpr, control bool) bool {
	if len(c.Args) == 0 {
		return false
	}
	word := shell.Unescape(x.shown(x.in.bareIn(x.src, c.Args[0])))
	name := path.Base(word)
	if len(x.may(name)) > 0 {
		return x.touchesFunction(name) || control && x.callEnds(c, x.src) != never
	}
	if isA(name, declares) {
		for _, w := range c.Args[1:] {
			if target, _, ok := strings.Cut(x.raw(w), "="); ok && x.in.follows(target) {
				return true
			}
		}
		return false
	}
	if name == "kill" && (x.killsItself(c) || x.killsJobs(c)) || name == "pkill" && x.killsJobs(c) || name == "coproc" && x.facts.Coproc {
		return true
	}
	sets, madeUp := setBy(name, x.rawWords(c.Args[1:]))
	if madeUp || slices.ContainsFunc(sets, x.in.follows) {
		return true
	}
	var words []string
	for _, w := range c.Args {
		words = append(words, shell.Unescape(x.shown(x.in.bareIn(x.src, w))))
	}
	if x.takesLock(words, c.Args[1:]) || createsExclusively(words) {
		return true
	}
	if e, ok := commandOf(name, word); ok {
		if e.control || name == "exit" {
			return control || name == "return" && len(c.Args) > 1 && strings.Trim(c.Args[1].Lit(), "0123456789") != "" || (name == "break" || name == "continue") && x.facts.Jumps.OutOfFunctions
		}
		if e.always || x.in.sweeps && (name == "cd" || name == "pushd" || name == "popd" || x.in.sweepsHere(name, c.Args[1:])) {
			return true
		}
		for _, w := range c.Args[1:] {
			if x.matters(w) {
				return true
			}
		}
		return false
	}
	if name[:min(1, len(name))] == "$" || shell.Lockish(name) {
		return true
	}
	if x.asksIfThere(name, c.Args) != nil || x.mayHelp(c) {
		return true
	}
	if commands()[name].rewriter != nil && slices.ContainsFunc(c.Args[1:], x.matters) {
		return true
	}
	if mayStay(words) {
		return true
	}
	for _, w := range c.Args[1:] {
		if base := path.Base(w.Lit()); isA(base, takesLocks) {
			return true
		}
	}
	return false
}

// killsItself tells whether kill may be sent to the script that runs it.
func (x *walker) killsItself(c *syntax.CallExpr) bool {
	for i, w := range c.Args[1:] {
		switch raw := shell.UnquoteText(x.raw(w)); {
		case strings.Contains(raw, "$$"), strings.Contains(raw, "BASHPID"), raw == "0" && i > 0:
			return true
		}
	}
	return len(c.Args) == 2 && c.Args[1].Lit() == "0"
}

// matters tells whether a word may be a lock: it is made of a core variable, of a
// parameter, or its text says so.
func (x *walker) matters(w *syntax.Word) bool {
	raw := x.raw(w)
	if shell.Lockish(raw) || x.in.ofOthers(shell.UnquoteText(raw)) {
		return true
	}
	for _, v := range shell.VarsOf(raw) {
		if x.in.all || x.in.core[v] || shell.IsParameter(v) || v == "0" {
			return true
		}
	}
	word := shell.UnquoteText(raw)
	return x.in.meant(raw) || x.in.made[word] && (x.in.probed[word] || x.in.mayFail(word)) || x.in.opened[word] || x.in.linked[word] || x.in.claimed[word] || x.in.parents[strings.TrimRight(word, "/*")] || x.in.speltOtherwise(word)
}

// speltOtherwise tells whether a path may be that of what is opened, made, linked or claimed
// elsewhere: one of the two hangs on the folder that the script is in then.
func (in *interest) speltOtherwise(word string) bool {
	if word == "" || strings.HasPrefix(word, "-") {
		return false
	}
	for _, names := range []map[string]bool{in.opened, in.linked, in.claimed, in.made} {
		for name := range names {
			if name != word && path.Base(name) == path.Base(word) && !(strings.HasPrefix(name, "/") && strings.HasPrefix(word, "/")) {
				return true
			}
		}
	}
	return false
}

func (in *interest) bareIn(s *src, w *syntax.Word) string {
	return shell.UnquoteText(s.raw(w))
}

// touchesFunction tells it of a function, following its calls.
func (x *walker) touchesFunction(name string) bool {
	touches := false
	for _, fn := range x.may(name) {
		touches = touches || x.touchesBody(fn)
	}
	return touches
}

func (x *walker) touchesBody(fn function) bool {
	if t, ok := x.touching[fn.decl]; ok {
		return t
	}
	x.touching[fn.decl] = false // while it is being asked: recursion adds nothing
	outer := x.src
	x.src = fn.src
	t := x.touched(fn.decl.Body, false) || x.asksFirst(fn)
	x.src = outer
	x.touching[fn.decl] = t
	return t
}
