package hosts

import (
	"bytes"
	"regexp"
)

// What only the host knows stands in a text as an expression: ${{ github.ref }}, {{ item }}.
// The host puts its value there before any shell reads the text.

// expressions replaces what stands between two marks by variables of which nothing is
// known: the same one for the same words. What env names is a variable of the shell.
func expressions(p passage, opening, closing string) (out passage) {
	for {
		a := bytes.Index(p.data, []byte(opening))
		if a < 0 {
			break
		}
		b := bytes.Index(p.data[a:], []byte(closing))
		if b < 0 {
			break
		}
		b += a
		out.join(p.cut(0, a))
		name := variableFor(string(p.data[a+len(opening) : b]))
		end := b + len(closing)
		out.instead("${"+name+"}", int(p.from[a]), int(p.to[end-1]))
		p = p.cut(end, p.len())
	}
	out.join(p)
	return out
}

var (
	fromEnv  = regexp.MustCompile(`^\s*env\.([A-Za-z_][A-Za-z0-9_]*)\s*$`)
	notAName = regexp.MustCompile(`[^A-Za-z0-9]+`)
)

// variableFor is the name of the variable that stands for an expression.
func variableFor(text string) string {
	if m := fromEnv.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return "EXPR_" + string(bytes.Trim(notAName.ReplaceAll([]byte(text), []byte("_")), "_"))
}
