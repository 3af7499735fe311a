package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// What a script has read from a file of its own is not free: it is empty where the file
// is missing or has nothing in it, and it is not while an owner's number stands there.

// asksContent tells whether the walk asks what is in files: where it keeps ways apart.
func (x *walker) asksContent() bool { return x.effort != exact && x.effort <= careful }

// holding asks whether there is something in a file.
func (x *walker) holding(content int, at syntax.Node, f flow) (yes, no flow) {
	n := x.node(protocol.Test, at)
	n.Path, n.Text = content-1, "-s"
	return x.fork(f, n)
}

// readFile walks read NAME <FILE: it fails where there is no line, and then the name is
// empty, or what it was where the file cannot be opened.
func (x *walker) readFile(c *call, names []string, content int, f flow) []flow {
	set := func(st *state, filled bool) *state {
		for _, name := range names {
			if !x.in.follows(name) {
				continue
			}
			v := x.fresh(name)
			v.content = content
			old, had := st.vars.get(name)
			if !filled && (!had || old.known && old.text == "") {
				v = literal("")
			}
			st = st.set(name, v)
			if filled {
				st = st.answer(notEmpty+v.key, true)
			}
		}
		return st
	}
	n := x.node(protocol.Work, c.at)
	n.Text, n.Mode = "read", protocol.Quiet
	yes, no := x.holding(content, c.at, x.then(f, n))
	yes.st, no.st = set(yes.st, true).ok(), set(no.st, false).fail()
	return []flow{yes, no}
}

// readsOwners tells whether the script asks whether a process lives: then what it reads
// from a file may be an owner's number.
func (in *interest) readsOwners(name string, c *syntax.CallExpr) bool {
	raw := in.raw(c)
	return name == "kill" && strings.Contains(raw, " -0") || strings.Contains(raw, "/proc/$") || name == "pgrep" || name == "ps" && strings.Contains(raw, " -p")
}

// reads notes a substitution that gives what is in a file.
func (in *interest) reads(c *syntax.CmdSubst, scope string) {
	if len(c.Stmts) != 1 {
		return
	}
	s := c.Stmts[0]
	if call, ok := s.Cmd.(*syntax.CallExpr); ok && len(call.Args) == 2 {
		if name := call.Args[0].Lit(); name == "cat" || name == "head" || name == "readlink" {
			in.probe(call.Args[1], scope)
		}
		return
	}
	if file := contentOf(s); file != nil {
		in.probe(file, scope)
	}
}

// readsLines are the builtins that put what they read into variables.
var readsLines = map[string]bool{"read": true, "mapfile": true, "readarray": true}

// contentOf is the file that $(<FILE) gives the content of; nil for other commands.
func contentOf(s *syntax.Stmt) *syntax.Word {
	if s.Cmd != nil || len(s.Redirs) != 1 || s.Redirs[0].Op != syntax.RdrIn || s.Redirs[0].N != nil && s.Redirs[0].N.Value != "0" {
		return nil
	}
	return s.Redirs[0].Word
}
