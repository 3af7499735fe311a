package cli

import (
	"errors"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// shown is a name of a file as messages begin with it: an empty one is to be seen too.
func shown(name string) string {
	if name == "" {
		return "''"
	}
	return name
}

// unparsed ends a command with code because a script does not parse, or because of another
// error that has its words: what the script may be in truth is the hint.
func unparsed(code int, err error) *failure {
	f := fail(code, "%s", err)
	var syntax *shell.SyntaxError
	if errors.As(err, &syntax) && syntax.Hint != "" {
		f.withHint("%s", syntax.Hint)
	}
	return f
}
