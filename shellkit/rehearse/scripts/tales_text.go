package scripts

import (
	"fmt"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// toldNotDone has a lock in texts that nobody runs.
func (p *plan) toldNotDone() told {
	p.way, p.input, p.tool = noLock, "literal", ""
	v := p.words.folder + "/" + p.words.lock
	lines := []string{"exec 9>>" + v, "flock -n 9 || exit 1", "./" + p.words.jobs[2]}
	var body []string
	switch p.tell("shown", "written", "echoed", "skipped") {
	case "shown":
		body = join([]string{"cat <<'END'"}, lines, []string{"END"})
	case "written":
		body = join([]string{"cat >./out.log <<'END'"}, lines, []string{"END"})
	case "echoed":
		body = []string{"echo 'use: flock -n " + v + " ./" + p.words.jobs[2] + "' >&2"}
	case "skipped":
		body = join([]string{": <<'END'"}, lines, []string{"END"})
	}
	return told{body: join(body, p.twoJobs()), Answer: Answer{Known: true, None: true, Why: "there is no lock in it"}}
}

// anotherLanguage has a lock in a text of another language.
func (p *plan) anotherLanguage() told {
	p.way = byCommand
	job := "./" + p.words.jobs[0]
	text := pick(p.dice,
		`perl -MFcntl=:flock -e 'open F, ">>", shift; flock F, LOCK_EX | LOCK_NB or exit 1; system "`+job+`"' `+p.path(),
		`python3 -c 'import fcntl, subprocess, sys; f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX); subprocess.call(["`+job+`"])' `+p.path())
	return told{body: []string{text + " || exit 1", `echo "$0 is through"`}, Answer: unknown("what other languages do is not read")}
}

// muchBefore has so much before the lock that not all of it is followed with care.
func (p *plan) muchBefore() told {
	var before []string
	for i := range 6 + p.dice.below(20) {
		name := fmt.Sprintf("v%d", i)
		before = join(before, pick(p.dice,
			[]string{name + "=slow", `if [ -n "${STAGE_` + strings.ToUpper(name) + `-}" ]; then ` + name + "=fast; fi"},
			[]string{`case "${1-}" in`, "  x" + name + `) ` + name + "=1 ;;", "  *) " + name + "=2 ;;", "esac"},
			within("for "+name+" in a b c; do", []string{"[ -r ./$" + name + " ] || continue", "./" + p.words.jobs[3] + " $" + name}, "done")))
	}
	lock := p.plainLock
	if p.dice.chance(50) {
		lock = p.ageInSteps
	}
	t := lock()
	t.body = join(before, t.body)
	return t
}

// settingsNotThere reads a file that is not there before it sets what its lock hangs on.
func (p *plan) settingsNotThere() told {
	file := pick(p.dice, "./settings", `"$(dirname "$0")/settings.sh"`, `"$(dirname "$0")/settings.inc"`)
	read := pick(p.dice,
		[]string{"if [ -r " + file + " ]; then", "  . " + file, "fi"},
		[]string{"[ ! -f " + file + " ] || . " + file},
		[]string{"[ -f " + file + " ] && . " + file})
	t := p.plainLock()
	t.body = join(read, p.assignments(), t.body)
	return t
}

// functionsOfTexts has functions that texts for other shells share, or have of their own.
func (p *plan) functionsOfTexts() told {
	j, w := p.words.jobs, &p.words
	sh := strings.Join(Interpreter(p.shell), " ") + " -c "
	set := p.assignments()
	p.input = "constant"
	lib := join(set, within(w.take+"() {", p.takeOn(p.path()), "}"))
	read := `. "$(dirname "$0")/` + w.file + `.inc"`
	files := map[string]string{w.file + ".inc": strings.Join(lib, "\n") + "\n"}
	text := func(lines ...string) string {
		if p.shell == source.Ksh { // which becomes the last program of a text too
			lines = append(lines, "echo through")
		}
		return sh + quoted(strings.Join(append([]string{read}, lines...), "\n")) + ` "$0"`
	}
	tellings := []string{"shared", "two", "lost", "lost", "hidden"}
	if p.shell == "bash" {
		tellings = append(tellings, "exported", "exported")
	}
	switch p.tell(tellings...) {
	case "two":
		return told{body: []string{text(w.take, "./"+j[0]), text(w.take, "./"+j[1])}, files: files, Answer: kept("each text takes the lock for its own work")}
	case "lost":
		return told{body: join([]string{text(w.take) + " || exit 1"}, p.twoJobs()), files: files, codes: []string{"LK205"}, Answer: broken(prove.Exclusion, "the lock ends with the text that has taken it, before the work")}
	case "hidden":
		return told{body: []string{read, w.take, sh + quoted(w.take+"() { :; }\n"+w.take+"\n./"+j[0]), "./" + j[1]}, files: files, Answer: kept("the text's function is another one, and the lock is held over it")}
	case "exported":
		return told{body: join(lib, []string{"export -f " + w.take, "export " + w.variable, sh + quoted(w.take+"\n./"+j[0]+"\n./"+j[1])}), Answer: kept("the text takes the lock for its own work")}
	}
	return told{body: []string{text(w.take, "./"+j[0], "./"+j[1])}, files: files, Answer: kept("the text takes the lock for its own work")}
}

// reachesOut does something to a file of the machine before its lock. It is nothing that does
// harm: the null device has this mode and owner already.
func (p *plan) reachesOut() told {
	const null = "/dev/null"
	out := pick(p.dice, "chmod 666 "+null, "touch "+null, "chown 0:0 "+null, "touch -c -- "+null, "chmod a+w "+null)
	t := p.plainLock()
	t.body = join([]string{out + " 2>" + null + pick(p.dice, "", " || :", " || echo refused")}, t.body)
	return t
}
