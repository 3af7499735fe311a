package scripts

import "strings"

// commandForm lets flock run the work.
func (p *plan) commandForm() []string {
	d, j, path := p.dice, p.words.jobs, p.bare()
	options := ""
	switch p.patience {
	case "try":
		options = "-n "
	case "timed":
		options = "-w 5 "
	}
	if p.shell == "ash" && p.patience == "timed" {
		options = "-n "
	}
	if p.twist == "" && d.chance(50) {
		options += "-o "
	}
	fails := pick(d, "", " || exit 1", ` || echo "not done" >&2`)
	switch p.twist {
	case "no-command":
		return p.afterCommand("flock " + options + path)
	case "lost":
		return join(p.afterCommand("flock "+options+path+pick(d, " true", " -c true", " sh -c :")), nil)
	case "number-as-file":
		return []string{"exec " + p.fd + ">" + path, "flock " + options + p.fd + " ./" + j[0] + fails, `echo "$0 is through"`}
	case "left-inside":
		return []string{"flock " + options + path + " sh -c './" + j[0] + "; ./" + j[1] + " &'" + fails}
	case "closed-inside":
		return []string{"flock -o " + options + path + " sh -c './" + j[0] + "; ./" + j[1] + " &'" + fails}
	case "nested-wait":
		inner := path
		if strings.Contains(path, "$") { // the inner shell has no variables of this one
			inner = `"$1"`
		}
		return []string{"flock " + path + " sh -c " + quoted("./"+j[0]+"; flock "+inner+" ./"+j[1]) + " x " + path + fails}
	case "said-busy":
		return within("if ! flock -n "+path+" ./"+j[0]+"; then", []string{`echo "already running" >&2`}, "fi")
	case "said-busy-code":
		return join([]string{"flock -n -E 75 " + path + " ./" + j[0]}, []string{"case $? in", `  75) echo "already running" >&2 ;;`, "esac"})
	case "removed-inside":
		return []string{"flock " + options + path + " sh -c './" + j[0] + "; rm -f \"$1\"' x " + path + fails}
	case "removed-after":
		return []string{"flock " + options + path + " ./" + j[0] + fails, "rm -f " + path}
	}
	switch p.tool {
	case "-c":
		return []string{"flock " + options + path + " -c './" + j[0] + " && ./" + j[1] + "'" + fails}
	case "shell":
		return []string{"flock " + options + path + " sh -c './" + j[0] + pick(d, "; ", " && ") + "./" + j[1] + "'" + fails}
	case "itself":
		return join([]string{`[ "${HELD-}" = "$0" ] || exec env HELD="$0" flock -e` + strings.TrimPrefix(pick(d, "n", ""), " ") + ` "$0" "$0" "$@"`}, p.work())
	}
	return []string{"flock " + options + path + " ./" + j[0] + pick(d, "", ` "$0"`, " --all") + fails, `echo "$0 is through"`}
}

// afterCommand heeds a command that holds no lock any more when it has ended.
func (p *plan) afterCommand(take string) []string {
	before, after := p.heeded(take, "exit 1")
	if len(after) > 0 {
		return join(before, indented(p.work()), after)
	}
	return join(before, p.work())
}

// twoLocks takes two locks, in one order or in two.
func (p *plan) twoLocks() []string {
	j := p.words.jobs
	again := func(fd string) string {
		if closesForPrograms.has(p.shell) {
			return fd + " " + fd + "<&" + fd
		}
		return fd
	}
	take := func(fd string) string { return "flock " + again(fd) + " || exit 1" }
	out := []string{"exec 8>>" + p.path() + " 9>>" + p.secondPath()}
	if p.input == "pair" {
		return join(out, []string{take("8"), take("9"), `./` + j[0] + ` "$1" "$2"`})
	}
	other := []string{take("9"), take("8"), "./" + j[1]}
	if p.twist == "in-order" {
		other = pick(p.dice, []string{take("8"), take("9"), "./" + j[1]}, []string{take("9"), "flock -n " + again("8") + " || exit 1", "./" + j[1]})
	}
	return join(out, []string{`if [ "${1-}" = fast ]; then`}, indented([]string{take("8"), take("9"), "./" + j[0]}), []string{"else"}, indented(other), []string{"fi"})
}

// mixedKinds locks one file in two ways that do not see each other.
func (p *plan) mixedKinds() []string {
	j, path := p.words.jobs, p.path()
	first := []string{"flock --fcntl " + path + " ./" + j[0]}
	if p.tool == "noclobber" {
		first = []string{"(set -C; : >" + path + ") 2>/dev/null || exit 1", "trap 'rm -f " + path + "' EXIT", "trap 'exit 1' HUP INT TERM", "./" + j[0]}
	}
	if p.shell == "zsh" {
		first = []string{"zmodload zsh/system", "zsystem flock " + path + " || exit 1", "./" + j[0]}
	}
	return join([]string{`if [ "${1-}" = fast ]; then`}, indented(first), []string{"else"},
		indented(within("(", []string{"flock 9 || exit 1", "./" + j[1]}, ") 9>>"+path)), []string{"fi"})
}

// library is the line that brings lockkit's functions.
func (p *plan) library() string {
	kind := map[string]string{"bash": "bash", "zsh": "zsh"}[string(p.shell)]
	if kind == "" {
		kind = "sh"
	}
	if kind != "sh" && p.dice.chance(50) {
		return "source <(lockkit init " + kind + ")"
	}
	return `eval "$(lockkit init ` + kind + `)"`
}

// functionSection takes the lock by lockkit's own functions.
func (p *plan) functionSection(bail string) *section {
	j, path := p.words.jobs, p.path()
	options := map[string]string{"try": "-n ", "timed": "-w 5 ", "wait": ""}[p.patience]
	s := &section{}
	switch p.twist {
	case "lost":
		before, after := p.heeded("with_lock "+options+path+" true", bail)
		s.take, s.inside, s.close = before, p.work(), after
	case "descriptor":
		before, after := p.heeded("lock_fd "+options+p.fd+" "+path, bail)
		s.take, s.close, s.inside = before, after, p.work()
		s.leave = []string{"unlock " + p.fd}
	default:
		s.take = []string{"with_lock " + options + path + " ./" + j[0] + " || " + bail, `echo "$0 is through"`}
	}
	return s
}

// lockless is a script that has no lock, though something in it looks like one.
func (p *plan) lockless() []string {
	d := p.dice
	v := p.words.variable
	return join(pick(d,
		[]string{"exec 9>>./out.log", `echo "$0 starts" >&9`},
		[]string{v + "=$(mktemp -d) || exit 1", "trap 'rm -rf \"$" + v + "\"' EXIT"},
		[]string{"mkdir -p " + p.words.folder, v + "=" + p.words.folder + "/out"},
		[]string{`# the lock is taken by who calls us: flock -n /run/lock/x`, v + "=1"},
		[]string{v + `="flock is not used here"`, `echo "$` + v + `"`},
		[]string{"[ -r /etc/hostname ] || exit 1"}), p.work())
}

// slots takes one of several locks.
func (p *plan) slots() []string {
	again := p.fd
	if closesForPrograms.has(p.shell) {
		again += " " + p.fd + "<&" + p.fd
	}
	return join([]string{"got="}, within("for slot in 1 2; do", join(
		[]string{"exec " + p.fd + ">>" + p.beside(".$slot")},
		within("if flock -n "+again+"; then", []string{"got=$slot", "break"}, "fi")), "done"),
		[]string{`[ -n "$got" ] || exit 1`}, p.work())
}

// entries tells from what is in a folder who is there.
func (p *plan) entries() []string {
	path := p.path()
	mine := p.beside("/$$")
	return join([]string{"mkdir -p " + path, "trap 'rm -f " + mine + "' EXIT", "trap 'exit 1' HUP INT TERM", ": >" + mine},
		pick(p.dice, []string{`[ "$(ls ` + path + ` | wc -l)" -eq 1 ] || exit 1`}, []string{`for other in ` + path + `/*; do`, `  [ "$other" = ` + mine + ` ] || exit 1`, `done`}), p.work())
}
