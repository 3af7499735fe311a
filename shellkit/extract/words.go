package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// says returns [protocol.Quiet] where all that a piece of script does is to print:
// a message is no work that a lock might guard, nor is a function that writes one. It
// returns [protocol.Runs] where programs run in it.
func (x *walker) says(n syntax.Node) protocol.Mode {
	if said, known := x.said[n]; known {
		return said
	}
	mode := x.looked(n)
	x.said[n] = mode
	return mode
}

func (x *walker) looked(n syntax.Node) protocol.Mode {
	words, runs := false, false
	only, minor := true, true
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			only = only && !n.Background && !n.Coprocess
			minor = minor && !n.Background && !n.Coprocess
			for _, r := range n.Redirs {
				only = only && x.printed(r)
				minor = minor && (x.printed(r) || x.notes(n, r))
			}
			if n.Cmd == nil { // $(<file)
				words, only = true, false
			}
		case *syntax.CoprocClause:
			only, minor = false, false
		case *syntax.FuncDecl:
			return false
		case *syntax.CallExpr:
			if len(n.Args) == 0 {
				break
			}
			words = true
			if name := n.Args[0].Lit(); (name == "exit" || name == "return") && len(x.may(name)) == 0 {
				break // to end is no work
			}
			only = only && x.prints(n)
			minor = minor && (x.prints(n) || x.looksAt(n))
			runs = runs || x.runs(n)
		}
		return true
	})
	mode := protocol.Mode(0)
	switch {
	case words && only:
		return protocol.Quiet
	case words && minor:
		mode = protocol.Minor
	}
	if runs {
		mode |= protocol.Runs
	}
	return mode
}

// looksAt tells of a command, or of a function, whether it only looks.
func (x *walker) looksAt(c *syntax.CallExpr) bool {
	if said, ok := x.saysName(c.Args[0].Lit()); ok {
		return said.Has(protocol.Minor)
	}
	return x.looksOnly(c)
}

// runs tells whether a command is an external program, or a function in which one runs.
func (x *walker) runs(c *syntax.CallExpr) bool {
	name := c.Args[0].Lit()
	if said, ok := x.saysName(name); ok {
		return said.Has(protocol.Runs)
	}
	e, known := commandOf(path.Base(name), name)
	return name != "" && (!known || e.program) && !isA(name, isBuiltin)
}

// prints tells it of one command.
func (x *walker) prints(c *syntax.CallExpr) bool {
	name := c.Args[0].Lit()
	if said, ok := x.saysName(name); ok {
		return said.Has(protocol.Quiet)
	}
	if asksWhere(c) {
		return true
	}
	return isA(systemName(name), onlyPrints) || x.isFlag(c)
}

// asksWhere tells of command -v and its like.
func asksWhere(c *syntax.CallExpr) bool {
	switch c.Args[0].Lit() {
	case "command":
		return len(c.Args) > 1 && (c.Args[1].Lit() == "-v" || c.Args[1].Lit() == "-V")
	case "type", "hash", "which":
		return true
	}
	return false
}

// systemName is a program's name without the folder, where that is one of the system:
// ./echo is no echo.
func systemName(name string) string {
	for _, dir := range []string{"/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/bin/"} {
		if rest, ok := strings.CutPrefix(name, dir); ok {
			return rest
		}
	}
	return name
}

// saysName is says for what a name may stand for: it prints or looks where all do, and
// runs programs where one does.
func (x *walker) saysName(name string) (said protocol.Mode, isFunction bool) {
	all := x.may(name)
	for i, fn := range all {
		one := x.saysFunction(fn)
		if i == 0 {
			said = one
			continue
		}
		said = said&one | (said|one)&protocol.Runs
	}
	return said, len(all) > 0
}

// saysFunction is says for what a function does when it is called.
func (x *walker) saysFunction(fn function) protocol.Mode {
	mode, known := x.quietly[fn.decl]
	if !known {
		x.quietly[fn.decl] = 0 // while it is being asked
		outer := x.src
		x.src = fn.src
		mode = x.says(fn.decl.Body)
		x.src = outer
		x.quietly[fn.decl] = mode
	}
	return mode
}

// printed tells whether a redirect leads to where people read, or nowhere.
func (x *walker) printed(r *syntax.Redirect) bool {
	switch r.Op {
	case syntax.RdrIn, syntax.DplIn, syntax.DplOut, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
		return true
	case syntax.AppOut: // a log, unless somebody asks what is in it
		return r.Word == nil || !x.in.consulted[x.in.bareIn(x.src, r.Word)]
	}
	return r.Word != nil && (r.Word.Lit() == "/dev/null" || r.Word.Lit() == "/dev/stderr" || r.Word.Lit() == "/dev/tty" || r.Word.Lit() == "/dev/console")
}

// adds is [protocol.Append] for a command whose output is appended to a file.
func adds(s *syntax.Stmt) protocol.Mode {
	if slices.ContainsFunc(s.Redirs, func(r *syntax.Redirect) bool { return r.Op == syntax.AppOut }) {
		return protocol.Append
	}
	return 0
}

// isFlag tells of a variable that stands alone as a command, and holds nothing but
// true, false or a test: `$verbose && echo …`.
func (x *walker) isFlag(c *syntax.CallExpr) bool {
	name := shell.ParamOf(c.Args[0])
	if len(c.Args) != 1 || name == "" || len(x.in.assigned[name]) == 0 {
		return false
	}
	for _, a := range x.in.assigned[name] {
		switch text := shell.UnquoteText(a.text); {
		case text == "", text == ":", text == "true", text == "false", text[0] == '[', len(text) > 5 && text[:5] == "test ":
		default:
			return false
		}
	}
	return true
}
