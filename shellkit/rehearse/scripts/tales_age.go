package scripts

import (
	"fmt"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A lock whose age is asked for.

// ageInSteps works out how old a lock is in several variables, one of which is made of the
// other, among options that are asked for behind the lock. Who finds it old takes it over,
// or says so.
func (p *plan) ageInSteps() told {
	path := p.path()
	take, remove := p.makes(path)
	try, _, _ := strings.Cut(take, " ||")
	set, asked := p.manyOptions(5 + p.dice.below(5))
	steps, old := p.ages(path)
	defs := []string(nil)
	switch pick(p.dice, "here", "function", "functions", "functions backwards") {
	case "function":
		defs, steps = within("since() {", join(steps, []string{old}), "}"), nil
		old = "since"
	case "functions":
		defs, steps = join(within("since() {", steps, "}"), within("old() {", []string{old}, "}")), []string{"since"}
		old = "old"
	case "functions backwards":
		defs, steps = eachInAFunction(steps)
	}
	leave := []string{"trap " + quoted(remove) + " EXIT", leavesOnSignals}
	work := join(p.twoJobs(), asked)
	if p.tell("taken over", "taken over", "age is told") == "age is told" {
		busy := within("if "+old+"; then", []string{`echo "its owner may be dead" >&2`}, "fi")
		return told{body: join(set, defs, within("if ! "+try+"; then", join(steps, busy, []string{"exit 1"}), "fi"), leave, work),
			Answer: kept("taken at one stroke, heeded, cleaned up on every way out but kill -9")}
	}
	again := []string{old + " || exit 1", remove, try + " || exit 1"}
	return told{body: join(set, defs, within("if ! "+try+"; then", join(steps, again), "fi"), leave, work), codes: []string{"LK602"},
		Answer: broken(prove.Exclusion, "two find it old, and the second removes what the first has made")}
}

// ages are the lines that work out how old something is, in up to six steps, and the
// question whether it is old.
func (p *plan) ages(path string) (lines []string, old string) {
	made := pick(p.dice, "$(stat -c %Y "+path+" 2>/dev/null || echo 0)", "$(date -r "+path+" +%s 2>/dev/null || echo 0)")
	steps := []struct{ name, of string }{
		{"made", made}, {"age", "$(($(date +%s) - $made))"}, {"minutes", "$(($age / 60))"}, {"hours", "$(($minutes / 60))"},
		{"halves", "$(($hours / 12))"}, {"days", "$(($halves / 2))"},
	}
	limits := []int{0, 7200, 90, 2, 1, 1}
	n := pick(p.dice, 2, 3, 4, 5, 5, 6, 6)
	for _, s := range steps[:n] {
		lines = append(lines, s.name+"="+s.of)
	}
	return lines, fmt.Sprintf(`[ "$%s" -ge %d ]`, steps[n-1].name, limits[n-1])
}

// eachInAFunction gives each line a function of its own, the last one first.
func eachInAFunction(lines []string) (defs, calls []string) {
	for i, line := range lines {
		name := fmt.Sprintf("step%d", i+1)
		calls = append(calls, name)
		defs = join(within(name+"() {", []string{line}, "}"), defs)
	}
	return defs, calls
}

// manyOptions are variables that the environment sets, and what is done for each of them.
func (p *plan) manyOptions(n int) (set, asked []string) {
	for i := range n {
		name := fmt.Sprintf("option%d", i+1)
		set = join(set, []string{name + "=", `if [ -n "${STAGE_OPTION` + fmt.Sprint(i+1) + `-}" ]; then ` + name + "=yes; fi"})
		asked = join(asked, pick(p.dice,
			within(`if [ "$`+name+`" = yes ]; then`, []string{"./" + p.words.jobs[3] + " " + name}, "fi"),
			[]string{`[ -z "$` + name + `" ] || ./` + p.words.jobs[3] + " " + name}))
	}
	return set, asked
}
