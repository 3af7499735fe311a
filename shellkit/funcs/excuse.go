package funcs

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// excuse tells shellcheck before each function what to leave alone there: before
// the first command of a script that would hold for the whole script.
func excuse(text string, d dialect, codes []string) string {
	file, err := syntax.NewParser(syntax.Variant(d.lang)).Parse(strings.NewReader(text), "")
	if err != nil {
		panic(err) // the embedded files parse: a test sees to that
	}
	var b strings.Builder
	done := uint(0)
	for _, stmt := range file.Stmts {
		b.WriteString(text[done:stmt.Pos().Offset()])
		done = stmt.Pos().Offset()
		b.WriteString("# shellcheck disable=" + strings.Join(codes, ",") + "\n")
	}
	b.WriteString(text[done:])
	return b.String()
}
