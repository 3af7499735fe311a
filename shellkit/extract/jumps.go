package extract

import (
	"github.com/lockkit/lockkit/shellkit/shell"
)

func breakCommand(x *walker, c *call, f flow) []flow    { return x.jump(c, f, breaking) }
func continueCommand(x *walker, c *call, f flow) []flow { return x.jump(c, f, continuing) }

// jump leaves a loop, or as many as a number says and there are. What it does where none
// is around it is a matter of the shell: most of them go on.
func (x *walker) jump(c *call, f flow, h how) []flow {
	jumps := x.facts.Jumps
	levels, clear := loopsLeft(c)
	if !clear {
		x.dunno(c.at, "how many loops %s leaves", c.name())
	}
	if x.ctx.loops == 0 {
		switch in := x.ctx; {
		case in.handler && !in.exiting && jumps.FromTraps:
			x.dunno(c.at, "which loop %s leaves in a trap", c.name())
		case in.exiting && jumps.FromExitTrap && jumps.Nowhere == shell.NowhereGoesOn:
			x.dunno(c.at, "what %s does in an EXIT trap", c.name())
		case in.parents > 0 && x.jumpEndsSubshell():
			return []flow{f.with(f.st.ok()).going(leaving)}
		}
		return x.nowhere(c, f, jumps.Nowhere)
	}
	if levels > x.ctx.loops && x.ctx.parents > 0 && x.jumpEndsSubshell() {
		return []flow{f.with(f.st.ok()).going(leaving)}
	}
	f.levels = min(levels, x.ctx.loops)
	return []flow{f.with(f.st.ok()).going(h)}
}

// jumpEndsSubshell tells whether the process at hand ends where one leaves a loop around it.
func (x *walker) jumpEndsSubshell() bool {
	jumps := x.facts.Jumps
	return jumps.EndSubshells || jumps.EndSubsts && x.ctx.sub != nil && x.ctx.sub.what == "$( )"
}

// loopsLeft is how many loops break and continue are asked to leave; clear says that it is
// one number from 1 on, which all shells read alike.
func loopsLeft(c *call) (levels int, clear bool) {
	if len(c.args) < 2 {
		return 1, true
	}
	n, ok := shell.Number(c.args[1].text)
	if !ok || n == 0 || !c.args[1].sure() {
		return 1, false
	}
	return n, len(c.args) == 2
}

// nowhere is how a shell goes on behind break and continue where there is no loop.
func (x *walker) nowhere(c *call, f flow, does shell.Nowhere) []flow {
	switch {
	case does == shell.NowhereFails:
		return x.errexit([]flow{f.with(f.st.fail())}, c.at)
	case does != shell.NowhereEnds:
		return []flow{f.with(f.st.ok())}
	case x.src.depth > 0:
		x.dunno(c.at, "how much of a text ends at %s", c.name())
	}
	return x.leave(f.with(f.st.fail()), c.at)
}
