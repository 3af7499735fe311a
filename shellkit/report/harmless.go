package report

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Harmless makes text from outside fit for one line of a terminal: what cannot
// be printed (controls, invalid bytes, characters that turn the direction of
// writing or have no width) appears escaped as in a Go string. Text that can be
// printed is returned as it is.
func Harmless(s string) string {
	if printable(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		shown, size := show(s)
		b.WriteString(shown)
		s = s[size:]
	}
	return b.String()
}

func printable(s string) bool {
	if isPlain(s) {
		return true
	}
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// isPlain is quick: printable ASCII alone.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// show returns the harmless form of the first character of s and its size in s.
func show(s string) (shown string, size int) {
	r, size := utf8.DecodeRuneInString(s)
	if unicode.IsPrint(r) && !(r == utf8.RuneError && size == 1) {
		return s[:size], size
	}
	quoted := strconv.Quote(s[:size])
	return quoted[1 : len(quoted)-1], size
}
