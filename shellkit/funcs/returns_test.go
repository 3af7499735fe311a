package funcs

import (
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// In a trap a bare return, or exit, gives the status from before the trap: then a
// lock that is busy may be called got.
func TestEveryReturnSaysItsStatus(t *testing.T) {
	for shell, d := range dialects {
		text, err := Init(shell, Options{Standalone: true})
		if err != nil {
			t.Fatal(err)
		}
		if bare := bareReturns(t, string(text), d.lang); len(bare) > 0 {
			t.Errorf("%s: in line %v", shell, bare)
		}
	}
	if bare := bareReturns(t, "f() { g || \\return\n\\builtin return \"$?\"\nbuiltin exit; }", syntax.LangBash); len(bare) != 2 {
		t.Errorf("of two bare ones %v were seen", bare)
	}
}

func bareReturns(t *testing.T, text string, lang syntax.LangVariant) (lines []uint) {
	t.Helper()
	file, err := syntax.NewParser(syntax.Variant(lang)).Parse(strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
			switch last := strings.TrimPrefix(c.Args[len(c.Args)-1].Lit(), `\`); last {
			case "return", "exit":
				lines = append(lines, c.Pos().Line())
			}
		}
		return true
	})
	return lines
}
