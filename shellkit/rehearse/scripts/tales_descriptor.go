package scripts

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// conversion takes the lock shared and makes it exclusive without waiting.
func (p *plan) conversion() told {
	p.way, p.shared = byDescriptor, true
	j := p.words.jobs
	first := []string{"exec 9>>" + p.path(), "flock " + pick(p.dice, "", "-n ") + "-s 9" + p.again("9") + " || exit 1"}
	convert := "flock -n " + pick(p.dice, "", "-x ") + "9" + p.again("9")
	switch p.tell("heeded", "heeded", "unheeded", "works instead", "told") {
	case "unheeded":
		return told{body: join(first, []string{convert + pick(p.dice, "", " || true")}, p.twoJobs()),
			Answer: broken(prove.Exclusion, "a conversion that fails has lost the shared lock as well").alone()}
	case "works instead":
		return told{body: join(first, within("if ! "+convert+"; then", []string{"./" + j[2], "exit 0"}, "fi"), p.twoJobs()),
			Answer: broken(prove.Exclusion, "a conversion that fails has lost the shared lock as well").alone()}
	case "told":
		return told{body: join(first, within("if ! "+convert+"; then", []string{`echo "others read" >&2`, "exit 1"}, "fi"), p.twoJobs()),
			Answer: kept("who cannot have it alone goes")}
	}
	return told{body: join(first, []string{convert + " || exit 1"}, p.twoJobs()), Answer: kept("who cannot have it alone goes")}
}

// becomesItself runs the script again, under the lock.
func (p *plan) becomesItself() told {
	if p.gate == "argument" {
		p.gate = ""
	}
	inner := p.twoJobs()
	a := kept("the lock goes on with the descriptor")
	take := p.takeOn(p.path())
	run := []string{`exec "$0" again`}
	closes := closesForPrograms.has(p.shell)
	tellings := []string{"becomes", "becomes", "child", "child", "lost"}
	if !closes {
		tellings = append(tellings, "locks again", "left")
	}
	switch p.tell(tellings...) {
	case "becomes":
		if closes {
			a = broken(prove.Exclusion, "the descriptor is closed for what takes the shell's place")
		}
	case "child":
		run, a = []string{`"$0" again`, `echo "$0 is through"`}, kept("the script waits for its own run")
	case "lost":
		take = within("(", take, ") || exit 1")
		a = broken(prove.Exclusion, "the lock ends with the child that has taken it, before the work")
	case "locks again":
		inner = join([]string{"exec 8>>" + p.path(), "flock -n 8 || exit 1"}, inner)
		a = unknown("the run that the script becomes finds its own lock taken, and who is called so at once does not")
	case "left":
		run, a = []string{`"$0" again &`}, broken(prove.Leak, "a run that nobody waits for keeps the descriptor")
	}
	return told{body: join(within(`if [ "${1-}" = again ]; then`, append(inner, "exit 0"), "fi"), take, run), Answer: a}
}

// loserSignalsItself ends the loser by a signal.
func (p *plan) loserSignalsItself() told {
	p.way = byDescriptor
	signal := pick(p.dice, "kill $$", "kill -TERM $$", "kill -s TERM $$")
	open := []string{"exec 9>>" + p.path()}
	a := kept("who does not get the lock ends by a signal")
	var codes []string
	tellings := []string{"plain", "plain", "for good", "leaves", "ignored", "goes on"}
	if p.shell != source.Ksh { // whose subshells are no processes
		tellings = append(tellings, "of a child")
	}
	if p.tell(tellings...); p.twist == "ignored" || p.twist == "goes on" || p.twist == "of a child" {
		a, codes = broken(prove.Exclusion, "who does not get the lock works all the same"), []string{"LK201"}
	}
	switch p.twist {
	case "for good":
		signal = pick(p.dice, "kill -9 $$", "kill -KILL $$")
	case "leaves":
		open = append(open, "trap 'exit 3' TERM")
	case "ignored":
		open = append(open, "trap '' TERM")
	case "goes on":
		open = append(open, `trap 'echo "told to go" >&2' TERM`)
	case "of a child":
		return told{body: join(within("(", join([]string{"flock -n 9 || " + signal}, p.twoJobs()), ") 9>>"+p.path()), []string{`echo "$0 is through"`}), codes: codes, Answer: a}
	}
	heeded := pick(p.dice, []string{p.tryOn() + " || " + signal}, within("if ! "+p.tryOn()+"; then", []string{"echo busy >&2", signal}, "fi"))
	return told{body: join(open, heeded, p.twoJobs()), codes: codes, Answer: a}
}

// ownFolder works in a folder that is made for the run.
func (p *plan) ownFolder() told {
	j := p.words.jobs
	d := pick(p.dice, "work", "d", "tmp", "area")
	if d == p.words.variable {
		d = "own"
	}
	own := []string{d + "=$(mktemp -d) || exit 1", "trap 'rm -rf \"$" + d + "\"' EXIT"}
	there := []string{"mkdir \"$" + d + "/parts\" || exit 1", "./" + j[0] + " \"$" + d + "/parts\""}
	switch p.tell("no lock", "lock in it", "beside a lock", "beside a lock", "in its trap's place") {
	case "no lock":
		p.way, p.input = noLock, "literal"
		return told{body: join(own, there, []string{"rm -f \"$" + d + "/parts/x\"", "./" + j[1]}), Answer: Answer{Known: true, None: true, Why: "nobody else comes to the folder"}}
	case "lock in it":
		p.input = "literal"
		return told{body: join(own, p.takeOn(`"$`+d+`/lock"`), p.twoJobs()), codes: []string{"LK105"}, Answer: broken(prove.Exclusion, "the path is another one in every run")}
	case "in its trap's place":
		take, remove := p.makes(p.path())
		return told{body: join([]string{take, "trap " + quoted(remove) + " EXIT", leavesOnSignals}, own, there, []string{remove}),
			codes: []string{"LK702"}, Answer: broken(prove.Stale, "the second EXIT trap takes the place of the one that cleans up")}
	}
	return told{body: join(p.takeOn(p.path()), own, there, []string{"./" + j[1]}), Answer: kept("taken, heeded, held over the work")}
}

// arrayOfLocks has the locks' paths in an array.
func (p *plan) arrayOfLocks() told {
	folder, j := p.words.folder, p.words.jobs
	p.input = "array"
	v := p.words.variable
	last := v + "[" + map[bool]string{true: "2", false: "1"}[p.shell == source.Zsh] + "]"
	first := v + "[" + map[bool]string{true: "1", false: "0"}[p.shell == source.Zsh] + "]"
	set := []string{v + "=(" + folder + "/" + p.words.lock + " " + folder + "/" + p.words.other + ")"}
	each := `for one in "${` + v + `[@]}"; do`
	at := func(index string) string { return `"${` + index + `}"` }
	switch p.tell("slots", "slots", "all", "all", "some removed", "one", "one removed", "other removed") {
	case "slots":
		p.way = byDescriptor
		return told{body: join(set, []string{"got="}, within(each, join([]string{`exec 9>>"$one"`}, within("if "+p.tryOn()+"; then", []string{"got=$one", "break"}, "fi")), "done"),
			[]string{`[ -n "$got" ] || exit 1`}, p.twoJobs()), Answer: kept("one of them is enough")}
	case "all", "some removed":
		p.way, p.tool = byExistence, "mkdir"
		remove, a := `rmdir "${`+v+`[@]}"`, broken(prove.Stale, "who gets the first while the second is still there leaves it behind").alone()
		if p.twist == "some removed" {
			remove, a = "rmdir "+at(first), broken(prove.Stale, "one of them stays, and nobody gets in any more").alone()
		}
		return told{body: join(set, within(each, []string{`mkdir "$one" || exit 1`}, "done"), []string{"trap " + quoted(remove) + " EXIT", leavesOnSignals}, p.twoJobs()), Answer: a}
	case "one removed":
		return told{body: join(set, p.takeOn(at(last)), []string{"./" + j[0], "rm -f " + at(last)}), codes: []string{"LK301"}, Answer: broken(prove.Exclusion, "the file is removed under the lock")}
	case "other removed":
		return told{body: join(set, p.takeOn(at(last)), []string{"./" + j[0], "rm -f " + at(first)}), Answer: kept("what is removed is another file")}
	}
	return told{body: join(set, p.takeOn(at(last)), p.twoJobs()), Answer: kept("taken, heeded, held over the work")}
}

// somewhereElse changes the folder before or behind a relative name.
func (p *plan) somewhereElse() told {
	p.input = "relative"
	folder := pick(p.dice, "/tmp", "/var/tmp", "/run/lock")
	other := "/var/tmp"
	if folder == other {
		other = "/tmp"
	}
	name, j := strings.TrimPrefix(p.words.lock, "."), p.words.jobs
	go_, leave := "cd "+folder+" || exit 1", "cd "+other+" || exit 1"
	switch p.tell("before", "before", "between", "in a child", "left before the end", "by its whole name") {
	case "between":
		return told{body: join([]string{go_, "exec 9>>" + name, leave, p.tryOn() + " || exit 1"}, p.twoJobs()), Answer: p.onDescriptor("what is open stays open")}
	case "in a child":
		take, remove := p.makes(name)
		return told{body: join([]string{go_, take, "trap " + quoted(remove) + " EXIT", leavesOnSignals}, within("(", []string{leave, "./" + j[0]}, ")"), []string{"./" + j[1]}), Answer: kept("a child goes alone")}
	case "left before the end":
		take, remove := p.makes(name)
		return told{body: join([]string{go_, take, "trap " + quoted(remove) + " EXIT", leavesOnSignals, leave}, p.twoJobs()), Answer: broken(prove.Stale, "the clean-up removes a name of another folder").alone()}
	case "by its whole name":
		take, _ := p.makes(name)
		remove := map[string]string{"mkdir": "rmdir ", "noclobber": "rm -f "}[p.tool] + folder + "/" + name
		return told{body: join([]string{go_, take, "trap " + quoted(remove) + " EXIT", leavesOnSignals, leave}, p.twoJobs()), Answer: kept("the whole name is the same one everywhere")}
	}
	return told{body: join([]string{go_}, p.takeOn(name), p.twoJobs()), Answer: kept("the folder is the same for all")}
}

func (p *plan) onDescriptor(why string) Answer {
	p.way = byDescriptor
	return kept(why)
}

// jobsByNumber starts jobs under the lock and knows them by their numbers.
func (p *plan) jobsByNumber() told {
	j := p.words.jobs
	start := []string{"./" + j[0] + " &", "first=$!", "./" + j[1] + " &", "second=$!"}
	take := p.takeOn(p.path())
	tellings := []string{"all", "all", "one by one", "killed"}
	if !closesForPrograms.has(p.shell) {
		tellings = append(tellings, "one", "one", "none")
	}
	if p.shell != source.Zsh { // which does not split
		tellings = append(tellings, "listed")
	}
	switch p.tell(tellings...) {
	case "one by one":
		return told{body: join(take, start, []string{`wait "$first"`, `wait "$second"`}), Answer: p.waitedFor()}
	case "listed":
		return told{body: join(take, []string{"numbers="}, within("for part in a b; do", []string{"./" + j[0] + ` "$part" &`, `numbers="$numbers $!"`}, "done"),
			within("for number in $numbers; do", []string{`wait "$number"`}, "done")), Answer: p.waitedFor()}
	case "killed":
		t := told{body: join(take, []string{"./" + j[0] + " &", "first=$!", `trap 'kill "$first" 2>/dev/null' EXIT`, leavesOnSignals, "./" + j[1]}), Answer: kept("programs do not inherit it")}
		if !closesForPrograms.has(p.shell) {
			t.codes, t.Answer = []string{"LK401"}, broken(prove.Leak, "nobody kills what is left where the script is killed")
		}
		return t
	case "one":
		return told{body: join(take, start, []string{`wait "$` + pick(p.dice, "first", "second") + `"`}), codes: []string{"LK401"}, Answer: broken(prove.Leak, "a child that nobody waits for keeps the descriptor")}
	case "none":
		return told{body: join(take, start, []string{`echo "$first $second"`}), codes: []string{"LK401"}, Answer: broken(prove.Leak, "a child that nobody waits for keeps the descriptor")}
	}
	return told{body: join(take, start, []string{pick(p.dice, `wait "$first" "$second"`, "wait")}), Answer: p.waitedFor()}
}

// waitedFor is the answer of a script that waits for all its jobs under a descriptor that
// exec has opened.
func (p *plan) waitedFor() Answer {
	if closesForPrograms.has(p.shell) {
		return broken(prove.Exclusion, outlivesINT)
	}
	return kept("all of them are waited for")
}

// outlivesINT is why jobs without the descriptor break a lock though they are waited for.
const outlivesINT = "a job ignores INT and goes on without the descriptor when that has ended the script"

// descriptorInVariable has a descriptor of which the shell chooses the number.
func (p *plan) descriptorInVariable() told {
	p.way = byDescriptor
	j, path := p.words.jobs, p.path()
	open := []string{"exec {fd}>>" + path, `flock -n "$fd" || exit 1`}
	switch p.tell("compound", "compound", "behind it", "another one", "closed", "left", "child closed") {
	case "behind it":
		return told{body: join(within("{", []string{`flock -n "$fd" || exit 1`, "./" + j[0]}, "} {fd}>>"+path), []string{"./" + j[1]}), Answer: kept("in bash such a descriptor stays open behind its compound")}
	case "another one":
		return told{body: join(open, []string{"exec {fd}>>./out.log", "./" + j[0], "exec {fd}>&-", "./" + j[1]}), Answer: kept("the second descriptor has another number")}
	case "closed":
		return told{body: join(open, []string{"exec {fd}>&-", "./" + j[0]}), codes: []string{"LK206"}, Answer: broken(prove.Exclusion, "the lock is given up before any work, and the loser stays away")}
	case "left":
		return told{body: join(open, []string{"./" + j[0], "./" + j[1] + " &"}), codes: []string{"LK401"}, Answer: broken(prove.Leak, "a child that nobody waits for keeps the descriptor")}
	case "child closed":
		return told{body: join(open, []string{"./" + j[0], "./" + j[1] + " {fd}>&- &"}), Answer: kept("the child has no copy")}
	}
	return told{body: within("{", join([]string{`flock -n "$fd" || exit 1`}, p.twoJobs()), "} {fd}>>"+path), Answer: kept("taken, heeded, held over the work")}
}
