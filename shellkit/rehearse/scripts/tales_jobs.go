package scripts

import (
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Tales about jobs and parts of pipelines, which do something for their shell or beside it.

// madeByAJob has a job make the name. Who waits for that very job hears whether it could;
// who waits for all of them hears nothing.
func (p *plan) madeByAJob() told {
	p.way, p.tool = byExistence, pick(p.dice, "mkdir", "noclobber")
	path, j := p.path(), p.words.jobs
	make, remove := "mkdir "+path, "rmdir "+path
	if p.tool == "noclobber" {
		make, remove = "(set -C; echo $$ >"+path+")", "rm -f "+path
	}
	leave := []string{"trap " + quoted(remove) + " EXIT", leavesOnSignals}
	started := []string{make + pick(p.dice, "", " 2>/dev/null") + " &"}
	switch p.tell("unasked", "unasked", "behind work", "asked") {
	case "behind work":
		return told{body: join(started, []string{"./" + j[2], "wait", "./" + j[0], remove}), codes: []string{"LK201"}, Answer: broken(prove.Exclusion, "nobody asks whether the job could make the name")}
	case "asked":
		return told{body: join(started, []string{"wait $! || exit 1"}, leave, p.twoJobs()), Answer: unknown("a signal may come between the job and the trap")}
	}
	if p.dice.chance(50) {
		return told{body: join(started, []string{"wait"}, leave, p.twoJobs()), codes: []string{"LK201"}, Answer: broken(prove.Exclusion, "nobody asks whether the job could make the name")}
	}
	return told{body: join(started, []string{"wait"}, p.twoJobs(), []string{remove}), codes: []string{"LK201"}, Answer: broken(prove.Exclusion, "nobody asks whether the job could make the name")}
}

// workersBehindWork starts several jobs at the end of what is done under the lock, behind
// programs that are asked, read or that write into a file.
func (p *plan) workersBehindWork() told {
	p.input = pick(p.dice, "literal", "constant", "assigned")
	path, j := p.path(), p.words.jobs
	before := pick(p.dice,
		[]string{"./" + j[0]},
		[]string{"n=$(./" + j[0] + ")"},
		[]string{"n=$(./" + j[0] + ")", "./" + j[1] + ` "$n"`},
		[]string{"./" + j[0], "./" + j[1] + " >>./out.log"},
		within("for part in a b; do", []string{"./" + j[0] + ` "$part"`}, "done"))
	each := func(tail string) []string {
		return within("for part in a b; do", []string{"./" + j[3] + ` "$part"` + tail + " &"}, "done")
	}
	take := p.takeOn(path)
	switch p.tell("closed", "closed in a group", "of a name", "waited") {
	case "closed in a group":
		loop := within("for part in a b; do", []string{"{ ./" + j[3] + ` "$part"; } 9>&- &`}, "done")
		a := p.withoutIt(broken(prove.Exclusion, "the jobs work on when nobody has the lock").alone())
		if p.shell == source.Mksh {
			a = broken(prove.Leak, "the shells of the groups keep a copy of the descriptor").alone()
		}
		return told{body: join(take, before, loop), codes: []string{"LK403"}, Answer: a}
	case "of a name":
		take, remove := p.makes(path)
		return told{body: join([]string{take, "trap " + quoted(remove) + " EXIT", leavesOnSignals}, before, each("")),
			codes: []string{"LK403"}, Answer: broken(prove.Exclusion, "the jobs work on when the name has gone").alone()}
	case "waited":
		return told{body: join(take, before, each(""), []string{"wait"}), Answer: unknown("whether jobs keep the descriptor beyond a signal is not in the parts")}
	}
	return told{body: join(take, before, each(" 9>&-")), codes: []string{"LK403"}, Answer: p.withoutIt(broken(prove.Exclusion, "the jobs work on when nobody has the lock").alone())}
}

// withoutIt is an answer about jobs for which the descriptor is closed. In yash the shell of
// such a job keeps a copy all the same.
func (p *plan) withoutIt(a Answer) Answer {
	if p.shell == source.Yash {
		return broken(prove.Leak, "the shells of the jobs keep the lock").alone()
	}
	return a
}

// partOfAPipeline has a part of a pipeline lock, whose descriptor is another process's too.
func (p *plan) partOfAPipeline() told {
	p.way, p.input = byDescriptor, pick(p.dice, "literal", "constant", "assigned")
	scope := func(tail string, body ...string) []string {
		return within("(", body, ") 9>>"+p.path()+tail)
	}
	j := p.words.jobs
	switch p.tell("of the other part", "of the other part", "all of it", "behind it", "before work", "aside") {
	case "all of it":
		return told{body: scope(" | cat", p.tryOn()+" || exit 1", "./"+j[0], "./"+j[1]), Answer: kept("taken, heeded, held over the work")}
	case "behind it":
		return told{body: scope("", p.tryOn()+" || exit 1", "echo begins | cat", "./"+j[0]+" | cat"), Answer: kept("taken, heeded, held over the work")}
	case "aside":
		if !hasAsides.has(p.shell) {
			break
		}
		t := told{body: scope("", p.tryOn()+" || exit 1", "./"+j[0]+pick(p.dice, " > >(./"+j[2]+")", " < <(./"+j[2]+")", " 2> >(./"+j[2]+" >/dev/null)"), "./"+j[1]),
			codes: []string{"LK401"}, Answer: broken(prove.Leak, "nobody waits for a process substitution, which keeps the descriptor").alone()}
		if p.dice.chance(40) {
			t = told{body: scope("", p.tryOn()+" || exit 1", "./"+j[0]+" > >(cat >/dev/null)", "./"+j[1]), Answer: kept("it reads to the end of what is printed")}
		}
		return t
	case "before work":
		t := told{body: scope("", p.tryOn()+" || exit 1", "./"+j[0], "./"+j[1]+" | ./"+j[2]+" >/dev/null"), Answer: kept("taken, heeded, held over the work")}
		if leavesParts.has(p.shell) {
			t.codes, t.Answer = []string{"LK401"}, broken(prove.Leak, "nobody waits for the first part, which keeps the descriptor").alone()
		}
		return t
	}
	return told{body: scope("", p.tryOn()+" | cat || exit 1", "./"+j[0]), codes: []string{"LK201"}, Answer: broken(prove.Exclusion, "the status is that of the other part")}
}

// jobsThatShare starts jobs without the descriptor under a lock that all runs share, or not.
func (p *plan) jobsThatShare() told {
	p.way = byDescriptor
	j := p.words.jobs
	loop := within("for part in a b; do", []string{"./" + j[3] + ` "$part" 9>&- &`}, "done")
	if p.tell("shared", "shared and let go", "alone") == "alone" {
		return told{body: join(p.takeOn(p.path()), loop), codes: []string{"LK403"}, Answer: p.withoutIt(broken(prove.Exclusion, "the jobs work on when nobody has the lock").alone())}
	}
	take := []string{"exec 9>>" + p.path(), "flock -n -s 9" + p.again("9") + " || exit 1"}
	if p.twist == "shared" {
		return told{body: join(take, loop), Answer: p.withoutIt(kept("who shares a lock works beside others"))}
	}
	return told{body: join(take, loop, []string{"flock -u 9" + p.again("9"), "wait"}), Answer: kept("who shares a lock works beside others")}
}
