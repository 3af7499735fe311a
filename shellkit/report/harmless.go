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
	b.Grow(len(s))
	for len(s) > 0 {
		plain := s[:plainPart(s)]
		b.WriteString(plain)
		if s = s[len(plain):]; s != "" {
			shown, size := show(s)
			b.WriteString(shown)
			s = s[size:]
		}
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
func isPlain(s string) bool { return plainPart(s) == len(s) }

// plainPart is how much of the beginning is printable ASCII.
func plainPart(s string) int {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return i
		}
	}
	return len(s)
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
