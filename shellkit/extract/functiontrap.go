package extract

import (
	"github.com/lockkit/lockkit/shellkit/shell"
)

// ownsExit tells whether an EXIT trap that is set here fires when the function returns. That
// of a child of the function is the child's.
func (x *walker) ownsExit(s *state) bool {
	if !x.inFunction(s) || len(x.calls) == 0 || s.frame.name != x.calls[len(x.calls)-1] {
		return false
	}
	switch x.facts.FunctionExit {
	case shell.ExitOfAll:
		return !s.opts.posix && !s.opts.posixTraps
	case shell.ExitOfKorn:
		return x.funcs[s.frame.name].decl.RsrvWord
	}
	return false
}

// atReturn walks the EXIT trap of a function, where it has one of its own.
func (x *walker) atReturn(in []flow) []flow {
	var out []flow
	for _, f := range in {
		if f.how == leaving || f.st.frame == nil || !f.st.frame.exit.armed {
			out = append(out, f)
			continue
		}
		how, levels := f.how, f.levels
		for _, g := range x.exitOfFunction(f) {
			if g.how == onward {
				g.how, g.levels = how, levels
			}
			out = append(out, g)
		}
	}
	return out
}

// exitOfFunction walks that trap, and comes out behind it.
func (x *walker) exitOfFunction(f flow) []flow {
	t, status := f.st.frame.exit, *f.st.status
	f = f.going(onward).with(f.st.withExit(trap{}).bared())
	return x.behind(t, status, &trapped{before: status, gives: x.facts.InExitTrap, sub: x.ctx.sub}, f)
}

// behind walks a trap of a function, as a trap where trap says so, and comes out with the
// status from before.
func (x *walker) behind(t trap, status value, trap *trapped, f flow) []flow {
	if t.text == "" {
		return []flow{f}
	}
	outer := x.ctx
	x.ctx.ending, x.ctx.trap = notLast, trap
	out := x.eval(t.origin.src, f)
	x.ctx = outer
	for i := range out {
		if out[i].how == returning {
			out[i].how = onward
		}
		if out[i].how == onward {
			out[i].st = out[i].st.withStatus(status)
		}
	}
	return out
}

// outOfFunctions walks the traps of the functions that an exit leaves, inner ones first.
func (x *walker) outOfFunctions(in flow) []flow {
	flows := []flow{in}
	for {
		again := false
		var next []flow
		for _, f := range flows {
			switch {
			case f.how != onward || f.st.frame == nil:
				next = append(next, f)
			case x.ctx.trap != nil && x.ctx.trap.byFunction:
				next, again = append(next, f.with(f.st.leave())), true
			case f.st.frame.exit.armed:
				next, again = append(next, x.exitOfFunction(f)...), true
			case hasExit(f.st.frame.parent):
				next, again = append(next, f.with(f.st.leave())), true
			default:
				next = append(next, f)
			}
		}
		if flows = next; !again {
			return flows
		}
	}
}

// withoutExits are the functions as a child sees them: it runs none of their EXIT traps.
func (f *frame) withoutExits() *frame {
	if !hasExit(f) {
		return f
	}
	g := *f
	g.exit, g.parent = trap{}, f.parent.withoutExits()
	return &g
}

func hasExit(f *frame) bool {
	for ; f != nil; f = f.parent {
		if f.exit.armed {
			return true
		}
	}
	return false
}
