package extract

import (
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// mayName tells whether two words may come to one name, where at least one of them is only
// known in part: what mkdir "/run/$1" makes goes as /run/app. The folder, or the last part,
// has to be the same in both, or every word could be any other.
func (in *interest) mayName(a, b string) bool {
	for _, one := range in.spellings(a) {
		for _, other := range in.spellings(b) {
			if open(one) != open(other) && sameFolder(one, other) && mayMatch(openParts(one), openParts(other)) {
				return true
			}
		}
	}
	return false
}

// open tells whether something of a word is not known.
func open(word string) bool { return strings.ContainsAny(word, "$`") }

// sameFolder tells whether two words surely lead into one folder other than the root.
func sameFolder(a, b string) bool {
	folder := path.Dir(a)
	return folder == path.Dir(b) && !open(folder) && folder != "/" && folder != "."
}

// openParts is a word with a * for each part of it that is not known.
func openParts(word string) string {
	return variables().ReplaceAllString(positional().ReplaceAllString(shell.UnquoteText(word), "*"), "*")
}

// mostOpen bounds how many parts of a word may not be known.
const mostOpen = 4

// mayMatch tells whether a text can be what two patterns with * both stand for.
func mayMatch(a, b string) bool {
	switch {
	case strings.Count(a, "*") > mostOpen || strings.Count(b, "*") > mostOpen:
		return false
	case a == "" && b == "":
		return true
	case strings.HasPrefix(a, "*"):
		return mayMatch(a[1:], b) || b != "" && mayMatch(a, b[1:])
	case strings.HasPrefix(b, "*"):
		return mayMatch(b, a)
	case a == "" || b == "" || a[0] != b[0]:
		return false
	}
	return mayMatch(a[1:], b[1:])
}
