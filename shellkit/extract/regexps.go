package extract

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// matchesRegexp tells whether a value fits the regular expression of [[ X =~ Y ]], where
// both are known: what is quoted in the expression stands for itself. A failing status of
// which the number is not known fits where each number that it may be does.
func (x *walker) matchesRegexp(v value, w *syntax.Word, s *state) (fits, ok bool) {
	var text strings.Builder
	for _, part := range w.Parts {
		of := x.part(part, s, false)
		_, single := part.(*syntax.SglQuoted)
		_, double := part.(*syntax.DblQuoted)
		lit, plain := part.(*syntax.Lit)
		switch {
		case !of.sure() || !plain && !x.facts.QuotedRegexp:
			return false, false
		case single, double:
			text.WriteString(regexp.QuoteMeta(of.text))
		case plain:
			text.WriteString(lit.Value)
		default:
			text.WriteString(of.text)
		}
	}
	re, err := regexp.CompilePOSIX(text.String())
	if err != nil || strings.ContainsAny(text.String(), "{\n") { // what an odd repetition means is left to the library of the system
		return false, false
	}
	switch {
	case v.sure():
		return re.MatchString(v.text), !strings.Contains(v.text, "\n")
	case !v.nonzero:
		return false, false
	}
	fits = re.MatchString(itoa(v.over + 1))
	for n := v.over + 1; n <= 255; n++ {
		if re.MatchString(itoa(n)) != fits {
			return false, false
		}
	}
	return fits, true
}

// exprCommand walks expr: where it compares two words it ends as that comparison does.
func exprCommand(x *walker, c *call, f flow) []flow {
	if len(c.args) == 4 && !c.loose {
		op := c.args[2].text
		if op == "=" || op == "==" || op == "!=" {
			a, b := c.args[1].orNothing(), c.args[3].orNothing()
			if truth, known := comparedByExpr(op, a, b); known {
				yes, no := decided(truth, f)
				return append(yes, no...)
			}
		}
	}
	return x.program(c, "expr", f)
}

// comparedByExpr compares two numbers as such, and anything else as text.
func comparedByExpr(op string, a, b value) (truth, known bool) {
	_, isNumber := shell.Number(a.text)
	if _, both := shell.Number(b.text); both && (isNumber || a.nonzero) {
		op = map[string]string{"=": "-eq", "==": "-eq", "!=": "-ne"}[op]
	} else if strings.ContainsAny(b.text, "*?[") || a.blank() || b.blank() {
		return false, false
	}
	return compare(op, a, b)
}
