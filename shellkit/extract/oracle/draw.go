package oracle

import (
	"fmt"
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Script is a script with probes.
type Script struct {
	Seed   uint64
	Shell  source.Dialect
	Text   string
	folder string
}

// Draw returns the script of a seed for a shell. folder is where it will be run; the same
// three give the same text.
func Draw(seed uint64, d source.Dialect, folder string) *Script {
	w := &writer{dice: newDice(seed), shell: d, can: abilitiesOf(d), folder: folder}
	w.line("mkdir %s/first.lock || exit 9", folder)
	for range 4 + w.below(8) {
		w.statement()
		if w.chance(60) {
			w.probe()
		}
	}
	w.probe()
	w.line("work")
	return &Script{Seed: seed, Shell: d, Text: w.text.String(), folder: folder}
}

// writer writes a script, line by line.
type writer struct {
	*dice
	shell  source.Dialect
	can    abilities
	folder string
	text   strings.Builder
	depth  int // of compound commands
	calls  int // functions that there are
	probes int
}

func (w *writer) line(format string, args ...any) {
	w.text.WriteString(strings.Repeat("  ", w.depth))
	fmt.Fprintf(&w.text, format, args...)
	w.text.WriteByte('\n')
}

// within writes the body of a compound command.
func (w *writer) within(statements int) {
	w.depth++
	for range statements {
		w.statement()
	}
	if w.chance(50) {
		w.probe()
	}
	w.depth--
}

// probe asks for a value, or for a descriptor.
func (w *writer) probe() {
	w.probes++
	switch {
	case w.can.numbers && w.chance(20):
		w.line("flock -n %d || :; work", w.descriptor())
	case w.chance(10):
		w.claim(fmt.Sprintf("%d.%s.lock", w.probes, w.quoted()))
	default:
		w.claim(fmt.Sprintf("%s/%d.%s.lock", w.folder, w.probes, w.quoted()))
	}
}

// trapped is a claim for a trap.
func (w *writer) trapped() string {
	w.probes++
	return fmt.Sprintf(claim, fmt.Sprintf("%s/%d.$a.lock", w.folder, w.probes))
}

// claim asks for a value by a name that is taken and given back: what a lock looks like.
func (w *writer) claim(name string) { w.line(claim, name) }

const claim = `p="%s"; mkdir "$p" || exit 9; work; rmdir "$p"`

func (w *writer) descriptor() int { return one(w.dice, 3, 4, 5, 7, 8) }

// statement writes one statement, which may be a compound one.
func (w *writer) statement() {
	if w.depth >= 3 {
		w.simple()
		return
	}
	switch w.below(20) {
	case 0:
		w.line("if %s; then", w.question())
		w.within(1 + w.below(2))
		if w.chance(50) {
			w.line("else")
			w.within(1)
		}
		w.line("fi")
	case 1:
		w.line("case %s in", w.word())
		w.line("%s)", w.pattern())
		w.within(1)
		w.line(";;")
		w.line("*)")
		w.within(1)
		w.line(";;")
		w.line("esac")
	case 2:
		w.line("for %s in %s; do", w.name(), one(w.dice, w.word()+" "+w.word(), `"$@"`, "$*"))
		w.within(1)
		w.line("done")
	case 3:
		w.line("(")
		w.within(2)
		w.line(")")
	case 4:
		w.line("{")
		w.within(1)
		w.line("} %s", w.redirect())
	case 5:
		w.function()
	case 6:
		n := fmt.Sprintf("n%d", w.depth) // no loop around it counts with that
		w.line("%s=0", n)
		w.line(`while [ "$%s" -lt %d ]; do`, n, 1+w.below(3))
		w.line("  %s=$((%s + 1))", n, n)
		w.within(1)
		w.line("done")
	default:
		w.simple()
	}
}

// function defines one, and calls it.
func (w *writer) function() {
	w.calls++
	name := fmt.Sprintf("f%d", w.calls)
	w.line("%s() {", name)
	if w.can.local != "" && w.chance(50) {
		w.line("  %s %s=%s", w.can.local, w.name(), w.quotedWord())
	}
	w.within(1 + w.below(2))
	if w.chance(40) {
		w.line("  return %d", w.below(3))
	}
	w.line("}")
	call := name + " " + w.word() + " " + w.word()
	if w.chance(30) {
		call += " " + w.redirect()
	}
	w.line("%s", call)
}

// simple writes a simple command.
func (w *writer) simple() {
	switch w.below(22) {
	case 0, 1, 2, 3, 4, 5:
		w.line("%s=%s", w.name(), w.word())
	case 6:
		w.line("unset %s", w.name())
	case 7:
		w.line("set -- %s %s", one(w.dice, w.word()+" "+w.word(), `"$@"`, "$@"), w.word())
	case 8:
		w.line("[ $# -gt 0 ] && shift")
	case 9:
		w.line("%s && %s=%s", w.question(), w.name(), w.word())
	case 10:
		w.line("%s || %s=%s", w.question(), w.name(), w.word())
	case 11:
		w.line("eval '%s=%s'", w.name(), one(w.dice, "a", "$b", "${c}d", `"$1"`))
	case 12:
		w.line("cd %s || exit 9", one(w.dice, "sub", "sub/..", w.folder, w.folder+"/sub", "."))
		w.line("cd %s || exit 9", w.folder)
	case 13:
		w.line("read -r %s %s <<END", w.name(), w.name())
		w.text.WriteString(one(w.dice, "one two three", "$a b", "x", "  k  l ") + "\n")
		w.text.WriteString("END\n")
	case 14:
		w.line("exec %s", w.redirect())
	case 15:
		w.line("trap '%s' EXIT", one(w.dice, ":", "x=1", w.trapped()))
	case 16:
		w.line("%s", one(w.dice, "set -f", "set +f", "set -u; set +u", "IFS=:", "unset IFS", "IFS=' '", "false || :", "true", "set +e"))
	case 17:
		w.line("%s=%s :", w.name(), w.word())
	case 18:
		w.line(": \"${%s:=%s}\"", w.name(), w.plain())
	case 19:
		w.line("%s=%s %s=%s", w.name(), w.word(), w.name(), w.word())
	case 20:
		w.line("export %s=%s", w.name(), w.quotedWord())
	default:
		w.extra()
	}
}

// extra writes what only some shells have.
func (w *writer) extra() {
	switch {
	case w.can.arrays && w.chance(50):
		w.line("%s=(%s %s)", w.list(), w.word(), w.word())
	case w.can.printfTo && w.chance(50):
		w.line("printf -v %s '%s' %s", w.name(), one(w.dice, "%s", "%s.", "a%sb"), w.quotedWord())
	case w.can.hereString && w.chance(50):
		w.line("read -r %s %s <<< %s", w.name(), w.name(), w.quotedWord())
	case w.can.brackets && w.chance(50):
		w.line("[[ %s == %s ]] && %s=%s", w.quotedWord(), w.pattern(), w.name(), w.word())
	case w.can.appends:
		w.line("%s+=%s", w.name(), w.word())
	default:
		w.line(":")
	}
}

func (w *writer) redirect() string {
	if !w.can.numbers {
		return ">/dev/null"
	}
	n := w.descriptor()
	switch w.below(6) {
	case 0:
		return fmt.Sprintf("%d>&-", n)
	case 1:
		return fmt.Sprintf("%d>&1", n)
	case 2:
		return fmt.Sprintf("%d>%s/other.lock", n, w.folder)
	}
	return fmt.Sprintf("%d>%s/file.lock", n, w.folder)
}
