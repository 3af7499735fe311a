package ignore

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

// A Pattern is one line of a .gitignore: see gitignore(5).
type Pattern struct {
	match   *regexp.Regexp // nil: no name matches
	again   bool           // it takes back what an earlier one says
	folders bool           // it is about folders alone
	whole   bool           // it is about the path, not about its last name
}

// Matches tells whether there is anything that the pattern could fit.
func (p *Pattern) Matches() bool { return p.match != nil }

// Parse reads the lines of a .gitignore.
func Parse(text []byte) (list []Pattern) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if p, ok := parseLine(line); ok {
			list = append(list, p)
		}
	}
	return list
}

func parseLine(line string) (p Pattern, ok bool) {
	if line = trimBlanks(line); line == "" || line[0] == '#' {
		return p, false
	}
	line, p.again = strings.CutPrefix(line, "!")
	line, p.folders = strings.CutSuffix(line, "/")
	p.whole = strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" {
		return p, false
	}
	p.match = glob(line)
	return p, true
}

// trimBlanks drops blanks at the end, unless a backslash keeps one.
func trimBlanks(line string) string {
	for strings.HasSuffix(line, " ") {
		before := strings.TrimSuffix(line, " ")
		slashes := len(before) - len(strings.TrimRight(before, `\`))
		if slashes%2 == 1 {
			break
		}
		line = before
	}
	return line
}

// Decides tells whether the last pattern that fits a path, which is relative to the place
// of the patterns and has slashes, ignores it; fits is false where none does.
func Decides(list []Pattern, rel string, folder bool) (ignored, fits bool) {
	for i := len(list) - 1; i >= 0; i-- {
		p := &list[i]
		if p.folders && !folder || p.match == nil {
			continue
		}
		name := rel
		if !p.whole {
			name = path.Base(rel)
		}
		if p.match.MatchString(bytewise(name)) {
			return !p.again, true
		}
	}
	return false, false
}

// glob is a pattern as an expression: * and ? stop at a slash, ** between slashes does not.
// It is nil for a pattern that matches nothing, such as one with an open bracket.
func glob(pattern string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for i := 0; i < len(pattern); {
		rest := pattern[i:]
		begins := i == 0 || pattern[i-1] == '/'
		switch {
		case begins && strings.HasPrefix(rest, "**/"):
			b.WriteString(`(?:[^/]+/)*`)
			i += 3
		case begins && rest == "**":
			b.WriteString(`.+`)
			i += 2
		case rest[0] == '*':
			b.WriteString(`[^/]*`)
			i += len(rest) - len(strings.TrimLeft(rest, "*"))
		case rest[0] == '?':
			b.WriteString(`[^/]`)
			i++
		case rest[0] == '[':
			class, length := bracket(rest)
			if length == 0 {
				return nil
			}
			b.WriteString(class)
			i += length
		case rest == `\`:
			return nil
		case rest[0] == '\\':
			b.WriteString(itself(rest[1]))
			i += 2
		default:
			b.WriteString(itself(rest[0]))
			i++
		}
	}
	match, err := regexp.Compile(b.String() + `\z`)
	if err != nil {
		return nil
	}
	return match
}

// itself is an expression for one byte.
func itself(c byte) string { return regexp.QuoteMeta(bytewise(string([]byte{c}))) }

// bytewise makes a character of each byte: git compares bytes.
func bytewise(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// bracket is a class at the beginning of a pattern as an expression, and its length there; 0
// where it does not end.
func bracket(pattern string) (class string, length int) {
	var b strings.Builder
	i := 1
	b.WriteString("[")
	if i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^') {
		b.WriteString("^/")
		i++
	}
	for first := true; i < len(pattern); first = false {
		c := pattern[i]
		switch {
		case c == ']' && !first:
			return b.String() + "]", i + 1
		case strings.HasPrefix(pattern[i:], "[:"):
			end := strings.Index(pattern[i:], ":]")
			if end < 0 {
				return "", 0
			}
			b.WriteString(pattern[i : i+end+2])
			i += end + 2
		case c == '\\' && i+1 < len(pattern):
			b.WriteString(itself(pattern[i+1]))
			i += 2
		case c == '-':
			b.WriteString("-")
			i++
		default:
			b.WriteString(itself(c))
			i++
		}
	}
	return "", 0
}
