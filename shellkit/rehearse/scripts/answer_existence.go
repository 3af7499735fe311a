package scripts

import (
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// expires tells whether the tool itself takes an old or dead lock away.
func (p *plan) expires() bool {
	switch p.tool {
	case "lockfile -l", "dotlockfile", "lockfile-create", "shlock":
		return true
	}
	return false
}

// existenceAnswer is about locks that are there or not: what takes them away decides.
func (p *plan) existenceAnswer() Answer {
	a := p.existenceFaults()
	if p.wiped {
		a.Lock = false // it may be a folder to work in
	}
	switch {
	case p.expires() && !a.Breaks(prove.Exclusion):
		return a.unsure("the tool takes a lock away that is old or whose owner is dead")
	case p.exitsEarly() && !a.Breaks(prove.Exclusion):
		return a.unsure("zsh runs an EXIT trap early that is set in a function, and TRAPEXIT behind a substitution")
	case p.unquoted && p.fromOutside():
		return a.unsure("the path may hold a blank, and it is not quoted")
	case p.endsUntrapped() && !a.Breaks(prove.Stale):
		return a.unsure("mksh runs no EXIT trap where a signal finds a subshell at its last command")
	case p.exitsEarly(), p.endsUntrapped():
		return a.alone()
	}
	return a
}

// endsUntrapped tells whether a signal that finds the lock's subshell at its last command sets
// no EXIT trap off.
func (p *plan) endsUntrapped() bool {
	return p.shell == source.Mksh && p.shape == "subshell" && p.armsExit()
}

// unsure says why nothing is known of this answer but whether there is a lock.
func (a Answer) unsure(why string) Answer {
	b := unknown(why)
	b.Lock = a.Lock
	return b
}

// exitsEarly tells whether the EXIT trap runs when a function or a substitution ends.
func (p *plan) exitsEarly() bool {
	substitutes := p.trapping == "trap functions" && (p.does == "captured" || p.child == "substitution")
	return p.shell == source.Zsh && p.armsExit() && (p.inFunction() || substitutes)
}

// inFunction tells whether traps are set in a function.
func (p *plan) inFunction() bool {
	return p.shape == "function" || p.shape == "nested" || p.shape == "sourced"
}

// armsExit tells whether there is a trap on EXIT.
func (p *plan) armsExit() bool {
	switch p.traps {
	case "none", "handler", "int-term", "goes-on", "error":
		return false
	}
	return true
}

func (p *plan) existenceFaults() Answer {
	switch p.tool {
	case "mkdir -p", "late noclobber", "mv", "ln -sf":
		if p.twist == "" {
			a := broken(prove.Exclusion, p.tool+" succeeds when it is there already").alone()
			a.Lock = false // whether it is meant as one is a matter of taste
			return a
		}
	}
	switch p.twist {
	case "asked-first", "asked-living", "moved-onto":
		return broken(prove.Exclusion, "two runs may ask before either of them creates").alone()
	case "taken-over":
		return broken(prove.Exclusion, "who finds the owner dead may remove the lock of the next one").alone()
	case "loser-cleans":
		return broken(prove.Exclusion, "the loser removes the winner's lock").alone()
	case "removed-first":
		return broken(prove.Exclusion, "each run removes the lock that is there")
	case "replaced":
		return broken(prove.Stale, "the program that takes the shell's place runs no EXIT trap")
	}
	if !p.heeds() {
		a := broken(prove.Exclusion, "who does not get the lock works all the same ("+p.heed+")").alone()
		a.Lock = false // nothing but what it is called says that a name is one which stops nobody
		return a
	}
	if p.child == "workers-closed" {
		return broken(prove.Exclusion, "the EXIT trap removes the lock while workers go on")
	}
	a := p.trapAnswer()
	if p.removesOnInt() && p.waits() && !p.exitsEarly() {
		a = a.and(Fault{prove.Exclusion, "a job ignores INT, and goes on when that has ended the script and removed the lock"}).alone()
	}
	return a
}

// removesOnInt tells whether the lock goes when INT ends the script.
func (p *plan) removesOnInt() bool {
	switch p.traps {
	case "exit-signals", "signals-first", "flagged", "handler", "int-term", "combined", "before", "late", "twice":
		return true
	case "exit-only":
		return p.shell == source.Bash || p.shell == source.Ksh || p.shell == source.Mksh
	}
	return false
}

// trapAnswer is about when the lock goes.
func (p *plan) trapAnswer() Answer {
	switch p.traps {
	case "none":
		return broken(prove.Stale, "a signal ends the script and nothing cleans up")
	case "exit-only":
		if p.shell != source.Bash && p.shell != source.Ksh {
			return broken(prove.Stale, "the EXIT trap does not run when a signal ends this shell")
		}
	case "int-term":
		return broken(prove.Stale, "HUP ends the script and nothing cleans up")
	case "combined":
		if p.trapping == "trap functions" && p.inFunction() {
			break // in zsh the exit of such a handler runs no EXIT trap of a function
		}
		return broken(prove.Exclusion, "the handler removes the lock, and then the EXIT trap removes the next one's").alone()
	case "goes-on":
		return broken(prove.Exclusion, "the handler removes the lock, and the script goes on")
	case "before":
		return broken(prove.Exclusion, "the EXIT trap of the loser removes the winner's lock")
	case "late":
		return broken(prove.Stale, "a signal during the work before the trap ends the script, and nothing cleans up")
	case "overwritten":
		return broken(prove.Stale, "the second EXIT trap takes the place of the one that cleans up")
	case "twice":
		return broken(prove.Exclusion, "the EXIT trap removes the lock once more, when it may be another run's")
	case "error":
		return broken(prove.Stale, "a signal ends the script and nothing cleans up").alone()
	}
	return kept("taken at one stroke, heeded, cleaned up on every way out but kill -9")
}
