package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// frame walks a child that the shell waits for: a subshell, a part of a
// pipeline, a command substitution. Redirects are the child's own.
func (x *walker) frame(what string, at syntax.Node, f flow, redirs []*syntax.Redirect, body func(flow) []flow) []flow {
	return x.frameOf(x.dialect, what, at, f, redirs, body)
}

// frameOf walks a child that is a shell of its own kind. Where it begins, and once it has
// ended, the traps in force are those of the shell that waits for it, as that one runs them.
func (x *walker) frameOf(d source.Dialect, what string, at syntax.Node, f flow, redirs []*syntax.Redirect, body func(flow) []flow) []flow {
	outer, around := x.ctx, x.dialect
	begin := x.node(protocol.Sub, at)
	begin.Text = what
	if x.ctx.exec {
		begin.Mode |= protocol.InPlace
	}
	g := x.then(f, begin)
	id := g.from[0].node
	x.becomes(d)
	x.ctx.sub = &subshell{what: what, begin: id, parent: outer.sub}
	x.ctx.floor = f.st.frame.depth()
	x.ctx.parents += x.ctx.loops
	x.ctx.loops, x.ctx.ending, x.ctx.hides, x.ctx.exec = 0, x.atEndOf(what, g.st), false, false
	x.ctx.closing = x.facts.LastUntrapped && what != "sh -c"
	in := g.st
	g.st = x.inChild(in)
	if what == "$( )" && in.exit.byFunction {
		g.st.arm(func(a *armed) { a.exit = in.exit })
	}
	going, failed, _ := x.redirect(redirs, g, true)
	out := failed
	if len(going) == 1 {
		out = append(out, body(going[0])...)
	}
	out = x.merge(out, true)
	// Whatever ends the child is how it ended: the EXIT trap of its own runs first.
	var ended []flow
	for _, h := range out {
		if h.how != leaving && !(h.how == returning && x.facts.ReturnSkipsTrap) {
			h = x.exitTrap(h.going(onward), x.span(at))
		}
		ended = append(ended, h)
	}
	x.ctx = outer
	x.becomes(around)
	for i, h := range ended {
		h.how = onward
		back := in.endedWith(h.st.status)
		if h.st.opts.hit != in.opts.hit {
			back = back.clone()
			back.opts.hit = h.st.opts.hit
		}
		if h.st.saying != in.saying {
			back = back.clone()
			back.saying = h.st.saying
		}
		ended[i] = h.with(back) // what the child did to variables and traps is lost
	}
	var back []flow
	for _, h := range x.merge(ended, true) {
		n := x.node(protocol.EndSub, at)
		n.Body = id
		if h.st.status.nonzero {
			n.Text = protocol.Failed
		}
		h = x.then(h, n)
		if hit := h.st.opts.hit; hit != "" {
			h.st = h.st.clone()
			h.st.opts.hit = ""
			back = append(back, x.signalled(h, hit, at)...)
			continue
		}
		back = append(back, h)
	}
	return back
}

// becomes has what follows walked as a shell of this kind does it.
func (x *walker) becomes(d source.Dialect) { x.dialect, x.facts = d, shell.Of(d) }

// inChild is the state as a subshell has it: traps are back to their default.
func (x *walker) inChild(s *state) *state {
	t := s.clone()
	t.frame = s.frame.withoutExits()
	if t.armed == noTraps {
		return t
	}
	t.arm(func(a *armed) {
		a.exit = trap{}
		if !x.inheritsErr(s) {
			a.err = errTrap{}
		}
		for i := range a.sig {
			if a.sig[i].text != "" {
				a.sig[i] = trap{} // an ignored signal stays ignored
			}
		}
	})
	return t
}

// spawn walks `command &`: a process of its own that begins here.
func (x *walker) spawn(s *syntax.Stmt, f flow) flow {
	pid := symbol("$!", "spawn@"+x.here.key())
	g, id := x.starts(s, f, 0)
	if id != protocol.None {
		pid.spawn = int(id) + 1
	}
	return g.with(g.st.set("!", pid).ok())
}

// starts walks a process that begins here, which the shell does not wait for. There is no
// node of one that is over before anybody looks.
func (x *walker) starts(s *syntax.Stmt, f flow, mode protocol.Mode) (flow, protocol.ID) {
	if x.effort != exact && x.says(s.Cmd) == protocol.Quiet && !x.touches(s.Cmd) { // it is over before anybody looks
		return x.plainQuiet(s, f), protocol.None
	}
	n := x.node(protocol.Spawn, s)
	n.Text, n.Mode = short(x.raw(s)), mode
	id := x.add(f, n)
	// The child.
	outer, start := x.ctx, x.start
	does := &job{opens: map[int]bool{}, takes: map[int]bool{}}
	x.ctx = context{child: true, ending: onlyOne, closing: x.facts.LastUntrapped, job: does, parents: outer.parents + outer.loops, floor: f.st.frame.depth()}
	x.start = protocol.None
	child := *s
	child.Background, child.Disown, child.Coprocess = false, false, false
	st := x.inChild(f.st)
	begin := x.node(protocol.Work, s)
	begin.Text, begin.Mode = "begin", protocol.Quiet
	g := x.then(flow{st: st}, begin)
	x.p.Nodes[id].Body = g.from[0].node
	x.finish(x.job(&child, g))
	x.ctx, x.start = outer, start
	// The parent.
	f.from = []edge{{node: id}}
	return x.takenBy(does, id, s, f.with(f.st.ok())), id
}

// plainQuiet is a command that leaves nothing behind.
func (x *walker) plainQuiet(at syntax.Node, f flow) flow {
	n := x.node(protocol.Work, at)
	n.Text, n.Mode = short(x.raw(at)), protocol.Quiet
	return x.then(f, n)
}

// exit ends the process, or the innermost frame: the EXIT trap, then the end.
// Flows that end a frame come back from leave as leaving.
func (x *walker) exit(f flow, at source.Span) { x.ended(f, at) }

func (x *walker) leave(f flow, at syntax.Node) []flow {
	return x.ended(f, x.span(at))
}

func (x *walker) ended(f flow, at source.Span) []flow {
	if hasExit(f.st.frame) {
		return x.beyondFunctions(f, func(g flow) []flow { return x.ended(g, at) })
	}
	f.st = x.asEnded(f.st)
	if x.ctx.sub != nil {
		f = x.exitTrap(f, at)
		return []flow{f.going(leaving)}
	}
	key := f.st.traps() + x.handlerKey(f.st)
	if x.ctx.handler || x.ctx.exiting || x.ctx.child {
		key += "\x04"
	}
	if x.ctx.exiting {
		key += "\x05"
	}
	if x.ctx.dies {
		key += "\x07"
	}
	if t := f.st.exit; t.armed && (x.effort == exact || strings.Contains(t.text, "$?")) {
		key += "\x06" + f.st.status.key // the trap may go by how the shell ends
	}
	if id, ok := x.exits[key]; ok {
		x.connect(f, id)
		return nil
	}
	n := protocol.NewNode(protocol.Leave)
	n.Span = at
	f = x.then(f, n)
	x.exits[key] = f.from[0].node
	f = x.exitTrap(f, at)
	end := protocol.NewNode(protocol.End)
	end.Span = at
	if x.ctx.dies {
		end.Mode |= protocol.Fatal
	}
	x.add(f, end)
	return nil
}

// replaced ends a process that has become another program: no trap runs.
func (x *walker) replaced(f flow, at syntax.Node) []flow {
	if x.ctx.sub != nil {
		return []flow{f.going(leaving)}
	}
	x.add(f, x.node(protocol.End, at))
	return nil
}
