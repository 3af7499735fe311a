package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A script that runs itself under a lock asks for that lock once more: what the child
// waits for may be what its parent has.

// isItself tells whether a command names the script that it stands in.
func (x *walker) isItself(c *call) bool {
	v := c.args[0]
	switch {
	case v.key == "\x000\x00":
		return true
	case !v.known || !strings.Contains(v.text, "/") && !c.plain:
		return false
	}
	return path.Base(v.text) == path.Base(x.p.File) && (path.Dir(v.text) == "." || path.Dir(v.text) == path.Dir(x.p.File))
}

// itself walks a command that runs the script once more, as a child that is waited for.
// The second return value is false where that is nothing to a lock.
func (x *walker) itself(c *call, f flow) ([]flow, bool) {
	if x.root == nil || x.effort == exact || x.src.fixed != nil || x.src.name != x.p.File || x.strange || !x.isItself(c) || !x.hasLocked() {
		return nil, false
	}
	if c.execs && c.loose {
		return nil, false // it begins anew as it was called
	}
	if !c.execs && x.facts.ExecCloexec && x.inPlace(c.at, f.st) && !x.waitedFor() {
		x.dunno(c.at, "the script runs itself in the place of its shell, whose locks end with that")
		n := x.node(protocol.Opaque, c.at)
		n.Text = protocol.Itself
		return []flow{x.both(f, n)}, true
	}
	if x.nested > 0 {
		x.dunno(c.at, "the script runs itself while it is run by itself")
		return nil, false
	}
	var redirs []*syntax.Redirect
	for _, r := range c.at.Redirs {
		if r.N != nil && r.N.Value != "0" && r.N.Value != "1" && r.N.Value != "2" {
			redirs = append(redirs, r)
		}
	}
	again := func(f flow) []flow {
		st := f.st.clone()
		st.vars, st.frame, st.opts, st.status = x.exported(c, f.st), nil, options{}, &success
		st.opts.errexit = shebangErrexit(x.src.text)
		funcs, ctx := x.funcs, x.ctx
		x.funcs = map[string]function{}
		for name, fn := range x.in.funcs {
			if x.callable(name) {
				x.funcs[name] = function{fn, x.src}
			}
		}
		x.ctx.want, x.ctx.checked, x.ctx.loops, x.ctx.parents = true, false, 0, 0
		x.nested++
		out := x.stmts(x.root.Stmts, []flow{f.with(st.with(c.arguments(1)))})
		x.nested--
		x.funcs, x.ctx = funcs, ctx
		return out
	}
	return x.programUnder(shell.WithRedirects(c.at, redirs), f, func(f flow) []flow {
		return x.frame(protocol.Itself, c.at, f, nil, again)
	}), true
}

// hasLocked tells whether a lock was asked for on the way of the walk so far.
func (x *walker) hasLocked() bool {
	return slices.ContainsFunc(x.p.Nodes, func(n protocol.Node) bool {
		return n.Op == protocol.Flock && !n.Mode.Has(protocol.Unlock) || n.Op == protocol.Claim
	})
}

// exported lists what a program that a command starts finds in its environment.
func (x *walker) exported(c *call, s *state) *vars {
	var out *vars
	for name, v := range s.vars.all() {
		if x.in.exports[name] {
			out = out.with(name, v)
		}
	}
	for _, a := range c.expr.Assigns {
		if a.Name != nil {
			if v, ok := s.vars.get(a.Name.Value); ok {
				out = out.with(a.Name.Value, v)
			}
		}
	}
	return out
}

// export notes the variables that a command puts into the environment.
func (in *interest) export(name string, args []*syntax.Word) {
	marked := name == "export"
	for _, w := range args {
		text := in.bare(w)
		if name == "set" && (text == "allexport" || strings.HasPrefix(text, "-") && strings.Contains(text, "a")) {
			in.exportsAll = true
		}
		if strings.HasPrefix(text, "-") {
			marked = marked || (name == "declare" || name == "typeset") && strings.Contains(text, "x")
			continue
		}
		if target, _, _ := strings.Cut(text, "="); marked && syntax.ValidName(target) {
			in.exports[target] = true
		}
	}
}
