package extract

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// redirect applies redirects to a flow. It returns the flow in which all of them
// worked (at most one), those in which one failed, and the nodes that a Restore
// has to name, latest first. In a child nothing has to be restored.
func (x *walker) redirect(list []*syntax.Redirect, f flow, child bool) (going, failed []flow, saved []protocol.ID) {
	going = []flow{f}
	for _, r := range list {
		g := going[0]
		mode, undone := protocol.Scoped, !child
		if undone && x.facts.BraceStays && shell.IsBraced(r) {
			mode, undone = 0, false
		}
		if undone {
			mode |= protocol.Save
		}
		ok, fail, id := x.one(r, g, mode)
		going = []flow{ok}
		if fail != nil {
			if !child {
				// What was redirected before is undone.
				for _, s := range saved {
					*fail = x.restored(*fail, s, f.st, r)
				}
			}
			failed = append(failed, *fail)
		}
		if id != protocol.None && undone {
			saved = slices.Insert(saved, 0, id)
		}
	}
	return going, failed, saved
}

// restored undoes a redirect: the descriptor is again what it was in a state before.
func (x *walker) restored(f flow, saved protocol.ID, before *state, at syntax.Node) flow {
	f = x.then(f, x.restore(saved, at))
	fd := x.p.Nodes[saved].FD
	return f.with(x.withFD(f.st, fd, before.fds.has(fd)))
}

func (x *walker) restore(saved protocol.ID, at syntax.Node) protocol.Node {
	n := x.node(protocol.Restore, at)
	n.Body, n.FD = saved, x.p.Nodes[saved].FD
	return n
}

// one applies a single redirect. fail is nil where a failure is not followed.
func (x *walker) one(r *syntax.Redirect, f flow, mode protocol.Mode) (ok flow, fail *flow, id protocol.ID) {
	fd, known := x.descriptor(r, &f)
	if !known {
		x.dunno(r, "a redirect of a descriptor that is not known")
		return f, nil, protocol.None
	}
	var n protocol.Node
	switch r.Op {
	case syntax.RdrIn, syntax.RdrOut, syntax.AppOut, syntax.RdrInOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll, syntax.AppClob, syntax.RdrAllClob, syntax.AppAllClob:
		target := x.word(r.Word, f.st)
		if from, isFD := fdPath(target.text); isFD {
			n = x.node(protocol.Dup, r)
			n.FD, n.From, n.Mode = fd, from, mode
			break
		}
		if fd <= 2 && !x.in.onOutput && r.Op != syntax.RdrIn && !(fd == 0 && r.Op == syntax.RdrInOut) && !strings.HasPrefix(target.text, "/dev/") {
			// What the shell writes there is no lock on a descriptor, but the name may be one.
			if !x.matters(r.Word) {
				open, fails := x.openedAll([]*syntax.Redirect{r}, r, f)
				if len(fails) > 0 {
					return open, &fails[0], protocol.None
				}
				return open, nil, protocol.None
			}
			ok, fail := x.create(r, target, f)
			if x.opensItself("") {
				x.p.Nodes[ok.from[0].node].Mode |= protocol.Within
			}
			return ok, fail, protocol.None
		}
		n = x.open(r, fd, target, f.st, mode)
		if x.ctx.job != nil {
			x.ctx.job.opens[fd] = true
		}
		n.Word = x.span(r)
		if target.known && target.text == "/dev/null" { // it is there, for everybody
			break
		}
		okFlow, failFlow := x.fork(f, n)
		okFlow.st = x.withFD(f.st, fd, true).names(target)
		return okFlow, &failFlow, okFlow.from[0].node
	case syntax.DplIn, syntax.DplOut:
		target := x.word(r.Word, f.st)
		if target.text == "-" {
			n = x.node(protocol.Close, r)
			n.FD, n.Mode = fd, mode
			break
		}
		move := false
		text := target.text
		if len(text) > 1 && text[len(text)-1] == '-' {
			move, text = true, text[:len(text)-1]
			if !x.facts.MovesFDs {
				x.dunno(r, "a descriptor that is to be moved")
			}
		}
		from, ok := shell.Number(text)
		if !ok {
			if r.Op == syntax.DplOut && target.known && r.N == nil { // >&file
				n = x.open(r, 1, target, f.st, mode)
				okFlow, failFlow := x.fork(f, n)
				okFlow.st = f.st
				return okFlow, &failFlow, okFlow.from[0].node
			}
			x.dunno(r, "a copy of a descriptor that is not known")
			return f, nil, protocol.None
		}
		n = x.node(protocol.Dup, r)
		n.FD, n.From, n.Mode = fd, from, mode
		if x.cloexec(fd, mode) {
			n.Mode |= protocol.Cloexec
		}
		if move {
			g := x.then(f, n)
			c := x.node(protocol.Close, r)
			c.FD, c.Mode = from, mode&^protocol.Save
			h := x.then(g, c)
			return h.with(x.withFD(x.withFD(h.st, fd, true), from, false)), nil, g.from[0].node
		}
		if from > 2 && !f.st.fds.has(from) && (from != fd || x.facts.CopyFails) { // it may be closed
			n.Word = x.span(r)
			okFlow, failFlow := x.fork(f, n)
			okFlow.st = x.withFD(f.st, fd, true)
			return okFlow, &failFlow, okFlow.from[0].node
		}
	default: // here-documents and here-strings
		return f, nil, protocol.None
	}
	n.Word = x.span(r)
	g := x.then(f, n)
	return g.with(x.withFD(g.st, fd, n.Op != protocol.Close)), nil, g.from[0].node
}

// create is an output redirect seen as what it does to the name: it makes the
// file, and under noclobber it claims it.
func (x *walker) create(r *syntax.Redirect, target value, f flow) (flow, *flow) {
	n := x.node(protocol.Create, r)
	n.Path, n.Word, n.Text = x.path(target), x.span(r.Word), r.Op.String()
	x.about[n.Path].data = x.about[n.Path].data || x.in.used(x.in.bareIn(x.src, r.Word), "#")
	switch r.Op {
	case syntax.RdrOut, syntax.RdrAll:
		if f.st.opts.noclobber {
			n.Op, n.Text = protocol.Claim, "noclobber"
			if x.ctx.checked || x.ctx.want { // not by set -e alone
				n.Mode |= protocol.Checked
			}
			ok, fail := x.fork(f, n)
			ok.st = f.st.names(target)
			return ok, &fail
		}
		n.Mode |= protocol.Truncate
	case syntax.RdrClob, syntax.RdrAllClob:
		n.Mode |= protocol.Truncate
		if f.st.opts.noclobber && x.ctx.checked {
			f = x.forced(n, protocol.MisuseClobber, f)
		}
	case syntax.AppOut, syntax.AppAll:
		if f.st.opts.noclobber && x.ctx.checked {
			f = x.forced(n, protocol.MisuseAppend, f)
		}
	}
	return x.then(f, n), nil
}

// open is the node of a redirect that opens a file.
func (x *walker) open(r *syntax.Redirect, fd int, target value, s *state, mode protocol.Mode) protocol.Node {
	n := x.node(protocol.Open, r)
	n.FD, n.Path, n.Mode = fd, x.path(target), mode
	switch r.Op {
	case syntax.RdrIn:
		n.Mode |= protocol.Read
	case syntax.RdrInOut:
		n.Mode |= protocol.Read | protocol.Write | protocol.Creat
	case syntax.AppOut, syntax.AppAll, syntax.AppClob, syntax.AppAllClob:
		n.Mode |= protocol.Write | protocol.Append | protocol.Creat
	case syntax.RdrOut, syntax.RdrAll:
		n.Mode |= protocol.Write | protocol.Truncate | protocol.Creat
		if s.opts.noclobber {
			n.Mode = n.Mode&^protocol.Truncate | protocol.Exclusive
		}
	default:
		n.Mode |= protocol.Write | protocol.Truncate | protocol.Creat
	}
	if !target.quoted {
		n.Mode |= protocol.Unquoted
	}
	if x.cloexec(fd, mode) {
		n.Mode |= protocol.Cloexec
	}
	if r.N != nil {
		n.Text = r.N.Value
	}
	return n
}

// cloexec tells whether the shell keeps a descriptor from programs.
func (x *walker) cloexec(fd int, mode protocol.Mode) bool {
	return mode&protocol.Scoped == 0 && fd > 2 && x.facts.ExecCloexec
}

// descriptor returns the number that a redirect is about. {fd}> allocates one and
// assigns the variable.
func (x *walker) descriptor(r *syntax.Redirect, f *flow) (fd int, known bool) {
	if r.N == nil {
		switch r.Op {
		case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
			return 0, true
		}
		return 1, true
	}
	name := r.N.Value
	if n, ok := shell.Number(name); ok {
		return n, true
	}
	if len(name) > 2 && name[0] == '{' {
		name, index := shell.VariableOf(name)
		if (r.Op == syntax.DplIn || r.Op == syntax.DplOut) && x.word(r.Word, f.st).text == "-" {
			v := x.variable(name, f.st)
			if index != nil {
				v, _ = x.entry(&syntax.ParamExp{Param: &syntax.Lit{Value: name}, Index: index}, x.variable(name, f.st), f.st)
			}
			n, ok := shell.Number(v.text)
			return n, ok && v.known
		}
		fd, f.st = x.allocate(f.st)
		v := literal(strconv.Itoa(fd))
		if index != nil {
			v = x.withEntry(name, index, v, f.st)
		}
		f.st = f.st.set(name, v)
		return fd, true
	}
	return 0, false
}

// redirected walks a compound command under its redirects.
func (x *walker) redirected(s *syntax.Stmt, f flow, body func(flow) []flow) []flow {
	if len(s.Redirs) == 0 {
		return body(f)
	}
	going, failed, saved := x.redirect(s.Redirs, f, false)
	outer := x.ctx
	x.ctx.hides = x.ctx.hides || len(saved) > 0
	if file := shell.InputOf(s.Redirs); file != nil {
		x.ctx.reads = x.path(x.word(file, f.st)) + 1
	}
	defer func() { x.ctx = outer }()
	var out []flow
	for _, g := range going {
		for _, h := range body(g) {
			if h.how != leaving {
				for _, id := range saved {
					h = x.restored(h, id, f.st, s)
				}
			}
			out = append(out, h)
		}
	}
	return append(out, x.errexit(failed, s)...)
}

// programUnder walks a program under its redirects: what they name is the program's, whatever
// the shell keeps from others.
func (x *walker) programUnder(s *syntax.Stmt, f flow, body func(flow) []flow) []flow {
	from, marked := len(x.p.Nodes), false
	return x.redirected(s, f, func(f flow) []flow {
		if !marked {
			marked = true
			x.ofTheProgram(from)
		}
		return body(f)
	})
}

// ofTheProgram says of the redirects that were walked since a node that they are a program's.
func (x *walker) ofTheProgram(from int) {
	for i := from; i < len(x.p.Nodes); i++ {
		if n := &x.p.Nodes[i]; n.Op == protocol.Dup {
			n.Mode |= protocol.Program
		}
	}
}

// redirectedLast walks a function under its redirects. Where that is the last thing that
// the shell does, they may stay.
func (x *walker) redirectedLast(s *syntax.Stmt, f flow, body func(flow) []flow) []flow {
	if !x.facts.LastFunction || x.ctx.ending == notLast || len(s.Redirs) == 0 || f.st.catches() {
		return x.redirected(s, f, body)
	}
	going, failed, _ := x.redirect(s.Redirs, f, true)
	var out []flow
	for _, g := range going {
		out = append(out, body(g)...)
	}
	return append(out, x.errexit(failed, s)...)
}

// exec walks `exec` without a command: its redirects stay.
func (x *walker) exec(redirs []*syntax.Redirect, f flow, at syntax.Node, exits bool) []flow {
	out := []flow{}
	g := f
	for _, r := range redirs {
		ok, fail, _ := x.one(r, x.keepsFirst(r, g), 0)
		if fail != nil {
			fail.st = fail.st.withStatus(failed)
			if id := fail.from[0].node; exits || x.p.DigitsAreWord(&x.p.Nodes[id]) {
				out = append(out, x.leave(*fail, at)...)
			} else {
				out = append(out, *fail)
			}
		}
		g = ok
	}
	g.st = g.st.ok()
	return append(out, g)
}

// outOfReach is where a shell puts a descriptor aside first.
const outOfReach = 10

// keepsFirst copies what exec is about to close or to open anew, where the shell forgets to
// close the copy.
func (x *walker) keepsFirst(r *syntax.Redirect, f flow) flow {
	if !x.facts.ExecKeepsFirst || !x.isText {
		return f
	}
	fd, known := x.descriptor(r, &f)
	if !known || fd <= 2 || !f.st.fds.has(fd) || f.st.fds.has(outOfReach) {
		return f
	}
	n := x.node(protocol.Dup, r)
	n.FD, n.From, n.Mode = outOfReach, fd, protocol.Cloexec
	g := x.then(f, n)
	return g.with(x.withFD(g.st, outOfReach, true))
}

func itoa(n int) string { return strconv.Itoa(n) }
