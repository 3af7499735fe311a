package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// QuotedText is the text of a word's part in single quotes. Within $'…' the shell reads
// escapes.
func QuotedText(q *syntax.SglQuoted, value string) string {
	if !q.Dollar || !strings.Contains(value, `\`) {
		return value
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' || i+1 == len(value) {
			b.WriteByte(value[i])
			continue
		}
		i++
		switch c := value[i]; c {
		case 'x', 'u', 'U':
			most := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			n := digits(value[i+1:], most, "0123456789abcdefABCDEF")
			code, err := strconv.ParseUint(value[i+1:i+1+n], 16, 32)
			switch {
			case err != nil:
				b.WriteString(value[i-1 : i+1])
			case c == 'x':
				b.WriteByte(byte(code))
			default:
				b.WriteRune(rune(code))
			}
			i += n
		case '0', '1', '2', '3', '4', '5', '6', '7':
			n := digits(value[i:], 3, "01234567")
			code, _ := strconv.ParseUint(value[i:i+n], 8, 16)
			b.WriteByte(byte(code))
			i += n - 1
		default:
			if meant, ok := escapes[c]; ok {
				b.WriteByte(meant)
			} else {
				b.WriteString(value[i-1 : i+1])
			}
		}
	}
	return b.String()
}

// escapes is what stands behind a backslash, and what it means.
var escapes = map[byte]byte{'a': 7, 'b': 8, 'e': 27, 'E': 27, 'f': 12, 'n': '\n', 'r': '\r', 't': '\t', 'v': 11, '\\': '\\', '\'': '\'', '"': '"', '?': '?'}

// digits counts how many of the first bytes of a text, at most so many, are such digits.
func digits(text string, most int, such string) int {
	n := 0
	for n < most && n < len(text) && strings.IndexByte(such, text[n]) >= 0 {
		n++
	}
	return n
}
