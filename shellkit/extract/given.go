package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
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
		case isParameter(id) && id != "0", syntax.ValidName(id) && strings.ToUpper(id) == id && !shellSets(id) && len(x.in.assigned[id]) == 0:
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

// compare notes a test by which a script may bring what it is given into an order, or
// asks whose something is.
func (in *interest) compare(op, x, y string) {
	switch strings.TrimLeft(op, `\`) {
	case "<", ">", "-lt", "-gt", "-le", "-ge":
		in.compares = in.compares || len(varsOf(x)) > 0 && len(varsOf(y)) > 0
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
