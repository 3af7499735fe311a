package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// givenIn spells the key of a path so that one sees what every run of the script is
// given for itself: its arguments, and variables of the environment. It is "" where the
// key has nothing of that.
func (x *walker) givenIn(key string) string {
	parts := strings.Split(key, "\x00")
	if len(parts)%2 == 0 {
		return ""
	}
	found := false
	for i := 1; i < len(parts); i += 2 {
		id := parts[i]
		switch {
		case shell.IsParameter(id) && id != "0", syntax.ValidName(id) && strings.ToUpper(id) == id && !shellSets(id) && len(x.in.assigned[id]) == 0:
			parts[i], found = "${"+id+"}", true
		default:
			parts[i] = "\x00" + id + "\x00"
		}
	}
	if !found {
		return ""
	}
	return strings.Join(parts, "")
}

// givenText is what a value is where a run is given another one, for people and for those
// who look at names; "" where the script puts nothing in the place of what is not given.
func givenText(key string) string {
	if strings.IndexByte(key, '\x02') < 0 {
		return ""
	}
	var b strings.Builder
	for key != "" {
		switch key[0] {
		case '\x00':
			name, rest, _ := strings.Cut(key[1:], "\x00")
			b.WriteString(asGiven(name))
			key = rest
		case '\x02':
			given, usual := pastMark(key[1:], '\x03')
			name, _, _ := strings.Cut(given, "\x00")
			b.WriteString(asGiven(name))
			_, key = pastMark(usual, '\x06')
		default:
			end := strings.IndexAny(key, "\x00\x02")
			if end < 0 {
				end = len(key)
			}
			b.WriteString(key[:end])
			key = key[end:]
		}
	}
	return b.String()
}

// asGiven is how a script writes what it is given.
func asGiven(name string) string {
	if shell.IsParameter(name) || syntax.ValidName(name) {
		return "${" + name + "}"
	}
	return "$(…)"
}

// pastMark cuts a key at the mark that belongs to the input which it is within.
func pastMark(key string, mark byte) (before, behind string) {
	depth := 0
	for i := range len(key) {
		switch {
		case depth == 0 && key[i] == mark:
			return key[:i], key[i+1:]
		case key[i] == '\x02':
			depth++
		case key[i] == '\x06':
			depth--
		}
	}
	return key, ""
}

// compare notes a test by which a script may bring what it is given into an order, or
// asks whose something is.
func (in *interest) compare(op, x, y string) {
	switch strings.TrimLeft(op, `\`) {
	case "<", ">", "-lt", "-gt", "-le", "-ge":
		in.compares = in.compares || len(shell.VarsOf(x)) > 0 && len(shell.VarsOf(y)) > 0
	case "=", "==", "!=", "-eq", "-ne":
		in.owners = in.owners || isOwnNumber(x) && strings.Contains(y, "$") || isOwnNumber(y) && strings.Contains(x, "$")
		for _, sides := range [][2]string{{x, y}, {y, x}} {
			if strings.Contains(sides[0], "$$") || strings.Contains(sides[0], "BASHPID") {
				in.ownAsked = append(in.ownAsked, sides[1])
			}
		}
	}
}

// isOwnNumber tells whether a word is the number of the process: what is compared with it
// says whose something is.
func isOwnNumber(word string) bool {
	switch nameOf(strings.Trim(word, `"`)) {
	case "$$", "$BASHPID":
		return true
	}
	return false
}
