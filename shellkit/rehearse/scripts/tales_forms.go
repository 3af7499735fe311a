package scripts

import (
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Tales about what stands in a form of its own: a child, a handler, a probe, a name of bytes.

// definedInAChild defines a function anew where the shell itself, or only a child of it,
// gets to know of it.
func (p *plan) definedInAChild() told {
	p.way = byDescriptor
	heeds, works := "take() { "+p.tryOn()+" || exit 1; }", "take() { "+p.tryOn()+pick(p.dice, "; :", " || :", " || echo busy >&2")+"; }"
	first, second, sees := works, heeds, false
	if p.dice.chance(50) {
		first, second = heeds, works
	}
	var again []string
	switch p.tell("subshell", "job", "pipeline", "substitution", "group", "condition", "loop") {
	case "subshell":
		again = pick(p.dice, []string{"( " + second + " )"}, within("(", []string{second, "echo anew"}, ")"))
	case "job":
		again = []string{"{ " + second + "; } &", "wait"}
	case "pipeline":
		again = []string{"{ " + second + "; echo anew; } | cat"}
	case "substitution":
		again = []string{"n=$(" + second + "; echo anew)", `echo "$n"`}
	case "group":
		again, sees = []string{"{ " + second + "; }"}, true
	case "condition":
		again, sees = within("if :; then", []string{second}, "fi"), true
	case "loop":
		again, sees = within("for n in 1; do", []string{second}, "done"), true
	}
	body := join([]string{first}, again, []string{"exec 9>>" + p.path(), "take"}, p.twoJobs())
	if sees == (second == heeds) {
		return told{body: body, Answer: kept("the function that is called heeds the result")}
	}
	return told{body: body, codes: []string{"LK201"}, Answer: broken(prove.Exclusion, "the function that is called does not heed the result")}
}

// takenOver has who does not get a folder look for its owner, and take its place.
func (p *plan) takenOver() told {
	p.way, p.tool, p.input = byExistence, "mkdir", pick(p.dice, "literal", "constant", "assigned")
	path, aside, gate := p.path(), p.beside(".dead.$$"), p.beside(".gate")
	number := p.beside("/pid")
	away := []string{"old=" + aside, "mv " + path + ` "$old" 2>/dev/null`, `rm -rf "$old"`}
	if p.dice.chance(40) {
		away = []string{"rm -rf " + path}
	}
	look := within("if ! mkdir "+path+" 2>/dev/null; then",
		join([]string{"kill -0 \"$(cat " + number + " 2>/dev/null)\" 2>/dev/null && exit 0"}, away, []string{"mkdir " + path + " 2>/dev/null || exit 0"}), "fi")
	leave := []string{"trap " + quoted("rm -rf "+path) + " EXIT", leavesOnSignals}
	tell := []string{"echo $$ >" + number}
	if p.tell("at once", "under a gate", "waits") == "under a gate" {
		guarded := join([]string{"exec 8>>" + gate, "flock 8" + p.again("8") + " || exit 1"}, look, tell, []string{"exec 8>&-"})
		return told{body: join(guarded, leave, p.twoJobs()), Answer: unknown("a signal may come between the folder and the trap")}
	}
	if p.twist == "waits" {
		tell = join([]string{"sleep 1"}, tell)
	}
	return told{body: join(look, leave, tell, p.twoJobs()), codes: []string{"LK602"}, Answer: broken(prove.Exclusion, "two who find the owner gone take its place one after the other")}
}

// diesOfItsSignal sends itself the signal whose handler runs.
func (p *plan) diesOfItsSignal() told {
	path := p.path()
	take, remove := p.makes(path)
	end := pick(p.dice, `trap - HUP INT TERM; kill -"$1" $$`, "trap - \"$1\"; kill -\"$1\" $$", `trap - HUP INT TERM; kill -s "$1" $$`)
	arm := []string{"trap 'bye HUP' HUP", "trap 'bye INT' INT", "trap 'bye TERM' TERM"}
	work := join(p.twoJobs(), []string{remove})
	switch p.tell("cleans", "keeps", "one signal") {
	case "keeps":
		return told{body: join([]string{"bye() { echo ends >&2; " + end + "; }", take}, arm, work), codes: []string{"LK604"}, Answer: broken(prove.Stale, "the handler ends the script and does not remove the lock")}
	case "one signal":
		return told{body: join([]string{"bye() { " + remove + "; " + end + "; }", take}, arm[1:2], work), codes: []string{"LK604"}, Answer: broken(prove.Stale, "the other signals end the script before the lock is removed")}
	}
	return told{body: join([]string{"bye() { " + remove + "; " + end + "; }", take}, arm, work), Answer: kept("each handler removes the lock and ends the script")}
}

// probed tries a lock and lets it go before it works.
func (p *plan) probed() told {
	p.way, p.tool = byCommand, "program"
	j, path := p.words.jobs, p.path()
	probe := pick(p.dice, []string{"flock -n " + path + " true || exit 1"}, within("if ! flock -n "+path+" true; then", []string{"echo busy >&2", "exit 1"}, "fi"))
	switch p.tell("and held by a job", "and works", "and taken", "and taken again") {
	case "and held by a job":
		return told{body: join(probe, []string{"flock -n " + path + " ./" + j[1] + " &", "./" + j[0], "wait"}), Answer: broken(prove.Exclusion, "the probe has given the lock up before the work begins").alone()}
	case "and works":
		return told{body: join(probe, p.twoJobs()), Answer: broken(prove.Exclusion, "the probe has given the lock up before the work begins")}
	case "and taken again":
		return told{body: join(probe, []string{"flock " + path + " ./" + j[0], "flock " + path + " ./" + j[1]}), Answer: kept("each work has the lock")}
	}
	return told{body: join(probe, []string{"flock -n " + path + " ./" + j[0] + " || exit 1"}), Answer: kept("the work has the lock")}
}

// namesOfBytes has names that differ in a byte which is no character.
func (p *plan) namesOfBytes() told {
	p.way = byDescriptor
	name := func(b string) string { return `"` + p.words.folder + "/caf" + b + "." + p.words.lock + `"` }
	take := func(fd, name string) []string {
		return []string{"exec " + fd + ">>" + name, "flock " + fd + p.again(fd) + " || exit 1"}
	}
	one, other := name("\xe9"), name("\xe8")
	if p.tell("two", "two", "one") == "one" {
		return told{body: join(take("8", one), take("9", one), p.twoJobs()), Answer: broken(prove.Deadlock, "a run waits for a lock that it holds itself").alone()}
	}
	return told{body: join(take("8", one), take("9", other), p.twoJobs()), Answer: kept("taken, heeded, held over the work")}
}

// byBytes are the shells that take names for bytes.
var byBytes = []source.Dialect{source.Bash, source.Dash, source.Mksh, source.Ksh, source.Ash}
