package machine

import "strings"

// isGlob tells whether a text that is not quoted is a pattern of names. A bracket that is
// never closed is none: it is the command [.
func isGlob(text string) bool {
	if strings.ContainsAny(text, "*?") {
		return true
	}
	i := strings.IndexByte(text, '[')
	return i >= 0 && strings.IndexByte(text[i:], ']') > 1
}
