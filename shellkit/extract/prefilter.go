package extract

import (
	"bytes"
	"strings"
)

// Most scripts have nothing to do with locks, and their text shows it: none of what the
// look at a script goes by can stand in it. The scan for that may say yes about anything,
// but no only where a look would find nothing.

// sign is a piece of text without which something cannot be there.
type sign struct {
	text  string // in small letters; the text may have others
	whole bool   // as a word: no letter, digit or _ stands beside it
}

// signs are, by their first letters, what a lock, its tools, or the end of a home-made
// one is written with, and what brings in another text.
var signs = func() (by [256][]sign) {
	whole := strings.Fields("rm rmdir unlink mv trap")
	parts := append(strings.Fields("setlk zsystem chpst lckdo source noclobber setopt"), lockWords...)
	for tool := range lockTools {
		parts = append(parts, tool)
	}
	for i, text := range append(parts, whole...) {
		s := sign{text, i >= len(parts)}
		for _, first := range []byte{text[0], text[0] - 'a' + 'A'} {
			by[first] = append(by[first], s)
		}
	}
	return by
}()

// mayConcernLocks tells whether a text may have to do with locks. Quotes and backslashes
// within a word do not hide it.
func mayConcernLocks(text []byte) bool {
	return showsSign(text) || bytes.ContainsAny(text, `"'\`) && (showsSign(withoutQuotes(text)) || hasCodes(text))
}

// withoutQuotes is a text as a shell reads its words, and no line of it is continued.
func withoutQuotes(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\'':
		case c == '\\':
			if i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
		default:
			out = append(out, c)
		}
	}
	return out
}

// hasCodes tells whether letters may be written by their numbers: $'\x66lock'.
func hasCodes(text []byte) bool {
	if !bytes.Contains(text, []byte("$'")) {
		return false
	}
	for i, c := range text[:len(text)-1] {
		if next := text[i+1]; c == '\\' && (next|0x20 == 'x' || next|0x20 == 'u' || next >= '0' && next <= '7') {
			return true
		}
	}
	return false
}

func showsSign(text []byte) bool {
	numbers, asks := false, false // of processes
	for i, c := range text {
		switch c {
		case '<', '>':
			if i > 0 && (text[i-1] == '}' || text[i-1] > '2' && text[i-1] <= '9' || i > 1 && isDigit(text[i-1]) && isDigit(text[i-2])) {
				return true // a descriptor of its own
			}
			continue
		case '.':
			if i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\t') && (i == 0 || !isLetter(text[i-1])) {
				return true // it sources
			}
			continue
		case '$':
			numbers = numbers || i+1 < len(text) && (text[i+1] == '$' || text[i+1] == '!')
			continue
		case '/':
			asks = asks || starts(text[i:], "/proc/")
			continue
		case 'k', 'K':
			asks = asks || starts(text[i:], "kill")
			continue
		}
		for _, s := range signs[c] {
			if starts(text[i:], s.text) && (!s.whole || stands(text, i, len(s.text))) && !isOther(text, i, s.text) {
				return true
			}
		}
		switch {
		case c == 'p' && (starts(text[i:], "ps") || starts(text[i:], "pgrep")):
			asks = true
		case c == 's' && starts(text[i:], "set") && setsC(text[i+3:]):
			return true
		}
		if numbers && asks {
			return true // a file with the number of a process, and somebody who asks for that
		}
	}
	return numbers && asks
}

// starts tells whether a text begins so, in whatever letters.
func starts(text []byte, word string) bool {
	if len(text) < len(word) {
		return false
	}
	for i := range len(word) {
		if c := text[i]; c != word[i] && (c < 'A' || c > 'Z' || c|0x20 != word[i]) {
			return false
		}
	}
	return true
}

// stands tells whether what begins at i is a word.
func stands(text []byte, i, length int) bool {
	return (i == 0 || !isLetter(text[i-1])) && (i+length == len(text) || !isLetter(text[i+length]))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c == '_' || isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }

// isOther tells of a word that only looks like the name of a lock: clock, spider. What is
// run out of a variable is never that.
func isOther(text []byte, i int, word string) bool {
	switch word {
	case "lock":
		if i == 0 || !bytes.Contains([]byte("bcsBCS"), text[i-1:i]) {
			return false
		}
		for i--; i >= 0 && !bytes.Contains([]byte(" \t\n;&|(`"), text[i:i+1]); i-- {
			if text[i] == '$' {
				return false
			}
		}
		return true
	case "pid":
		return i+3 < len(text) && (text[i+3]|0x20 == 'e' || text[i+3]|0x20 == 'l')
	}
	return false
}

// setsC tells whether the words behind set may be those that set noclobber.
func setsC(text []byte) bool {
	line := text
	if end := bytes.IndexAny(text, "\n;"); end >= 0 {
		line = text[:end]
	}
	return bytes.IndexByte(line, 'C') >= 0
}
