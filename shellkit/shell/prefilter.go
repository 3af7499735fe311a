package shell

import (
	"bytes"
	"slices"
)

// Most scripts have nothing to do with locks, and their text shows it: none of what the
// look at a script goes by can stand in it. The scan for that may say yes about anything,
// but no only where a look would find nothing.

// Signs are what may stand in a text.
type Signs struct {
	Tools   bool // a tool for locks, or a descriptor that one may be given
	names   bool // something called like a lock, or made as one is
	Gone    bool // something that takes names away
	Sources bool // another text is brought in
	Asks    bool // something that looks for processes
}

// Any tells whether something of it may stand there.
func (s Signs) Any() bool { return s.Tools || s.names || s.Gone || s.Sources || s.Asks }

// AllSigns are the signs of a text about which nothing is known.
var AllSigns = Signs{true, true, true, true, true}

// sign is a piece of text without which something cannot be there.
type sign struct {
	text  string // in small letters; the text may have others
	whole bool   // as a word: no letter, digit or _ stands beside it
	of    Signs
}

// knownSigns are all such pieces by their first letters.
var knownSigns = func() (by [256][]sign) {
	add := func(of Signs, whole bool, words ...string) {
		for _, text := range words {
			for _, first := range []byte{text[0], text[0] - 'a' + 'A'} {
				by[first] = append(by[first], sign{text, whole, of})
			}
		}
	}
	add(Signs{Tools: true, names: true}, false, "lock", "lck", "setlk", "zsystem", "chpst")
	for name := range OtherLockers {
		add(Signs{Tools: true}, true, name)
	}
	add(Signs{names: true}, false, slices.Concat(lockWords, []string{"clobber", "setopt"})...)
	add(Signs{Gone: true}, true, "rm", "rmdir", "unlink", "mv", "trap")
	add(Signs{Sources: true}, false, "source")
	add(Signs{Asks: true}, true, "pgrep", "pidof", "ps", "killall")
	return by
}()

// SignsIn scans a text. Quotes and backslashes within a word do not hide it.
func SignsIn(text []byte) Signs {
	found := scan(text)
	if hasCodes(text) {
		return AllSigns
	}
	if quotesWithin(text) {
		found = found.With(scan(withoutQuotes(text)))
	}
	return found
}

// quotesWithin tells whether a quote or a backslash stands within a word, where it may
// hide what the word is.
func quotesWithin(text []byte) bool {
	for i := 1; i < len(text); i++ {
		if !quotes[text[i]] || !isPart(text[i-1]) {
			continue
		}
		for i+1 < len(text) && (quotes[text[i]] || text[i] == '\n' && text[i-1] == '\\') {
			i++
		}
		if isPart(text[i]) {
			return true
		}
	}
	return false
}

var quotes = [256]bool{'"': true, '\'': true, '\\': true}

func isPart(c byte) bool { return isLetter(c) || c == '/' }

// With are the signs of two texts together.
func (s Signs) With(t Signs) Signs {
	return Signs{s.Tools || t.Tools, s.names || t.names, s.Gone || t.Gone, s.Sources || t.Sources, s.Asks || t.Asks}
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

func scan(text []byte) (found Signs) {
	numbers, asks := false, false // of processes
	for i := range len(text) - 1 {
		c, next := text[i], text[i+1]
		if !mayBegin[pair(c, next)] {
			continue
		}
		switch c {
		case '<', '>': // of a descriptor that is none of the first three
			if i > 0 && (text[i-1] == '}' || text[i-1] > '2' && text[i-1] <= '9' || i > 1 && isDigit(text[i-1]) && isDigit(text[i-2])) {
				found.Tools = true
			}
		case '.':
			found.Sources = found.Sources || (next == ' ' || next == '\t' || quotes[next]) && (i == 0 || !isLetter(text[i-1]))
		case '$':
			numbers = numbers || next == '$' || next == '!'
			asks = asks || next == '(' && readsFile(text[i+2:])
		case '`':
			asks = asks || readsFile(text[i+1:])
		case '/', 'k', 'p':
			asks = asks || starts(text[i:], "/proc/") || starts(text[i:], "kill") || starts(text[i:], "ps") || starts(text[i:], "pgrep")
		case 's':
			found.names = found.names || starts(text[i:], "set") && setsC(text[i+3:])
		}
		for _, s := range knownSigns[c] {
			if starts(text[i:], s.text) && (!s.whole || stands(text, i, len(s.text))) && !isOther(text, i, s.text) {
				found = found.With(s.of)
			}
		}
	}
	if numbers && asks { // a file with the number of a process, and somebody who asks for that, or reads it
		found.names = true
	}
	return found
}

// readsFile tells whether a substitution begins with a command that prints a file.
func readsFile(text []byte) bool {
	return starts(text, "<") || starts(text, "cat") || starts(text, "head") || starts(text, "readlink") || starts(text, "awk") || starts(text, "sed")
}

// mayBegin has, for pairs of bytes, whether anything that scan looks for begins so. Most
// pairs begin nothing.
var mayBegin = func() (by [1 << 10]bool) {
	for _, list := range knownSigns {
		for _, s := range list {
			by[pair(s.text[0], s.text[1])] = true
		}
	}
	for _, two := range []string{"ki", "ps", "pg", "se", "/p", "$$", "$!", "$(", "`c", "`h", "`r", "`a", "`s", ". ", ".\t", ".\"", ".'", ".\\"} {
		by[pair(two[0], two[1])] = true
	}
	for next := range 256 {
		by[pair('<', byte(next))], by[pair('>', byte(next))] = true, true
	}
	return by
}()

// pair is a number for two bytes; several pairs have one, and capitals that of small letters.
func pair(a, b byte) int { return int(a&31)<<5 | int(b&31) }

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
