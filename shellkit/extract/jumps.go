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
	if x.ctx.loops == 0 {
		switch in := x.ctx; {
		case in.handler && !in.exiting && jumps.FromTraps:
			x.dunno(c.at, "which loop %s leaves in a trap", c.name())
		case in.exiting && jumps.FromExitTrap && jumps.Nowhere == shell.NowhereGoesOn:
			x.dunno(c.at, "what %s does in an EXIT trap", c.name())
		case in.parents > 0 && (jumps.EndSubshells || jumps.EndSubsts && in.sub != nil && in.sub.what == "$( )"):
			return []flow{f.with(f.st.ok()).going(leaving)}
		}
		return x.nowhere(c, f, jumps.Nowhere)
	}
	f.levels = 1
	if len(c.args) > 1 {
		if n, ok := shell.Number(c.args[1].text); ok && n > 0 {
			f.levels = min(n, x.ctx.loops)
		}
	}
	return []flow{f.with(f.st.ok()).going(h)}
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
