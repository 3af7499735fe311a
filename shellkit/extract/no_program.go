package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// noProgram is why a command that starts programs, as flock(1), cannot run what it is told
// to, or "": a function of the script, or what only a shell can do. It ends with the status
// of a program that is not there.
func (x *walker) noProgram(c *call, s *state) string {
	name := c.args[0]
	if !name.known || strings.Contains(name.text, "/") {
		return ""
	}
	if fn, ok := x.function(name.text, s); ok && !fn.standsBefore(name.text) {
		return name.text + " is a function of the script, and flock runs programs"
	}
	if shell.IsSpecialBuiltin(name.text) || forItself[name.text] {
		return name.text + " does something to the shell itself, and flock runs programs"
	}
	return ""
}

// forItself are builtins, besides the special ones, that a program cannot stand for. Some
// systems have a program cd all the same: it changes its own folder, and ends.
var forItself = map[string]bool{
	"source": true, "cd": true, "pushd": true, "popd": true, "local": true, "declare": true, "typeset": true,
	"shopt": true, "alias": true, "umask": true, "ulimit": true,
}

// standsBefore tells of a function that it seems to stand before a program of its own name:
// it says command NAME, or starts /bin/NAME.
func (fn function) standsBefore(name string) bool {
	found := false
	syntax.Walk(fn.decl, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
			first := c.Args[0].Lit()
			found = found || first == "command" || strings.HasSuffix(first, "/"+name)
		}
		return !found
	})
	return found
}
