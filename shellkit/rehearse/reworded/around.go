package reworded

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// inFunction sets the whole text in a function that is called with the script's arguments.
// It may not be applied where the text is read as it runs, knows in which line or function it
// stands, jumps or declares at its top level, or is a library; where functions have traps or
// a name of their own (zsh); where a trap is to see arguments that the script has set; and
// where the last program takes the place of the shell (ksh93).
func (d *draft) inFunction() bool {
	if d.placed() || d.lib || d.topJumps() || d.inPlace() || d.has(scopes()) || d.has(setsArguments()) && d.has(traps()) {
		return false
	}
	if d.shell == source.Zsh && d.has(traps(), scriptName()) {
		return false
	}
	name := d.free("main", "run_all", "the_whole")
	d.text = name + "() {\n" + d.text + "}\n" + name + " \"$@\"\n"
	return true
}

// around sets the whole text between two lines. It may not be applied where the text is
// read as it runs, or knows in which line it stands; to one that returns at its top level, or
// defines functions that it does not call, as only a library does; and where the last program
// takes the place of the shell and a comment behind it keeps it from that (ksh93).
func (d *draft) around(head, tail string) bool {
	if d.placed() || d.lib || d.topJumps() || d.inPlace() && d.comesBehind() {
		return false
	}
	d.text = head + "\n" + d.text + tail + "\n"
	return true
}

// comesBehind tells whether anything stands behind the last statement.
func (d *draft) comesBehind() bool {
	n := len(d.tree.Stmts)
	return n > 0 && strings.TrimSpace(d.text[ends(d.tree.Stmts[n-1]):]) != ""
}

func (d *draft) inGroup() bool { return d.around("{", "}") }

func (d *draft) underCase() bool {
	head, _ := pick(d, []string{`case "${1-}" in *)`, `case x in x)`, "case `uname` in *)"})
	return d.around(head, ";; esac")
}

func (d *draft) underIf() bool {
	head, _ := pick(d, []string{"if :; then", "if true; then"})
	return d.around(head, "fi")
}

// inLoop may moreover not be applied where the text starts jobs: those of a loop are workers. A
// loop is not the last program (ksh93).
func (d *draft) inLoop() bool {
	if d.has(background()) || d.inPlace() {
		return false
	}
	if d.draw(2) == 0 {
		return d.around("for "+d.free("once", "turn")+" in 1; do", "done")
	}
	return d.around("while :; do", "break\ndone")
}

// endsByExit may not be applied to a library, whose caller would end, nor to a text that
// returns at its top level, as only a library does; where the last
// program takes the place of the shell, and where the EXIT trap asks for the status.
func (d *draft) endsByExit() bool {
	if d.lib || d.topJumps() || d.inPlace() || d.has(lastStatus()) && d.has(traps()) || d.has(knowsItsPlace()) {
		return false
	}
	d.text += "exit 0\n"
	return true
}

// lineBetween puts a line that does nothing before a statement of the top level. It may not
// be applied where the next statement asks for the status of the one before, as a
// function that it calls may, and to the last program of ksh93's shell it is none: it stands
// before a statement, never at the end.
func (d *draft) lineBetween() bool {
	if d.has(knowsItsPlace()) || d.hasStatusInFunction() {
		return false
	}
	var at []int
	for _, s := range d.tree.Stmts {
		if p := from(s); d.ownLine(p) && !lastStatus().MatchString(d.text[p:max(ends(s), p)]) {
			at = append(at, p)
		}
	}
	line, _ := pick(d, []string{":", "echo here", "true", "umask 022", "unused=1", "printf '%s\\n' here >&2", "LC_ALL=C; export LC_ALL",
		`[ -z "${VERBOSE-}" ] || echo here`, `if [ "${DEBUG-}" = 1 ]; then set -x; fi`, "# a word about it", ""})
	p, ok := pick(d, at)
	return ok && d.edits(edit{p, p, line + "\n"})
}
