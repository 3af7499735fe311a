package hosts

import (
	"bytes"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// What only the host knows stands in a text as an expression: ${{ github.ref }}, {{ item }}.
// The host puts its value there before any shell reads the text.

// expressions replaces what stands between two marks by variables of which nothing is
// known: the same one for the same words. What env names is a variable of the shell.
func expressions(p passage, opening, closing string) (out passage) {
	out.guessed = p.guessed
	for {
		a := bytes.Index(p.data, []byte(opening))
		if a < 0 {
			break
		}
		b := closingAt(p.data, a+len(opening), closing)
		if b < 0 {
			break
		}
		out.join(p.cut(0, a))
		name := variableFor(string(p.data[a+len(opening) : b]))
		end := b + len(closing)
		out.instead("${"+name+"}", int(p.from[a]), int(p.to[end-1]))
		out.guessed = true
		p = p.cut(end, p.len())
	}
	out.join(p)
	return out
}

// closingAt is where the mark stands that closes an expression: not in its quotes, where
// these have ends.
func closingAt(data []byte, from int, closing string) int {
	var quote byte
	for i := from; i < len(data); i++ {
		switch c := data[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case bytes.HasPrefix(data[i:], []byte(closing)):
			return i
		}
	}
	if i := bytes.Index(data[from:], []byte(closing)); i >= 0 {
		return from + i
	}
	return -1
}

var (
	fromEnv  = regex.Of(`^\s*env\.([A-Za-z_][A-Za-z0-9_]*)\s*$`)
	notAName = regex.Of(`[^A-Za-z0-9]+`)
)

// variableFor is the name of the variable that stands for an expression.
func variableFor(text string) string {
	if m := fromEnv().FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return "EXPR_" + string(bytes.Trim(notAName().ReplaceAll([]byte(text), []byte("_")), "_"))
}
