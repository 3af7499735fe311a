package shell

import (
	"bytes"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// initCommand is `lockkit init`, whatever variable lockkit stands in, and the prefix
// that it puts before the names of its functions.
var initCommand = regex.Of(`(?:lockkit|LOCKKIT)["'}]* +init\b(?:[^\n)]*--prefix[= ]([A-Za-z0-9_]+))?`)

// stamp is the line with which what lockkit init prints begins.
var stamp = regex.Of(`(?m)^# lockkit \S+: lockkit init .*$`)

// own are the functions that lockkit init prints, by the names without a prefix.
var own = map[string]bool{"with_lock": true, "lock_fd": true, "unlock": true}

// PrintsFunctions tells whether a command takes in with_lock, lock_fd and unlock.
func PrintsFunctions(raw string) bool { return initCommand().MatchString(raw) }

// ownFunctions leaves out what lockkit init printed into the script, and calls its
// functions by the names that they have without a prefix.
func ownFunctions(file *syntax.File, text []byte) {
	if !bytes.Contains(text, []byte("lockkit")) && !bytes.Contains(text, []byte("LOCKKIT")) { // few do, and to look is cheap
		return
	}
	m := initCommand().FindSubmatch(text)
	if m == nil {
		return
	}
	prefix := string(m[1])
	if at := stamp().FindIndex(text); at != nil {
		file.Stmts = slices.DeleteFunc(file.Stmts, func(s *syntax.Stmt) bool {
			decl, ok := s.Cmd.(*syntax.FuncDecl)
			if !ok || decl.Name == nil || int(s.Pos().Offset()) < at[0] {
				return false
			}
			name, prefixed := strings.CutPrefix(decl.Name.Value, prefix)
			return prefixed && own[name] || strings.HasPrefix(decl.Name.Value, "__lockkit_")
		})
	}
	if prefix == "" {
		return
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 && len(c.Args[0].Parts) == 1 {
			if lit, ok := c.Args[0].Parts[0].(*syntax.Lit); ok {
				if name, ok := strings.CutPrefix(lit.Value, prefix); ok && own[name] {
					lit.Value = name
				}
			}
		}
		return true
	})
}
