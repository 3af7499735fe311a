package oracle

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/source"
)

// abilities are what a shell has beyond POSIX.
type abilities struct {
	local                                                   string // declares a variable of a function
	arrays, printfTo, hereString, brackets, appends, pieces bool
	numbers                                                 bool // a program sees descriptors above 2
}

func abilitiesOf(d source.Dialect) abilities {
	switch d {
	case source.Bash:
		return abilities{"local", true, true, true, true, true, true, true}
	case source.Zsh:
		return abilities{"local", true, true, true, true, true, true, true}
	case source.Ksh:
		return abilities{"", true, false, true, true, true, true, false}
	case source.Mksh:
		return abilities{"local", true, false, true, true, true, true, false}
	case source.Yash:
		return abilities{"local", false, false, true, false, false, false, true}
	}
	return abilities{"local", false, false, false, false, false, false, true}
}

func (w *writer) name() string { return one(w.dice, "a", "b", "c", "x", "y") }
func (w *writer) list() string { return one(w.dice, "l", "m") }

// plain is a word in which nothing is expanded.
func (w *writer) plain() string {
	return one(w.dice, "a", "foo", "foo.bar", "a-b", "x1", "07", "3", "k:l", "")
}

// pattern is a pattern, which may be a plain word.
func (w *writer) pattern() string {
	return one(w.dice, "a", "foo", "f*", "*.bar", "?", "[a-c]*", "*o*", "3")
}

// quotedWord is one word, whatever it comes to.
func (w *writer) quotedWord() string { return `"` + w.quoted() + `"` }

// quoted is what may stand between double quotes.
func (w *writer) quoted() string {
	text := w.expansion()
	if w.chance(25) {
		text = w.plain() + text
	}
	if w.chance(15) {
		text += w.expansion()
	}
	return text
}

// word is a word: it may come to none, or to several.
func (w *writer) word() string {
	switch w.below(8) {
	case 0:
		return w.expansion()
	case 1:
		return "'" + w.plain() + "'"
	case 2:
		return one(w.dice, `a\ b`, `"a b"`, `'k  l'`, `x"y"z`, `"$a""$b"`, `$a'$b'`)
	case 3, 4:
		return w.quotedWord()
	}
	if p := w.plain(); p != "" {
		return p
	}
	return "''"
}

// expansion is an expansion; also between double quotes.
func (w *writer) expansion() string {
	n := w.name()
	switch w.below(20) {
	case 0, 1, 2, 3, 4:
		return "$" + n
	case 5:
		return "${" + n + "}"
	case 6:
		return fmt.Sprintf("${%s%s%s}", n, one(w.dice, ":-", "-", ":+", "+"), one(w.dice, "d", "$a", "${b}e", ""))
	case 7, 8:
		return fmt.Sprintf("${%s%s%s}", n, one(w.dice, "#", "##", "%", "%%"), one(w.dice, "f", "*.", ".*", "?", "*o", "[a-c]", "x"))
	case 9:
		return "${#" + n + "}"
	case 10:
		return fmt.Sprintf("$((%d %s %d))", w.below(9), one(w.dice, "+", "-", "*", "%", "<", "=="), 1+w.below(5))
	case 11:
		return fmt.Sprintf("$(echo %s)", w.inner())
	case 12:
		return fmt.Sprintf("$(printf '%%s' %s)", w.inner())
	case 13:
		return one(w.dice, "$1", "$2", "$#", "${1:-none}", "$?")
	case 14:
		return "$?"
	case 15:
		return "$*"
	}
	return w.richer(n)
}

// richer is an expansion that only some shells have.
func (w *writer) richer(n string) string {
	switch {
	case w.can.arrays && w.chance(40):
		l := w.list()
		return one(w.dice, "${"+l+"[1]}", "${#"+l+"[@]}", "${"+l+"[*]}")
	case w.can.pieces && w.chance(50):
		return fmt.Sprintf("${%s:%d:%d}", n, w.below(3), 1+w.below(2))
	case w.can.pieces:
		return fmt.Sprintf("${%s%s%s/%s}", n, one(w.dice, "/", "//"), one(w.dice, "o", "f", "a*", "."), one(w.dice, "", "Z", "$a"))
	}
	return "$" + n
}

// inner is what a substitution prints.
func (w *writer) inner() string {
	return one(w.dice, "$a", `"$b"`, `"${c}.d"`, "foo bar", "'a  b'", `"$1"`, "x")
}

// question is a command whose status is asked.
func (w *writer) question() string {
	switch w.below(7) {
	case 0:
		return fmt.Sprintf(`[ -n "$%s" ]`, w.name())
	case 1:
		return fmt.Sprintf(`[ -z "$%s" ]`, w.name())
	case 2:
		return fmt.Sprintf(`[ "$%s" = %s ]`, w.name(), one(w.dice, "a", "foo", `"$b"`, "''"))
	case 3:
		return fmt.Sprintf(`[ "$%s" != %s ]`, w.name(), one(w.dice, "a", "foo", `"$b"`, "''"))
	case 4:
		return fmt.Sprintf(`! [ "${#%s}" -gt %d ]`, w.name(), w.below(4))
	case 5:
		return one(w.dice, "true", "false", "! true", ":")
	}
	return fmt.Sprintf(`[ "${%s+set}" = set ]`, w.name())
}
