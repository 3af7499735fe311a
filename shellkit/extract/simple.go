package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// call is a simple command as it is about to run.
type call struct {
	at    *syntax.Stmt
	expr  *syntax.CallExpr
	args  []value // args[0] is the command
	words []*syntax.Word
	plain bool // reached without the shell's own lookup: command, sudo, env, exec
	execs bool // the shell becomes it

	loose    bool // from the word at index from on, it is not known which word is which
	from     int
	behind   value // what stands there, as parameters
	past     int
	detached bool   // a prefix starts it and does not wait: setsid -f
	locked   bool   // flock runs it, under the lock
	apart    bool   // a prefix takes it out of the process group: timeout, setsid
	limit    string // the status with which a prefix ends it when it takes too long; "" where none does
}

func (c *call) word(i int) *syntax.Word {
	if i < len(c.words) {
		return c.words[i]
	}
	return nil
}

// name is the command's name without its folder; what `command -v flock` printed
// is the command flock.
func (c *call) name() string {
	if c.args[0].command != "" {
		return c.args[0].command
	}
	return path.Base(c.args[0].text)
}

// bare walks a statement that consists of redirects only: `> file`.
func (x *walker) bare(s *syntax.Stmt, f flow) []flow {
	return x.bareWith(x.statusOfSubsts(s, f.st), s, f)
}

// statusOfSubsts is how a statement without a command ends: as the last substitution in it,
// which has just been walked, and well where there is none.
func (x *walker) statusOfSubsts(s *syntax.Stmt, st *state) value {
	if len(x.substsIn(s)) == 0 {
		return success
	}
	return *st.status
}

// bareWith is bare where the command substitutions in it have ended so.
func (x *walker) bareWith(status value, s *syntax.Stmt, f flow) []flow {
	open, fails := x.opened(s, f)
	out := x.fileRedirects(s, "", open, func(f flow) []flow { return []flow{f.with(f.st.withStatus(status))} })
	return append(out, fails...)
}

// simple walks a simple command: substitutions, assignments, redirects, then the command.
func (x *walker) simple(s *syntax.Stmt, expr *syntax.CallExpr, f flow) []flow {
	if x.unbound(expr, f.st) {
		return x.leave(f.with(f.st.fail()), s)
	}
	words := x.inOrder(s, expr)
	if len(words) == 0 {
		return x.simpleFrom(s, expr, &success, x.dead(f))
	}
	before := f.st.status
	x.ctx.assigns = len(expr.Args) == 0
	flows := x.printing(x.doneToOutput(expr), func() []flow { return x.substitutions(words, f) })
	x.ctx.assigns = false
	return x.onward(flows, func(f flow) []flow {
		last := f.st.status
		if !x.facts.SubstStatus {
			f.st = f.st.endedWith(before)
		}
		return x.simpleFrom(s, expr, last, f)
	})
}

// inOrder lists what is expanded of a simple command and has substitutions in it, in that
// order: the words of the command, and then what it assigns and where it is redirected.
func (x *walker) inOrder(s *syntax.Stmt, expr *syntax.CallExpr) nodes {
	list, known := x.shelf.ordered[s]
	if known {
		return list
	}
	for _, w := range expr.Args {
		list = append(list, w)
	}
	var assigns, redirs nodes
	for _, a := range expr.Assigns {
		assigns = append(assigns, a)
	}
	for _, r := range s.Redirs {
		redirs = append(redirs, r)
	}
	if x.facts.AssignsFirst {
		list = append(append(list, assigns...), redirs...)
	} else {
		list = append(append(list, redirs...), assigns...)
	}
	list = list.substituting()
	x.shelf.ordered[s] = list
	return list
}

// onward walks something from each flow that goes on with the next command.
func (x *walker) onward(flows []flow, walk func(flow) []flow) (out []flow) {
	for _, f := range flows {
		if f.how != onward {
			out = append(out, f)
			continue
		}
		out = append(out, walk(f)...)
	}
	return out
}

// simpleFrom is simple behind the substitutions, of which the last has ended so.
func (x *walker) simpleFrom(s *syntax.Stmt, expr *syntax.CallExpr, last *value, f flow) []flow {
	if len(expr.Args) == 0 {
		status := *last
		if x.refusesAll(expr.Assigns, s, &f) {
			return x.leave(f, s)
		}
		f.st = x.assignAll(expr.Assigns, f.st)
		f.st = f.st.withStatus(status)
		if len(s.Redirs) > 0 {
			return x.bareWith(status, s, f)
		}
		if status.key == unknownStatus.key && x.heeds(f.st) {
			return x.plain(s, "substitution", f)
		}
		return []flow{f}
	}
	f.st = x.defaults(expr, f.st)
	c := &call{at: s, expr: expr, args: make([]value, 0, len(expr.Args)), words: make([]*syntax.Word, 0, len(expr.Args))}
	for _, w := range expr.Args {
		c.add(x, w, f.st)
		if shell.IsWritten(w) {
			continue
		}
		if st := x.computedIn(w, f.st); st != f.st {
			f.st = st
			c.settle(x, w)
		}
	}
	if len(c.args) == 0 {
		return []flow{f.with(f.st.withStatus(*last))}
	}
	if x.refusesAll(expr.Assigns, s, &f) {
		x.dunno(s, "what a command does for which a constant is set")
	}
	// `VAR=x command`: the command alone sees it, except that flags of our own
	// functions are seen by what they call.
	st := f.st
	if len(expr.Assigns) > 0 {
		f.st = x.assignAll(expr.Assigns, f.st)
		if x.keepsAssigned(c, f.st) {
			return x.dispatch(c, f)
		}
		out := x.dispatch(c, f)
		for i := range out {
			for _, a := range expr.Assigns {
				if a.Name == nil {
					continue
				}
				if old, ok := st.vars.get(a.Name.Value); ok {
					out[i].st = out[i].st.set(a.Name.Value, old)
				} else {
					out[i].st = out[i].st.without(a.Name.Value)
				}
			}
		}
		return out
	}
	return x.dispatch(c, f)
}

// keepsAssigned tells whether what is assigned before a command stays behind it.
func (x *walker) keepsAssigned(c *call, s *state) bool {
	if _, ok := x.function(c.name(), s); ok {
		return x.facts.AssignsStay == shell.StaysAtFuncs
	}
	return x.facts.AssignsStay >= shell.StaysAtSpecial && shell.IsSpecialBuiltin(c.name())
}

// dispatch runs a command: a function, one from the table, or something else.
func (x *walker) dispatch(c *call, f flow) []flow { return x.complained(c, x.dispatched(c, f)) }

func (x *walker) dispatched(c *call, f flow) []flow {
	from := len(x.p.Nodes)
	defer func() { x.callsAlike(c.at, from, x.sameSimple(c)) }()
	name := c.name()
	if _, ok := x.function(name, f.st); ok && !c.plain && !(f.st.opts.posix && shell.IsSpecialBuiltin(name)) && c.args[0].command == "" && !strings.Contains(c.args[0].text, "/") {
		x.marks.called[x.src.place(c.at)] = name
		return x.redirectedLast(c.at, f, func(f flow) []flow { return x.invoke(name, x.handedOn(c, 1), c.at, f) })
	}
	if w := x.asksIfThere(name, c.words); w != nil && x.ctx.want && x.effort != exact && !isRelative(c.args[0].text) && (commands()[name].looks.names || !slices.Contains(x.ctx.lost, syntax.Node(c.at))) {
		return x.fileRedirects(c.at, name, f, func(f flow) []flow { return x.looksFor(w, c, f) })
	}
	e, ok := commandOf(name, c.args[0].text)
	if !ok || isRelative(c.args[0].text) {
		return x.external(c, f)
	}
	if x.lacks(name) && !strings.Contains(c.args[0].text, "/") {
		return x.notFound([]flow{f})
	}
	if isA(name, takesLocks) {
		x.marks.tools[x.src.place(c.at)] = true
	}
	if e.redirects {
		return e.walk(x, c, f)
	}
	if e.locks && !ofShell(name) {
		return x.programUnder(c.at, f, func(f flow) []flow { return e.walk(x, c, f) })
	}
	if e.locks || x.choosesFor(c, name) {
		return x.redirected(c.at, f, func(f flow) []flow { return e.walk(x, c, f) })
	}
	return x.opening(c, f, func(f flow) []flow {
		return x.fileRedirects(c.at, name, f, func(f flow) []flow { return e.walk(x, c, f) })
	})
}

// isRelative tells of a command that is found from the working directory on: a program of
// the user's, whatever it is called.
func isRelative(word string) bool {
	return strings.HasPrefix(word, "./") || strings.HasPrefix(word, "../")
}

// choosesFor tells whether the shell itself opens a file for a command, and chooses where.
func (x *walker) choosesFor(c *call, name string) bool {
	return x.facts.BraceFD && slices.ContainsFunc(c.at.Redirs, shell.IsBraced) && (ofShell(name) || isA(name, alsoProgram))
}

// external is a command that the table does not know.
func (x *walker) external(c *call, f flow) []flow {
	name := c.name()
	if out, ok := x.runsHelper(c, f); ok {
		return out
	}
	if commands()[name].looks == nil || !slices.Contains(x.ctx.lost, syntax.Node(c.at)) { // what it prints of a lock is asked whose that is
		for _, a := range c.args[1:] {
			x.given[a.key] = true
		}
	}
	return x.fileRedirects(c.at, name, f, func(f flow) []flow {
		if !c.args[0].known && c.args[0].command == "" {
			if x.isFlag(c.expr) {
				return x.chance(c.at, x.whose(c.args[0]), f)
			}
			if shell.Lockish(c.args[0].text) && !isBareProgram(c) || x.namesDescriptor(c) {
				x.dunno(c.at, "the command %s is not known", short(c.args[0].text))
				n := x.node(protocol.Opaque, c.at)
				n.Text = short(c.args[0].text)
				return []flow{x.both(f, n)}
			}
		} else if name == "skip" && x.facts.Tests {
			return x.leave(f.with(f.st.ok()), c.at)
		} else if diesByName(name) {
			n := x.node(protocol.Work, c.at)
			n.Text, n.Mode = name, protocol.Quiet
			g := x.then(f, n)
			return x.ended(g.with(g.st.fail()), x.span(c.at))
		} else if shell.Lockish(name) && !strings.Contains(c.args[0].text, "/") && x.sourced {
			n := x.node(protocol.Opaque, c.at)
			n.Text = name
			ok, fail := x.fork(f, n)
			return []flow{ok, fail}
		}
		if len(x.marks.unread) > 0 && mayBeFunction(name) && strings.Contains(name, "_") {
			f = x.then(f, x.node(protocol.Wait, c.at)) // it may, and nobody can tell
		}
		return x.rewrites(c, x.listsRemoved(c, x.program(c, name, f)))
	})
}

// isBareProgram tells of a program that stands in a folder and is given nothing but options:
// whatever it is called, it is told of no lock.
func isBareProgram(c *call) bool {
	word := c.args[0].text
	return strings.Contains(word, "/") && !strings.ContainsAny(word, " \t\n") && len(c.operands()) == 0
}

// namesDescriptor tells whether the last operand of a command is the number of a
// descriptor on which the script has opened a file: that is how locks are asked for.
func (x *walker) namesDescriptor(c *call) bool {
	if len(c.args) < 2 {
		return false
	}
	fd, ok := shell.Number(c.args[len(c.args)-1].text)
	if !ok || fd <= 2 {
		return false
	}
	for i := range x.p.Nodes {
		if n := &x.p.Nodes[i]; n.Op == protocol.Open && n.FD == fd {
			return true
		}
	}
	return false
}

// diesByName tells whether a command that is not to be found here is called as
// functions are that print a message and exit.
func diesByName(name string) bool {
	switch strings.Trim(strings.ToLower(name), "_") {
	case "die", "fatal", "abort", "bail", "bailout", "bail_out", "croak", "exiterr", "error_exit", "err_exit", "fatal_error", "exit_error", "exit_with_error", "errexit":
		return true
	}
	return false
}

// program is work done by an external program, which inherits descriptors.
func (x *walker) program(c *call, name string, f flow) []flow {
	if out, ok := x.itself(c, f); ok {
		return out
	}
	for i, a := range c.args[1:] { // what stands in /proc/$pid is there while that lives
		w := c.word(i + 1)
		if w == nil {
			continue
		}
		if c.expr == x.ctx.owner {
			if who := x.pidIn(w, f.st); who.content != 0 {
				return x.alive(who, 0, c.at, f)
			}
		}
		if strings.HasPrefix(a.text, "/proc/") && !isDescriptor(a.text) && !isSystemFile(a) {
			if who := x.pidIn(w, f.st); who.content != 0 {
				return x.alive(who, protocol.Read, c.at, f)
			}
		}
	}
	n := x.node(protocol.Work, c.at)
	n.Text, n.Mode, n.Call = name, protocol.Program|x.minor(c, name), x.sameCall(c.args)
	if n.Mode.Has(protocol.Minor) && x.ctx.want {
		n.Mode |= x.gate(c.at, f.st)
	}
	if c.execs && x.ctx.sub == nil {
		n.Mode |= protocol.Exec
	}
	if c.detached || stays(name, c.args) {
		n.Mode |= protocol.Stays
	}
	if c.apart {
		n.Mode |= protocol.Apart
	}
	if x.ctx.child && goesOn(name, texts(c.args[1:])) {
		n.Mode |= protocol.Endless
	}
	fds := ofProgram(c.at)
	if x.ctx.exec { // what exec opened before is closed for it
		n.Mode |= protocol.InPlace
	}
	if x.inPlace(c.at, f.st) && (len(fds) > 0 || x.ctx.hides || !x.waitedFor() && (x.ctx.child || x.facts.ExecCloexec)) {
		n.Mode |= protocol.InPlace
	}
	if n.Mode.Has(protocol.InPlace) && isA(name, closesFirst) {
		f = x.closesAll(c, f)
	}
	switch {
	case len(fds) == 0:
	case x.ctx.ending == lastOfTurn:
		x.dunno(c.at, "whether %s runs in the place of its shell", name)
	case len(fds) == 1 && x.closes(fds[0], f.st):
		n.FD, _ = x.descriptor(fds[0], &f)
		n.Mode |= protocol.Exclude
	case n.Mode&(protocol.InPlace|protocol.Stays) != 0:
		return x.programUnder(shell.WithRedirects(c.at, fds), f, func(f flow) []flow { return x.outcome(n, f) })
	}
	return x.outcome(n, f)
}

// ofProgram lists the redirects of descriptors that may carry a lock.
func ofProgram(s *syntax.Stmt) []*syntax.Redirect {
	var out []*syntax.Redirect
	for _, r := range s.Redirs {
		if shell.MayCarryLock(r) {
			out = append(out, r)
		}
	}
	return out
}

// closes tells whether a redirect closes a descriptor that is known.
func (x *walker) closes(r *syntax.Redirect, st *state) bool {
	f := flow{st: st}
	_, known := x.descriptor(r, &f)
	return known && (r.Op == syntax.DplIn || r.Op == syntax.DplOut) && x.word(r.Word, st).text == "-"
}

// substitutions walks the command substitutions in a command that matter.
func (x *walker) substitutions(list nodes, f flow) []flow {
	flows, before := []flow{f}, f.st.status
	for _, c := range x.substsOf(list) {
		matters := f.st.exit.byFunction && !shell.ReadsAFile(c)
		for _, s := range c.Stmts {
			matters = matters || x.touchesInside(s) || x.facts.PartsLeft && x.leavesSome(s) || x.ctx.input != leftAlone && x.effort != exact
		}
		if !matters {
			x.marks.skipped[x.src.place(c)] = true
			for i := range flows {
				if flows[i].how == onward {
					flows[i] = x.ran(c, flows[i])
					flows[i].st = flows[i].st.endedWith(&unknownStatus)
				}
			}
			continue
		}
		var next []flow
		for _, g := range x.merge(flows, true) {
			if g.how != onward {
				next = append(next, g)
				continue
			}
			outer := x.ctx
			x.ctx.want, x.ctx.assigns = true, false
			if n := len(c.Stmts); n > 0 && !(outer.assigns && outer.want) {
				x.ctx.lost = append(x.ctx.lost[:len(x.ctx.lost):len(x.ctx.lost)], c.Stmts[n-1])
			}
			if !x.facts.SubstStatus {
				g.st = g.st.endedWith(before)
			}
			next = append(next, x.substitute(c, g)...)
			x.ctx = outer
		}
		flows = next
	}
	return x.merge(flows, true)
}

// ran adds what a command substitution runs that is nothing to a lock: what it reads or
// writes may be what a lock is for.
func (x *walker) ran(c *syntax.CmdSubst, f flow) flow {
	said := x.says(c)
	if x.effort == exact || said == protocol.Quiet || len(c.Stmts) == 0 {
		return f
	}
	n := x.node(protocol.Work, c)
	n.Text, n.Mode = "$( )", said
	if said.Has(protocol.Minor) {
		n.Mode = protocol.Quiet
	}
	return x.then(f, n)
}

// nodes are pieces of a script.
type nodes []syntax.Node

// substituting are those of them in which there are command substitutions.
func (list nodes) substituting() nodes {
	return slices.DeleteFunc(list, func(n syntax.Node) bool { return !shell.HasSubstitution(n) })
}

// substsOf lists the outermost command substitutions below some nodes.
func (x *walker) substsOf(list nodes) (all []*syntax.CmdSubst) {
	for _, n := range list {
		all = append(all, x.substsIn(n)...)
	}
	return all
}

// substsIn lists the outermost command substitutions below n.
func (x *walker) substsIn(n syntax.Node) []*syntax.CmdSubst {
	list, ok := x.shelf.substs[n]
	if !ok {
		shell.Substitutions(n, func(c *syntax.CmdSubst) { list = append(list, c) })
		x.shelf.substs[n] = list
	}
	return list
}

// defaults applies what ${NAME=value} and ${NAME:=value} in a command assign.
func (x *walker) defaults(expr *syntax.CallExpr, s *state) *state {
	for _, p := range x.presetsIn(expr) {
		name := p.Param.Value
		if old, ok := s.vars.get(name); x.in.follows(name) && (!ok || old.known && old.text == "" && p.Exp.Op == syntax.AssignUnsetOrNull) {
			v := x.word(p.Exp.Word, s)
			if !v.known {
				v.text = "$" + name // as a person would name it
			}
			s = s.set(name, called(name, v))
		}
	}
	return s
}

// presetsIn lists the ${NAME=value} and ${NAME:=value} in a command.
func (x *walker) presetsIn(expr *syntax.CallExpr) []*syntax.ParamExp {
	list, known := x.shelf.presets[expr]
	if known {
		return list
	}
	for _, w := range expr.Args {
		syntax.Walk(w, func(n syntax.Node) bool {
			p, ok := n.(*syntax.ParamExp)
			if !ok || p.Param == nil || p.Exp == nil || p.Index != nil || p.Exp.Op != syntax.AssignUnset && p.Exp.Op != syntax.AssignUnsetOrNull {
				return !shell.IsSubstitution(n)
			}
			list = append(list, p)
			return false
		})
	}
	x.shelf.presets[expr] = list
	return list
}

// assignAll applies assignments to a state.
func (x *walker) assignAll(list []*syntax.Assign, s *state) *state {
	for _, a := range list {
		s = x.assign(a, s)
		if a.Value != nil {
			s = x.computedIn(a.Value, s)
		}
	}
	return s
}

func (x *walker) assign(a *syntax.Assign, s *state) *state {
	if a.Name == nil || a.Naked {
		return s
	}
	x.runsUnseen(a)
	name, ok := s.referent(a.Name.Value)
	if !ok {
		x.dunno(a, "%s refers to itself", name)
	}
	if !ok || !x.in.follows(name) {
		return s
	}
	v := literal("")
	switch {
	case a.Array != nil:
		v = x.words(a.Array, s, name)
	case a.Value != nil:
		if v = x.word(a.Value, s); v == unset { // what is given to a variable sets it
			v = literal("")
		}
	}
	switch old := x.variable(name, s); {
	case a.Append && a.Array != nil && !old.known || a.Append && a.Array != nil && !v.known && v.list == nil:
		v = x.fresh(name)
	case a.Append && a.Array != nil:
		v = x.longer(old, v)
	case a.Append:
		v = old.join(v)
	}
	if a.Index != nil {
		n, _, ok := x.computed(a.Index, s)
		switch {
		case x.effort != exact && !a.Append:
			v = x.withEntry(name, a.Index, v, s)
		case x.effort != exact || !ok:
			v = x.fresh(name)
		default:
			name += "[" + itoa(n) + "]"
		}
	}
	if v.counted && x.effort == exact {
		v, s = x.anotherNumber(name, s)
	}
	if x.in.integers[name] && x.effort != exact {
		if _, ok := shell.Number(v.text); a.Append || !ok || !v.known {
			v = x.fresh(name)
		}
	}
	v = called(name, v)
	if !v.known && v.dict == nil && v.content == 0 && v.links == 0 && v.age.of == 0 && v.inode == 0 && v.inodeFD == 0 && v.command == "" && v.spawn == 0 && (strings.HasPrefix(v.text, "$(") || strings.HasPrefix(v.text, "`")) {
		v.text = "$" + name // as a person would name it
	}
	return s.set(name, v)
}

// called is a value as that of a variable with a name.
func called(name string, v value) value {
	v.called = shell.Lockish(name)
	v.lockish = v.lockish || v.called
	return v
}

// declare walks local, export, readonly, declare, typeset: they succeed even where
// a substitution in them failed.
func (x *walker) declare(d *syntax.DeclClause, f flow) []flow {
	if x.effort == exact {
		for _, a := range d.Args {
			if a.Name == nil && a.Value != nil && strings.HasPrefix(a.Value.Lit(), "-") && strings.ContainsAny(a.Value.Lit(), "gnilu") {
				x.dunno(d, "a variable that is another, or is changed when it is set")
			}
		}
	}
	flows := x.substitutions(nodes{d}, f)
	if d.Variant != nil && x.lacks(d.Variant.Value) {
		return x.notFound(flows)
	}
	if len(d.Args) > 0 && isOption(d.Args[0], "p") { // it prints what is there
		return x.onward(flows, func(f flow) []flow { return x.outcome(x.printsThem(d), f) })
	}
	if fixesUnnamed(d) && x.effort != exact {
		x.dunno(d, "which variables are readonly")
	}
	refers := d.Variant != nil && (d.Variant.Value == "nameref" || slices.ContainsFunc(d.Args, func(a *syntax.Assign) bool {
		return a.Name == nil && a.Value != nil && strings.HasPrefix(a.Value.Lit(), "-") && strings.Contains(a.Value.Lit(), "n")
	}))
	local := d.Variant != nil && (d.Variant.Value == "local" || (d.Variant.Value == "typeset" || d.Variant.Value == "declare") && f.st.frame != nil)
	for i, g := range flows {
		if g.how != onward {
			continue
		}
		st := g.st
		for _, a := range d.Args {
			if a.Name == nil {
				continue
			}
			if local {
				old := st
				st = st.local(a.Name.Value)
				if a.Naked && st != old && x.remembers(a.Name.Value) {
					st = st.set(a.Name.Value, x.naked(a.Name.Value, old))
				}
			}
			x.refusesOne(a.Name.Value, a, !a.Naked, st)
			if fixes(d) {
				st = x.fixed(a.Name.Value, st)
			}
			if !a.Naked {
				// The value is expanded before the name becomes local.
				st = x.assign(a, st)
				if to := x.word(a.Value, g.st); refers && to.known && syntax.ValidName(to.text) {
					st = st.set(a.Name.Value, value{refers: to.text, key: "\x05" + to.text})
				}
			}
		}
		flows[i] = g.with(st.ok())
	}
	return x.merge(flows, true)
}

// asksFunction walks declare -F NAME, or -f: is there such a function? One that the script
// does not define may be the caller's where a library is read, and is not there in
// what is proved.
func (x *walker) asksFunction(c *call, f flow) ([]flow, bool) {
	if len(c.args) != 3 || c.args[1].text != "-F" && c.args[1].text != "-f" || !c.args[2].known {
		return nil, false
	}
	if _, ok := x.function(c.args[2].text, f.st); ok {
		return []flow{f.with(f.st.ok())}, true
	}
	if x.effort == exact {
		return []flow{f.with(f.st.withStatus(statusValue(1)))}, true
	}
	return x.choice(c.at, f), true
}

// declareCommand walks local and its like where the dialect has them as commands.
func declareCommand(x *walker, c *call, f flow) []flow {
	if f, ok := x.asksFunction(c, f); ok {
		return f
	}
	if x.lacks(c.name()) {
		return x.notFound([]flow{f})
	}
	st := f.st
	local := c.name() == "local" || (c.name() == "typeset" || c.name() == "declare") && st.frame != nil
	for i, w := range c.words[1:] {
		first, ok := w.Parts[0].(*syntax.Lit)
		if !ok && c.name() == "readonly" && x.effort != exact {
			x.dunno(c.at, "which variables are readonly")
		}
		if !ok {
			continue
		}
		name, text, assigned := strings.Cut(first.Value, "=")
		if !syntax.ValidName(name) {
			continue
		}
		x.refusesOne(name, c.at, assigned, st)
		if c.name() == "readonly" || strings.HasPrefix(c.args[1].text, "-") && strings.Contains(c.args[1].text, "r") {
			st = x.fixed(name, st)
		}
		if !x.in.follows(name) {
			continue
		}
		v := x.naked(name, f.st)
		if assigned {
			v = literal(shell.Unescape(text))
			for _, part := range w.Parts[1:] {
				v = v.join(x.part(part, f.st, false))
			}
			v = called(name, v)
		}
		if local {
			st = st.local(name)
		}
		if assigned || local && i >= 0 {
			st = st.set(name, v)
		}
	}
	return []flow{f.with(st.ok())}
}

// fileRedirects walks a command that is nothing to a lock but may create, read or
// truncate one with its redirects.
func (x *walker) fileRedirects(s *syntax.Stmt, name string, f flow, body func(flow) []flow) []flow {
	var fails []flow
	var loads []protocol.Node
	for _, r := range s.Redirs {
		if r.Op == syntax.DplOut && (r.N == nil || r.N.Value == "1") {
			if fd, ok := shell.Number(r.Word.Lit()); ok && fd > 2 {
				n := x.node(protocol.Store, r)
				n.FD, n.Text = fd, name
				f = x.then(f, n)
			}
		}
		if r.Hdoc != nil || r.Word == nil || r.Op == syntax.DplIn || r.Op == syntax.DplOut || r.Op == syntax.WordHdoc {
			continue
		}
		if !x.drawn(s, r) {
			x.sign(s, r, f.st)
			continue
		}
		target := x.word(r.Word, f.st)
		if _, isFD := fdPath(target.text); isFD || strings.HasPrefix(target.text, "/dev/") {
			continue
		}
		if r.Op == syntax.RdrIn || r.Op == syntax.RdrInOut {
			n := x.node(protocol.Load, r)
			n.Path, n.Word, n.Text = x.path(target), x.span(r.Word), r.Op.String()
			if x.opensItself(name) {
				n.Mode |= protocol.Within
			}
			loads = append(loads, n)
			continue
		}
		x.sign(s, r, f.st)
		ok, fail := x.create(r, target, f)
		if x.opensItself(name) {
			x.p.Nodes[ok.from[0].node].Mode |= protocol.Within
		}
		if x.notes(s, r) {
			x.p.Nodes[ok.from[0].node].Mode |= protocol.Minor
		}
		if fail != nil {
			fails = append(fails, *fail)
			if x.writesPid(s, f.st) {
				n := x.node(protocol.Store, r)
				n.Path, n.Mode, n.Text = x.path(target), protocol.Pid, name
				ok = x.then(ok, n)
			}
		} else if x.writesPid(s, f.st) {
			x.p.Nodes[ok.from[0].node].Mode |= protocol.Pid
		}
		f = ok
	}
	for _, n := range loads {
		f = x.then(f, n)
	}
	return append(body(f), fails...)
}

// sign notes whether a redirect makes a file of this run alone in which its number stands:
// what is linked to it later says whose it is.
func (x *walker) sign(s *syntax.Stmt, r *syntax.Redirect, st *state) {
	if raw := x.src.raw(r.Word); strings.Contains(raw, "$(") || strings.Contains(raw, "`") {
		return
	}
	if target := x.word(r.Word, st); target.private {
		x.signed[target.key] = x.writesPid(s, st)
	}
}

// drawn tells whether a redirect of a command that is nothing to a lock has a node of
// its own: it may be of a lock, or it keeps the number of a job, whatever its file is called.
func (x *walker) drawn(s *syntax.Stmt, r *syntax.Redirect) bool {
	return r.Word != nil && (x.src.depth > 0 || x.matters(r.Word) || r.N == nil && x.keepsJob(s))
}

// keepsJob tells whether a command prints the number of the last job.
func (x *walker) keepsJob(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	return ok && len(c.Args) > 1 && isA(c.Args[0].Lit(), outspoken) &&
		slices.ContainsFunc(c.Args[1:], func(w *syntax.Word) bool { return shell.ParamOf(w) == "!" })
}

// opensItself tells whether the shell opens what a command's redirects name, and is one
// that can have a lock which ends when any descriptor of its file is closed.
func (x *walker) opensItself(name string) bool {
	return x.facts.LocksItself && (name == "" || isA(name, isBuiltin))
}

// writesPid tells whether the command prints a process number.
func (x *walker) writesPid(s *syntax.Stmt, st *state) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok {
		return false
	}
	for _, a := range call.Args {
		if x.isPid(x.word(a, st)) {
			return true
		}
	}
	return false
}

// isOwnPid tells whether a value is the number of the process itself.
func (v value) isOwnPid() bool { return v.key == "\x00$\x00" || v.key == "\x00BASHPID\x00" }

// isOwnName tells whether a value is the name of the script itself.
func (v value) isOwnName() bool { return v.key == "\x000\x00" }

// isPid tells whether a value has the number of the process, or of one that it has
// started, in it.
func (x *walker) isPid(v value) bool {
	return v.isOwnPid() || v.spawn != 0 || strings.Contains(v.text, "$$") || v.text == "$!"
}

// substituted is a flow at the beginning of a command substitution, where some shells do
// not go on with set -e, unless they are asked to: in posix mode, or with inherit_errexit.
func (x *walker) substituted(f flow) flow {
	if !x.facts.SubstGoesOn || !f.st.opts.errexit || x.facts.SubstAsks && (f.st.opts.posix || f.st.opts.inherits) {
		return f
	}
	st := f.st.clone()
	st.opts.errexit = false
	return f.with(st)
}
