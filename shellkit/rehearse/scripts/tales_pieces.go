package scripts

import (
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// The pieces of which tales are told.

// again is a redirect by which programs get a descriptor that this shell would close.
func (p *plan) again(fd string) string {
	if closesForPrograms.has(p.shell) {
		return " " + fd + "<&" + fd
	}
	return ""
}

// tryOn is a flock on descriptor 9 that does not wait.
func (p *plan) tryOn() string { return "flock -n 9" + p.again("9") }

// takeOn opens the lock's file and locks it, and the loser goes.
func (p *plan) takeOn(path string) []string {
	p.way = byDescriptor
	busy := pick(p.dice,
		[]string{p.tryOn() + " || exit 1"},
		within("if ! "+p.tryOn()+"; then", []string{`echo "already running" >&2`, "exit 1"}, "fi"),
		[]string{p.tryOn() + " || { echo busy >&2; exit 75; }"})
	return join([]string{"exec 9>>" + path}, busy)
}

// leavesOnSignals makes the signals end a script by way of its EXIT trap.
const leavesOnSignals = "trap 'exit 1' HUP INT TERM"

// makes takes a lock whose existence is the lock, and returns what removes it.
func (p *plan) makes(path string) (take, remove string) {
	p.way, p.tool = byExistence, pick(p.dice, "mkdir", "noclobber")
	if p.tool == "mkdir" {
		if remove = pick(p.dice, "rmdir ", "rm -rf ") + path; p.input == "relative" { // a whole folder is removed by its whole name
			remove = "rmdir " + path
		}
		return pick(p.dice, "mkdir "+path+" 2>/dev/null || exit 1", "mkdir "+path+" || { echo busy >&2; exit 1; }"), remove
	}
	return "(set -C; echo $$ >" + path + ") 2>/dev/null || exit 1", "rm -f " + path
}

// twoJobs is the plainest work.
func (p *plan) twoJobs() []string {
	return pick(p.dice, []string{"./" + p.words.jobs[0], "./" + p.words.jobs[1]},
		[]string{"./" + p.words.jobs[0] + " && ./" + p.words.jobs[1]},
		within("for part in a b; do", []string{"./" + p.words.jobs[0] + ` "$part"`}, "done"))
}

// plainLock is a lock of one of the plainest kinds over the work, right or wrong in one
// of the plainest ways.
func (p *plan) plainLock() told {
	path := p.path()
	switch p.tell("flock", "flock", "flock unheeded", "flock removed", "name", "name", "name without a trap", "name of the loser") {
	case "flock unheeded":
		p.way = byDescriptor
		return told{body: join([]string{"exec 9>>" + path, p.tryOn() + pick(p.dice, "", " || true", " || echo busy >&2")}, p.twoJobs()),
			codes: []string{"LK201"}, Answer: broken(prove.Exclusion, "who does not get the lock works all the same")}
	case "flock removed":
		return told{body: join(p.takeOn(path), p.twoJobs(), []string{"rm -f " + path}),
			codes: []string{"LK301"}, Answer: broken(prove.Exclusion, "the file is removed under the lock")}
	case "name":
		take, remove := p.makes(path)
		return told{body: join([]string{take, "trap " + quoted(remove) + " EXIT", leavesOnSignals}, p.twoJobs()),
			Answer: kept("taken at one stroke, heeded, cleaned up on every way out but kill -9")}
	case "name without a trap":
		take, remove := p.makes(path)
		return told{body: join([]string{take}, p.twoJobs(), []string{remove}),
			codes: []string{"LK604"}, Answer: broken(prove.Stale, "a signal ends the script and nothing cleans up")}
	case "name of the loser":
		take, remove := p.makes(path)
		return told{body: join([]string{"trap " + quoted(remove) + " EXIT", leavesOnSignals, take}, p.twoJobs()),
			codes: []string{"LK603"}, Answer: broken(prove.Exclusion, "the EXIT trap of the loser removes the winner's lock").alone()}
	}
	return told{body: join(p.takeOn(path), p.twoJobs()), Answer: kept("taken, heeded, held over the work")}
}

// runsExitTrap tells whether the EXIT trap runs when a signal ends the shell.
func (p *plan) runsExitTrap() bool { return p.shell == source.Bash || p.shell == source.Ksh }
