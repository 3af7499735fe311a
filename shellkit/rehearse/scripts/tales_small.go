package scripts

import (
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Tales about one thing each.

// flagAsCommand has a flag that is run as a command, and who does not get the lock asks it.
func (p *plan) flagAsCommand() told {
	p.way = byDescriptor
	set := []string{"quiet=false", `if [ "${1-}" = -q ]; then quiet=true; fi`}
	open := []string{"exec 9>>" + p.path()}
	switch p.tell("says", "decides", "decides", "both") {
	case "decides":
		return told{body: join(set, open, within("if ! "+p.tryOn()+"; then", []string{"$quiet || exit 1"}, "fi"), p.twoJobs()), codes: []string{"LK201"},
			Answer: broken(prove.Exclusion, "who is quiet works all the same")}
	case "both":
		return told{body: join(set, open, within("if ! "+p.tryOn()+"; then", []string{"$quiet && exit 0", "echo busy >&2", "exit 1"}, "fi"), p.twoJobs()), Answer: kept("whoever does not get it goes")}
	}
	return told{body: join(set, open, []string{p.tryOn() + ` || { $quiet || echo "busy" >&2; exit 1; }`}, p.twoJobs()), Answer: kept("whoever does not get it goes")}
}

// programInPlace ends in a program that takes the shell's place.
func (p *plan) programInPlace() told {
	take, j := p.takeOn(p.path()), p.words.jobs
	switch p.tell("open", "closed", "closed", "closed behind work") {
	case "closed":
		return told{body: join(take, []string{"exec ./" + j[0] + " 9>&-"}), codes: []string{"LK206"}, Answer: broken(prove.Exclusion, "the lock is closed for the program that is the work")}
	case "closed behind work":
		return told{body: join(take, []string{"./" + j[0], "exec ./" + j[1] + " 9>&-"}), Answer: unknown("whether the last program is for the lock is not in the parts")}
	}
	return told{body: join(take, []string{"./" + j[1], "exec ./" + j[0]}), Answer: kept("the program has the descriptor")}
}

// asksForItself asks again and again for a lock that the run has.
func (p *plan) asksForItself() told {
	take, j := p.takeOn(p.path()), p.words.jobs
	other, a := p.path(), broken(prove.Deadlock, "a run waits for a lock that it holds itself").alone()
	if p.tell("its own", "its own", "another") == "another" {
		other, a = p.beside(".second"), kept("the second lock is another one")
	}
	return told{body: join(take, []string{"exec 8>>" + other}, within("until flock -n 8"+p.again("8")+"; do", []string{"sleep 1"}, "done"), []string{"./" + j[0], "./" + j[1]}), Answer: a}
}

// secondLook looks whether the locked file still has the name, which its runs remove.
func (p *plan) secondLook() told {
	p.way = byDescriptor
	take := []string{"exec 9>>" + p.path(), p.tryOn() + " || exit 1"}
	ask := "[ " + p.path() + " -ef /dev/fd/9 ]"
	a := kept("whoever has the lock looks whether its file still has the name")
	look := []string{ask + " || exit 1"}
	switch p.tell("heeded", "said", "lost") {
	case "said":
		look, a = []string{ask + ` || echo "it has gone" >&2`}, broken(prove.Exclusion, "who finds the file without a name works all the same")
	case "lost":
		look, a = []string{ask}, broken(prove.Exclusion, "who finds the file without a name works all the same")
	}
	return told{body: join(take, look, p.twoJobs(), []string{"rm -f " + p.path()}), codes: []string{"LK301"}, Answer: a}
}

// wordsOfOptions has the words of the lock command in a variable, which is parted.
func (p *plan) wordsOfOptions() told {
	p.way = byDescriptor
	open := []string{"exec 9>>" + p.path()}
	if p.tell("options", "parameters") == "parameters" {
		return told{body: join([]string{`how="-n 9"`}, open, []string{"set -- $how", `flock "$1" "$2"` + p.again("9") + " || exit 1"}, p.twoJobs()), Answer: kept("taken, heeded, held over the work")}
	}
	return told{body: join([]string{`how="-n 9"`}, open, []string{"flock $how" + p.again("9") + " || exit 1"}, p.twoJobs()), Answer: kept("taken, heeded, held over the work")}
}

// moduleNotThere asks for zsystem with the module that has it, or without.
func (p *plan) moduleNotThere() told {
	p.way, p.tool = byZsystem, "zsystem"
	take := []string{": >>" + p.path(), "zsystem flock -t 5 " + p.path() + " || exit 1"}
	if p.tell("loaded", "missing") == "missing" {
		return told{body: join(take, p.twoJobs()), Answer: unknown("without its module zsh has no zsystem, and a program of that name may be there")}
	}
	return told{body: join([]string{"zmodload zsh/system"}, take, p.twoJobs()), Answer: kept("taken, heeded, held over the work")}
}

// splitting are the shells that part what is not quoted into words.
var splitting = []source.Dialect{source.Bash, source.Dash, source.Mksh, source.Ksh, source.Yash, source.Ash}
