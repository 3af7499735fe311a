package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// pipeline walks the parts one after the other, each in a frame of its own. The
// last part runs in the shell itself in zsh and ksh.
func (x *walker) pipeline(c *syntax.BinaryCmd, f flow) []flow {
	parts, begin := partsOf(c), len(x.p.Nodes)
	if x.hasErr(f.st) && slices.ContainsFunc(parts, func(s *syntax.Stmt) bool { call, ok := s.Cmd.(*syntax.CallExpr); return !ok || len(call.Args) == 0 }) {
		x.dunno(c, "in which parts of a pipeline the ERR trap runs")
	}
	if s := x.readsPart(parts); s != nil {
		return x.stmt(s, f)
	}
	if how, ok := x.lookedThrough(parts, f.st); ok && (how.ends && x.ctx.want || f.st.saying != nil) {
		return x.errexit(x.looksThrough(how, parts, f), c)
	}
	out := x.piped(parts, f, nil, false, false)
	x.gates(parts[:len(parts)-1], f.st, begin)
	return x.errexit(out, c)
}

// partsOf lists the commands of a pipeline.
func partsOf(c *syntax.BinaryCmd) []*syntax.Stmt {
	if left, ok := c.X.Cmd.(*syntax.BinaryCmd); ok && len(c.X.Redirs) == 0 && !c.X.Negated && (left.Op == syntax.Pipe || left.Op == syntax.PipeAll) {
		return append(partsOf(left), c.Y)
	}
	return []*syntax.Stmt{c.X, c.Y}
}

// piped walks what is left of a pipeline. ended is how the parts before have ended;
// lost, that one of them has failed and pipefail is set; told, that what comes out of the
// part before is what a lock command says.
func (x *walker) piped(parts []*syntax.Stmt, f flow, ended []value, lost, told bool) []flow {
	at, last := parts[0], len(parts) == 1
	part := func(f flow) []flow { return x.stmt(at, f) }
	outer := x.ctx
	for _, reader := range parts[1:] {
		x.ctx.input = max(x.ctx.input, x.doneToInput(reader))
	}
	if !last {
		x.ctx.want = f.st.opts.pipefail || x.in.pipes
	}
	fed := x.ctx.fed
	if !last {
		x.ctx.fed = nil
	}
	var words []*syntax.Word
	if len(parts) == 2 && x.effort != exact && len(x.may("xargs"))+len(x.may("echo"))+len(x.may("printf")) == 0 {
		words = fedBy(at, parts[1])
	}
	saying := f.st.saying
	if words != nil {
		f = f.with(f.st.listens())
	}
	begin := len(x.p.Nodes)
	var flows []flow
	if last && x.facts.LastPipeInside {
		x.ctx.ending = notLast
		flows = part(f)
	} else if !last && x.leavesParts(f.st) && x.outlives(parts) {
		g, _ := x.starts(at, f, protocol.Piped)
		flows = []flow{g}
	} else {
		flows = x.frame("|", at, f, nil, part)
	}
	x.ctx = outer
	x.ctx.fed = nil
	if words != nil {
		for i, g := range flows {
			if said := g.st.saying; said != nil && said.known {
				fed = &feed{said.text, words}
			}
			flows[i].st = g.st.clone()
			flows[i].st.saying = saying
		}
	}
	if told && passesOn(at) {
		for i := begin; i < len(x.p.Nodes); i++ {
			x.p.Nodes[i].Mode |= protocol.Quiet
		}
	} else {
		told = len(ended) == 0 && onlyLocks(x.p.Nodes[begin:])
	}
	if !last && !f.st.opts.pipefail && !x.in.pipes {
		flows = x.merge(flows, false)
	}
	var out []flow
	for _, g := range flows {
		all := append(ended[:len(ended):len(ended)], *g.st.status)
		switch {
		case g.how != onward:
			out = append(out, g)
		case !last:
			if words != nil {
				x.ctx.fed = fed
			}
			out = append(out, x.piped(parts[1:], g, all, lost || g.st.opts.pipefail && g.st.status.nonzero, told)...)
		default:
			g.st = x.statuses(all, g.st)
			if lost {
				g.st = g.st.fail()
			}
			out = append(out, g)
		}
	}
	return out
}

// onlyLocks tells whether a part of a pipeline asks for a lock and does nothing else.
func onlyLocks(nodes []protocol.Node) bool {
	asks := false
	for _, n := range nodes {
		switch n.Op {
		case protocol.Flock, protocol.Claim:
			asks = true
		case protocol.Sub, protocol.EndSub, protocol.Dup, protocol.Restore:
		default:
			return false
		}
	}
	return asks
}

// passesOn tells whether a part of a pipeline hands on what it reads, to a log at most:
// the messages of a lock command are no work that the lock guards.
func passesOn(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(c.Args) == 0 || len(c.Assigns) > 0 || !isA(c.Args[0].Lit(), handsOnText) {
		return false
	}
	for _, r := range s.Redirs {
		if r.Op == syntax.RdrOut || r.Op == syntax.RdrAll || r.Op == syntax.RdrClob {
			if !strings.HasPrefix(r.Word.Lit(), "/dev/") {
				return false
			}
		}
	}
	appends := false
	for _, w := range c.Args[1:] {
		text := w.Lit()
		if c.Args[0].Lit() == "sed" && strings.HasPrefix(text, "-") && strings.Contains(text, "i") {
			return false // in place
		}
		appends = appends || text == "-a" || text == "--append"
	}
	return c.Args[0].Lit() != "tee" || appends || len(c.Args) == 1 || strings.HasPrefix(c.Args[1].Lit(), "/dev/")
}

// pipeStatus is the array that tells how the parts of the last pipeline have ended.
func (x *walker) pipeStatus() string {
	if x.facts.SmallPipes {
		return "pipestatus"
	}
	return "PIPESTATUS"
}

// statuses is the state in which the parts of the last pipeline have ended so.
func (x *walker) statuses(all []value, s *state) *state {
	if !x.in.pipes {
		return s
	}
	for i, v := range all {
		if v.key == unknownStatus.key {
			all[i] = x.fresh(x.pipeStatus() + itoa(i))
		}
		all[i].filled = true // a status is a number
	}
	return s.set(x.pipeStatus(), x.array(all))
}

// afterOne notes how a command has ended that is no pipeline: it is a pipeline of one.
func (x *walker) afterOne(s *syntax.Stmt, out []flow) []flow {
	if b, ok := s.Cmd.(*syntax.BinaryCmd); ok && (b.Op == syntax.Pipe || b.Op == syntax.PipeAll) {
		return out
	}
	for i, g := range out {
		if g.how == onward {
			out[i].st = x.statuses([]value{*g.st.status}, g.st)
		}
	}
	return out
}
