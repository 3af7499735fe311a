package extract

import (
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// A text that is run as a script later (a trap, eval, sh -c) may be made of
// values that the script does not fix. The shell expands them when it makes the
// text; what they are called must not be expanded again when the text runs. So a
// rune that no script uses stands for each: a hole.
const (
	firstHole = '\U00100000'
	lastHole  = '\U0010FFFD'
)

// coded is a value whose text can be parsed as a script: what is not known in it
// is a hole.
func (x *walker) coded(v value, w *syntax.Word, s *state) value {
	if name := shell.ParamOf(w); v.known || w == nil || name == "@" || name == "*" {
		return v
	}
	v.text = x.code(w.Parts, s)
	return v
}

func (x *walker) code(parts []syntax.WordPart, s *state) string {
	var b strings.Builder
	for _, part := range parts {
		if q, ok := part.(*syntax.DblQuoted); ok {
			b.WriteString(x.code(q.Parts, s))
			continue
		}
		v := x.part(part, s, false)
		if v.known {
			b.WriteString(v.text)
		} else {
			b.WriteRune(x.hole(v))
		}
	}
	return b.String()
}

// hole returns the rune that stands for a value; the same for equal ones.
func (x *walker) hole(v value) rune {
	if r, ok := x.holeOf[v]; ok {
		return r
	}
	r := firstHole + rune(len(x.holes))
	if r > lastHole {
		return '?'
	}
	x.holes = append(x.holes, v)
	x.holeOf[v] = r
	return r
}

// filled is a literal with the values in the place of its holes.
func (x *walker) filled(text string) value {
	if len(x.holes) == 0 || !strings.ContainsFunc(text, isHole) {
		return literal(text)
	}
	out := literal("")
	for len(text) > 0 {
		i := strings.IndexFunc(text, isHole)
		if i < 0 {
			return out.join(literal(text))
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if i > 0 {
			out = out.join(literal(text[:i]))
		}
		if at := int(r - firstHole); at < len(x.holes) {
			out = out.join(x.holes[at])
		} else {
			out = out.join(literal(string(r)))
		}
		text = text[i+size:]
	}
	return out
}

// redirectsHole tells whether the number of a descriptor in front of a redirect is
// not known: $fd>file, where the text is run as a script.
func redirectsHole(text string) bool {
	for i, r := range text {
		if !isHole(r) {
			continue
		}
		if rest := text[i+utf8.RuneLen(r):]; rest != "" && (rest[0] == '>' || rest[0] == '<') {
			return true
		}
	}
	return false
}

// shown is a piece of script as a person would write it.
func (x *walker) shown(text string) string {
	if len(x.holes) == 0 || !strings.ContainsFunc(text, isHole) {
		return text
	}
	return x.filled(text).text
}

func isHole(r rune) bool { return r >= firstHole && r <= lastHole }
