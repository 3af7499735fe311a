package scripts

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// numberedName takes a lock in which the number of its owner stands.
func (p *plan) numberedName(path string) []string {
	p.way, p.tool = byExistence, pick(p.dice, "noclobber", "noclobber", "ln")
	if p.tool == "noclobber" {
		return []string{"(set -C; echo $$ >" + path + ") 2>/dev/null || exit 1"}
	}
	own := p.beside(".$$")
	return join([]string{"echo $$ >" + own}, within("if ! ln "+own+" "+path+" 2>/dev/null; then", []string{"rm -f " + own, "exit 1"}, "fi"), []string{"rm -f " + own})
}

// content is a way to read what is in a file.
func (p *plan) content(path string) string {
	ways := []string{"$(cat " + path + " 2>/dev/null)", "$(cat " + path + ")", "$(head -n 1 " + path + " 2>/dev/null)"}
	if p.shell == source.Bash || p.shell == source.Mksh || p.shell == source.Ksh {
		ways = append(ways, "$(<"+path+")")
	}
	return pick(p.dice, ways...)
}

// ownerByContent removes the lock where its own number is in it, by a trap that was armed
// before the lock was taken.
func (p *plan) ownerByContent() told {
	path := p.path()
	take := p.numberedName(path)
	ask := `[ "` + p.content(path) + `" = ` + pick(p.dice, "$$", `"$$"`) + " ]"
	a := kept("the lock is removed by who reads his own number in it")
	var codes []string
	switch p.tell("own", "own", "read", "there", "something", "other") {
	case "read":
		ask = "{ read -r owner <" + path + `; } 2>/dev/null && [ "$owner" = $$ ]`
	case "there":
		ask = "[ " + pick(p.dice, "-f", "-e", "-s") + " " + path + " ]"
	case "something":
		ask = `[ -n "` + p.content(path) + `" ]`
	case "other":
		ask = `[ "` + p.content(path) + `" != $$ ]`
	}
	if p.twist != "own" && p.twist != "read" {
		a, codes = broken(prove.Exclusion, "the loser removes the winner's lock").alone(), []string{"LK603"}
	}
	arm := pick(p.dice,
		[]string{"trap " + quoted("if "+ask+"; then rm -f "+path+"; fi") + " EXIT"},
		join(within("gone() {", within("if "+ask+"; then", []string{"rm -f " + path}, "fi"), "}"), []string{"trap gone EXIT"}),
		[]string{"trap " + quoted(ask+" && rm -f "+path) + " EXIT"})
	return told{body: join(arm, []string{leavesOnSignals}, take, p.twoJobs()), codes: codes, Answer: a}
}

// whoseItIs makes the name without heeding the result, and looks then whose it is.
func (p *plan) whoseItIs() told {
	path := p.path()
	p.way, p.tool = byExistence, "ln -s"
	first := []string{"ln -s $$ " + path + " 2>/dev/null"}
	ask := `[ "$(readlink ` + path + `)" = $$ ]`
	a := kept("who reads his own number in the lock has it")
	var codes []string
	switch p.tell("own", "own file", "something", "asked first") {
	case "own file":
		p.tool = "noclobber"
		first, ask = []string{"(set -C; echo $$ >" + path + ") 2>/dev/null"}, `[ "`+p.content(path)+`" = $$ ]`
	case "something":
		ask = pick(p.dice, `[ -n "$(readlink `+path+`)" ]`, "[ -h "+path+" ]")
		a, codes = broken(prove.Exclusion, "the loser finds a lock as well, and goes on").alone(), []string{"LK201"}
	case "asked first":
		p.tool = "pid"
		first, ask = []string{"[ -e " + path + " ] || echo $$ >" + path}, `[ "`+p.content(path)+`" = $$ ]`
		a, codes = broken(prove.Exclusion, "two runs may ask before either of them creates").alone(), []string{"LK601"}
	}
	return told{body: join(first, []string{ask + " || exit 1", "trap " + quoted("rm -f "+path) + " EXIT", leavesOnSignals}, p.twoJobs()), codes: codes, Answer: a}
}

// nameFromChild has the lock's path from a substitution.
func (p *plan) nameFromChild() told {
	folder, last := p.words.folder, p.words.lock
	p.input = "given"
	v := p.words.variable
	a := kept("every run makes the same name of it")
	var made []string
	switch p.tell("function", "printed", "base", "in a child", "own", "own function", "number of a child", "new") {
	case "function":
		made = []string{"path_of() { echo " + folder + `/"$1"; }`, v + "=$(path_of " + last + ")"}
	case "printed":
		made = []string{v + "=$(printf '%s/%s' " + folder + " " + last + ")"}
	case "base":
		made = []string{v + "=" + folder + `/$(basename "$0").pid`}
	case "in a child":
		made = []string{v + "=$(base=" + folder + "; echo $base/" + last + ")"}
	case "own":
		made = []string{v + "=" + folder + "/" + last + ".$(echo $$)"}
	case "own function":
		made = []string{"path_of() { echo " + folder + `/"$1.$$"; }`, v + "=$(path_of " + last + ")"}
	case "number of a child":
		made = []string{v + "=" + folder + "/" + last + ".$(sh -c 'echo $" + pick(p.dice, "$", "PPID") + "')"}
	case "new":
		made = []string{v + "=$(mktemp -u " + folder + "/" + strings.TrimPrefix(last, ".") + ".XXXXXX)"}
	}
	var codes []string
	if p.twist == "own" || p.twist == "own function" || p.twist == "number of a child" || p.twist == "new" {
		a, codes = broken(prove.Exclusion, "the path is another one in every run"), []string{"LK105"}
	}
	return told{body: join(made, p.takeOn(p.path()), p.twoJobs()), codes: codes, Answer: a}
}

// somethingInIt makes a folder that is the lock, and puts something into it.
func (p *plan) somethingInIt() told {
	path, inside := p.path(), p.beside("/pid")
	p.way, p.tool = byExistence, "mkdir"
	take := []string{"mkdir " + path + " || exit 1"}
	fill := []string{"echo $$ >" + inside}
	const stays = "rmdir leaves a folder in which something is"
	switch p.tell("all of it", "all of it", "the folder alone", "the folder alone, at the end", "like a file, at the end") {
	case "the folder alone":
		return told{body: join(take, []string{"trap " + quoted("rmdir "+path) + " EXIT", leavesOnSignals}, fill, p.twoJobs()), Answer: broken(prove.Stale, stays)}
	case "the folder alone, at the end":
		return told{body: join(take, []string{leavesOnSignals}, fill, p.twoJobs(), []string{"rmdir " + path}), Answer: broken(prove.Stale, stays)}
	case "like a file, at the end":
		return told{body: join(take, []string{leavesOnSignals}, p.twoJobs(), []string{"rm -f " + path}), Answer: broken(prove.Stale, "rm without -r leaves a folder")}
	}
	remove := pick(p.dice, "rm -rf "+path, "rm -f "+inside+"; rmdir "+path)
	return told{body: join(take, []string{"trap " + quoted(remove) + " EXIT", leavesOnSignals}, fill, p.twoJobs()), Answer: kept("the folder goes with what is in it")}
}

// oneNameOrAnother has a variable that comes to one name or another, by an argument.
func (p *plan) oneNameOrAnother() told {
	p.way, p.tool, p.input = byExistence, "test", "given"
	v, one := p.words.variable, "/srv/stage/state/"+p.words.file
	other := one + "-" + p.words.other
	either := pick(p.dice,
		[]string{v + "=" + one, `[ -z "${1-}" ] || ` + v + "=" + other},
		[]string{v + "=" + one, `if [ "${1-}" = again ]; then ` + v + "=" + other + "; fi"},
		[]string{v + "=" + one, `case "${1-}" in`, "  -o) " + v + "=" + other + " ;;", "esac"})
	ask := pick(p.dice, "[ -e "+p.path()+" ] && exit 0", "[ ! -e "+p.path()+" ] || exit 0", "if [ -f "+p.path()+" ]; then exit 0; fi")
	make := pick(p.dice, ": >", "touch ", "echo $$ >")
	switch p.tell("apart", "apart", "the same", "the same", "at one stroke") {
	case "apart":
		a := Answer{Known: true, None: true, Why: "what is made is never given up, and what is given up is never made"}
		if strings.Contains(strings.ToLower(v), "lock") {
			a = Answer{Why: "it is called a lock, and is a mark that stays"}
		}
		return told{body: join(either, []string{ask, make + other}, p.twoJobs(), []string{"rm -f " + one}), Answer: a}
	case "at one stroke":
		p.tool = "mkdir"
		return told{body: join(either, []string{"mkdir " + p.path() + " 2>/dev/null || exit 1", "trap " + quoted("rmdir "+p.path()) + " EXIT", leavesOnSignals}, p.twoJobs()),
			Answer: kept("taken at one stroke, heeded, cleaned up on every way out but kill -9")}
	}
	return told{body: join(either, []string{ask, make + p.path(), "trap " + quoted("rm -f "+p.path()) + " EXIT", leavesOnSignals}, p.twoJobs()),
		codes: []string{"LK601"}, Answer: broken(prove.Exclusion, "two runs may ask before either of them creates").alone()}
}

// byForce makes a name whether it is there or not.
func (p *plan) byForce() told {
	path, own := p.path(), p.beside(".$$")
	p.way, p.tool = byExistence, "by force"
	take := pick(p.dice,
		[]string{"echo $$ >" + own, "ln -f " + own + " " + path + " || exit 1"},
		[]string{"echo $$ >|" + path + " || exit 1"},
		[]string{"set -C", "echo $$ >|" + path + " || exit 1"},
		[]string{"ln -sfn $$ " + path + " || exit 1"})
	a := broken(prove.Exclusion, "it succeeds when it is there already").alone()
	a.Lock = false // whether it is meant as one is a matter of taste
	return told{body: join(take, []string{"trap " + quoted("rm -f "+path) + " EXIT", leavesOnSignals}, p.twoJobs()), codes: []string{"LK601"}, Answer: a}
}

// cleanupThatEnds has a trap that may end before it removes the lock.
func (p *plan) cleanupThatEnds() told {
	take, remove := p.makes(p.path())
	first, before := "", ""
	a := kept("nothing keeps the clean-up from the lock")
	switch p.tell("fails", "fails and is heeded", "without the option", "unset", "set") {
	case "fails":
		first, before = "set -e", "./"+p.words.jobs[3]+"; "
		a = broken(prove.Stale, "under set -e the clean-up ends at a program that fails").alone()
	case "fails and is heeded":
		first, before = "set -e", "./"+p.words.jobs[3]+" || :; "
		if p.shell == source.Mksh {
			a = broken(prove.Stale, "a signal that kills a program under set -e has its trap run in the place of the EXIT trap").alone()
		}
	case "without the option":
		before = "./" + p.words.jobs[3] + "; "
	case "unset":
		first, before = "set -u", `echo "$never_set" >&2; `
		a = broken(prove.Stale, "under set -u the clean-up ends at a variable that is not set").alone()
	case "set":
		first, before = "set -u", `echo "$0 ends" >&2; `
	}
	body := join([]string{take, "trap " + quoted(before+remove) + " EXIT", leavesOnSignals}, p.twoJobs())
	if first != "" {
		body = append([]string{first}, body...)
	}
	return told{body: body, Answer: a}
}

// trapInSubshell arms a trap in a subshell, which ends with it.
func (p *plan) trapInSubshell() told {
	take, remove := p.makes(p.path())
	arm := []string{"trap " + quoted(remove) + " EXIT", leavesOnSignals}
	j := p.words.jobs
	switch p.tell("all of it", "all of it", "the parent's", "too early") {
	case "the parent's":
		return told{body: join([]string{take}, arm, within("(", []string{"./" + j[0], "exit 0"}, ")"), []string{"./" + j[1]}),
			Answer: kept("a subshell does not run the traps of its parent")}
	case "too early":
		return told{body: join([]string{take}, within("(", join(arm, []string{"echo armed"}), ")"), []string{"./" + j[0], "./" + j[1]}),
			Answer: broken(prove.Exclusion, "the lock is removed at the end of the subshell, before any work").alone()}
	}
	a := kept("the subshell takes and removes the lock")
	if p.shell == source.Mksh {
		a = unknown("mksh runs no EXIT trap where a signal finds a subshell at its last program")
	}
	return told{body: within("(", join([]string{take}, arm, p.twoJobs()), ") || exit 1"), Answer: a}
}

// anotherGroup runs the work in another process group, which signals do not reach.
func (p *plan) anotherGroup() told {
	take, remove := p.makes(p.path())
	j := p.words.jobs
	run := pick(p.dice, "timeout 60 ./"+j[0], "setsid -w ./"+j[0])
	arm := []string{"trap " + quoted(remove) + " EXIT", leavesOnSignals}
	a := kept("a shell that traps a signal waits for its program first")
	switch p.tell("trapped", "trapped", "exit alone", "in front") {
	case "exit alone":
		arm = arm[:1]
		if p.runsExitTrap() {
			a = broken(prove.Exclusion, "the signal ends the script at once, and the program goes on without the lock").alone()
		} else {
			a = broken(prove.Stale, "the EXIT trap does not run when a signal ends this shell").alone()
		}
	case "in front":
		run = "timeout --foreground 60 ./" + j[0]
	}
	return told{body: join([]string{take}, arm, []string{run, "./" + j[1]}), Answer: a}
}
