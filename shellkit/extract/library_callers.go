package extract

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// library walks the functions that nobody in the script calls: somebody who
// sources it will. Each is one way to go on after the script's own commands.
func (x *walker) library(file *syntax.File, in []flow) []flow {
	var roots, releases []string
	program, takes := x.isProgram(), x.in.callersOf(x.in.anchored)
	for name := range x.in.funcs {
		switch uncalled := !x.walked[name] && x.touchesFunction(name) && x.in.locksIn(name); {
		case uncalled && x.in.handed[name]:
			x.dunno(x.in.funcs[name].Name, "what %s is handed to may call it, under locks or without", name)
		case uncalled && !program:
			roots = append(roots, name)
		}
		if !program && !x.walked[name] && !x.in.handed[name] && !takes[name] && x.touchesFunction(name) {
			releases = append(releases, name)
		}
	}
	slices.Sort(roots)
	slices.Sort(releases)
	var out []flow
	for _, f := range in {
		if f.how != onward {
			out = append(out, f)
			continue
		}
		for _, name := range roots {
			if x.walked[name] {
				continue
			}
			n := x.node(protocol.Choose, x.in.funcs[name].Name)
			n.Text = name + protocol.IsCalled
			yes, no := x.fork(f, n)
			yes.st = yes.st.endedWith(&unknownStatus)
			x.ctx.want, x.strange = true, true
			before := len(x.p.Nodes)
			for _, g := range x.invoke(name, given, x.in.funcs[name].Body, yes) {
				if g.how == onward && !g.st.status.nonzero {
					w := x.node(protocol.Work, x.in.funcs[name].Name)
					w.Text, w.Mode = protocol.CallerOf+name, protocol.Program
					g = x.then(g, w)
					if slices.ContainsFunc(x.p.Nodes[before:], locksDescriptor) {
						g, out = x.releasedBy(releases, name, g, out)
					}
				}
				out = append(out, g)
			}
			x.ctx.want, x.strange = false, false
			f = no
		}
		out = append(out, f)
	}
	return out
}

// locksDescriptor tells whether a node asks for the lock of a descriptor.
func locksDescriptor(n protocol.Node) bool {
	return n.Op == protocol.Flock && !n.Mode.Has(protocol.Unlock)
}

// releasedBy is how a caller that has locked descriptors by a library goes on: without
// another call, or by one of a function of it that takes none. Of a lock that is a name
// it is not known which traps the caller has for it.
func (x *walker) releasedBy(releases []string, taken string, f flow, out []flow) (flow, []flow) {
	for _, name := range releases {
		if name == taken {
			continue
		}
		n := x.node(protocol.Choose, x.in.funcs[name].Name)
		n.Text = name + protocol.IsCalled
		yes, no := x.fork(f, n)
		out = append(out, x.invoke(name, given, x.in.funcs[name].Body, yes.with(yes.st.endedWith(&unknownStatus)))...)
		f = no
	}
	return f, out
}
