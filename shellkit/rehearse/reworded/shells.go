package reworded

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// alike are shells that read and run plain text in the same way.
var alike = []source.Dialect{source.Dash, source.Bash, source.Yash, source.Ash, source.Sh}

// unlike has what those shells do not do alike: traps (which of them signals run), jobs and
// subshells (whose last program takes their place), a failing exec, which ends some of them,
// and all that is not in every one of them.
var unlike = regex.Of(`\b(trap|local|source|function|select|let|declare|typeset|type|exec .*(\|\||&&)|pipefail|wait|jobs|kill|times|ulimit|hash|read -[^r]|echo -|set -o|printf -v|sudo|mapfile|readarray|timeout|flock -\w*[^nsxu\s]|disown|getopts|command|print|pushd|popd|coproc|SIG\w+)\b|(if|!) exec|\(|` + "`" + `|\[\[|==|\{\w+\}[<>]|\d\d+[<>]|&>|>&\s*[^-\d]|<<<|\+=|\{\w*[,.].*\}|\$'|~|BASH|RANDOM|SECONDS|UID|HOSTNAME|LINENO|PIPESTATUS|OSTYPE|-ef|-[ano]t `)

// inAnotherShell has another shell run the text. It may not be applied to anything that is
// not the same in all of them.
func (d *draft) inAnotherShell() bool {
	if d.has(unlike(), background(), readsOtherwise()) || d.topJumps() || d.has(lastStatus()) && d.named("exec") > 0 || !slices.Contains(alike, d.shell) || strings.Contains(d.head, " -") {
		return false
	}
	braces := false
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		switch n.(type) {
		case *syntax.ArrayExpr, *syntax.ArithmCmd, *syntax.TestClause, *syntax.BraceExp, *syntax.ExtGlob, *syntax.ProcSubst:
			braces = true
		}
		return true
	})
	to, ok := pick(d, slices.DeleteFunc(slices.Clone(alike), func(s source.Dialect) bool { return s == d.shell }))
	if !ok || braces {
		return false
	}
	d.shell, d.head = to, interprets(to)
	return true
}
