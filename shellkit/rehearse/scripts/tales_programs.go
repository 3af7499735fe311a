package scripts

import (
	"strconv"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Tales about what programs inherit, replace and leave behind, and about shells that give
// a word a meaning of their own.

// manySlots lets as many in as there are names, which is more than runs are looked at.
func (p *plan) manySlots() told {
	p.way = byDescriptor
	slots := "1 2 3 4"
	if p.dice.chance(50) {
		slots = "a b c"
	}
	try := within("if "+p.tryOn()+"; then", []string{"got=$slot", "break"}, "fi")
	loop := within("for slot in "+slots+"; do", join([]string{"exec 9>>" + p.beside(".$slot")}, try), "done")
	switch p.tell("heeded", "heeded", "last alone", "unheeded") {
	case "last alone":
		return told{body: join([]string{"got="}, loop, []string{`[ -n "$got" ] || exit 1`, "[ \"$got\" = " + slots[len(slots)-1:] + " ] || exit 1"}, p.twoJobs()), Answer: kept("the last of them lets in")}
	case "unheeded":
		return told{body: join([]string{"got="}, loop, []string{`[ -n "$got" ] || echo "all taken" >&2`}, p.twoJobs()), Answer: broken(prove.Exclusion, "who gets none works all the same")}
	}
	return told{body: join([]string{"got="}, loop, []string{`[ -n "$got" ] || exit 1`}, p.twoJobs()), Answer: kept("one of them is enough")}
}

// rewrittenUnderLock has a program that puts a new file in the place of the locked one.
func (p *plan) rewrittenUnderLock() told {
	prefix := pick(p.dice, "", "nice ", "nice -n 5 ", "env LC_ALL=C ", "command ", "time -p ")
	if prefix == "time -p " && p.shell != source.Bash {
		prefix = "nohup "
	}
	take, j := p.takeOn(p.path()), p.words.jobs
	switch p.tell("it", "it", "another", "before it is opened") {
	case "another":
		return told{body: join(take, []string{": >>" + p.beside(".table"), prefix + "sed -i s/a/b/ " + p.beside(".table"), "./" + j[0]}), Answer: kept("another file is replaced")}
	case "before it is opened":
		return told{body: join([]string{": >>" + p.path(), prefix + "sed -i s/a/b/ " + p.path()}, take, p.twoJobs()),
			Answer: broken(prove.Exclusion, "who comes replaces the file that another has locked")}
	}
	return told{body: join(take, []string{prefix + "sed -i s/a/b/ " + p.path(), "./" + j[0]}), Answer: broken(prove.Exclusion, "the locked file is replaced before the work is done")}
}

// keptByNobody starts under the lock what keeps no descriptor of the script.
func (p *plan) keptByNobody() told {
	take, j := p.takeOn(p.path()), p.words.jobs
	a := kept("what runs elsewhere has no descriptor of the script")
	start := pick(p.dice, "docker run -d --name stage stage/index", "docker run --detach stage/index", "ssh -f worker ./"+j[1])
	if closesForPrograms.has(p.shell) {
		return told{body: join(take, []string{start, "./" + j[0]}), Answer: a}
	}
	if p.tell("elsewhere", "elsewhere", "here") == "here" {
		start, a = pick(p.dice, "setsid ./"+j[1]+" &", "nohup ./"+j[1]+" >/dev/null 2>&1 &"), broken(prove.Leak, "a program that nobody waits for keeps the descriptor")
	}
	return told{body: join(take, []string{start, "./" + j[0]}), Answer: a}
}

// ownDigits uses a descriptor with two digits, which some shells take for a word.
func (p *plan) ownDigits() told {
	p.way = byDescriptor
	fd := strconv.Itoa(10 + p.dice.below(20))
	a := kept("taken, heeded, held over the work")
	if !manyDigits.has(p.shell) {
		a = broken(prove.Entry, "the number is a word, and the script ends there")
	}
	if closesForPrograms.has(p.shell) || p.shell == source.Zsh {
		a = unknown("what becomes of such a number is not in the parts")
	}
	return told{body: join([]string{"exec " + fd + ">>" + p.path(), "flock -n " + fd + " || exit 1"}, p.twoJobs()), codes: []string{"LK107"}, Answer: a}
}

// calledLikeABuiltin takes the lock in a function that is called like a special builtin.
func (p *plan) calledLikeABuiltin() told {
	p.way = byDescriptor
	name := "times"
	define := within(name+"() {", []string{p.tryOn() + " || exit 1"}, "}")
	a := unknown("some shells refuse such a function")
	switch p.shell {
	case source.Bash, source.Zsh:
		a = kept("the function is called")
	case source.Mksh, source.Yash:
		a = broken(prove.Exclusion, "the builtin is called, and nothing is locked")
	}
	return told{body: join(define, []string{"exec 9>>" + p.path(), name + " >/dev/null"}, p.twoJobs()), Answer: a}
}

// turnsOfALoop locks in each turn of a loop, on a descriptor whose number the shell chooses.
func (p *plan) turnsOfALoop() told {
	p.way = byDescriptor
	j, path := p.words.jobs, p.path()
	open := []string{"exec {fd}>>" + path, `flock -n "$fd" || exit 1`}
	switch p.tell("given back", "given back", "kept", "behind the loop") {
	case "kept":
		return told{body: join(within("for part in a b; do", join(open, []string{"./" + j[0] + ` "$part"`}), "done")), Answer: unknown("the second turn finds the lock of the first")}
	case "behind the loop":
		return told{body: join(within("for part in a b; do", join(open, []string{"./" + j[0] + ` "$part"`, "exec {fd}>&-"}), "done"), open, []string{"./" + j[1]}), Answer: kept("each turn and the end lock for themselves")}
	}
	return told{body: within("for part in a b; do", join(open, []string{"./" + j[0] + ` "$part"`, "exec {fd}>&-"}), "done"), Answer: kept("each turn locks for itself")}
}

// fallsThrough has a case whose items lead on to others.
func (p *plan) fallsThrough() told {
	take := p.takeOn(p.path())
	sep := pick(p.dice, ";&", ";;&")
	body := func(first string, second []string) []string {
		return join([]string{`case "${1-}" in`}, []string{"  " + first}, indented(indented(take)), []string{"    " + sep, "  *)"}, indented(indented(second)), []string{"    ;;", "esac"})
	}
	if p.tell("all", "all", "some") == "some" {
		return told{body: body("now)", p.twoJobs()), Answer: unknown("who is called otherwise works without it, and may be meant to")}
	}
	return told{body: body("*)", p.twoJobs()), Answer: kept("every way to the work leads over the lock")}
}

// amongLocks makes a folder where locks are kept, and tells the work its name.
func (p *plan) amongLocks() told {
	p.way, p.tool, p.input = byExistence, "mkdir", "literal"
	path, j := "/run/lock/"+p.words.file+".d", p.words.jobs
	take := "mkdir " + path + " 2>/dev/null || exit 1"
	leave := []string{"trap 'rmdir " + path + "' EXIT", leavesOnSignals}
	if p.tell("cleaned up", "cleaned up", "not on signals") == "not on signals" {
		return told{body: []string{take, "./" + j[0] + " " + path, "rmdir " + path}, Answer: broken(prove.Stale, "a signal leaves it behind").alone()}
	}
	return told{body: join([]string{take}, leave, []string{"./" + j[0] + " " + path, "./" + j[1]}), Answer: kept("taken at one stroke, heeded, cleaned up on every way out but kill -9")}
}
