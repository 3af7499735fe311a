package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// What a script has read from a file of its own is not free: it is empty where the file
// is missing or has nothing in it, and it is not while an owner's number stands there.

// asksContent tells whether the walk asks what is in files: where it keeps ways apart.
func (x *walker) asksContent() bool { return x.effort != exact && x.effort <= careful }

// holding asks whether there is something in a file, or whether it is there at all.
func (x *walker) holding(file int, op string, at syntax.Node, f flow) (yes, no []flow) {
	n := x.node(protocol.Test, at)
	n.Path, n.Text = file-1, op
	there, missing := x.fork(f, n)
	return []flow{there}, []flow{missing}
}

// readFile walks read NAME <FILE, and mapfile: it fails where there is no line, and then
// the name is empty, or what it was where the file cannot be opened.
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
	n.Text, n.Mode = c.name(), protocol.Quiet
	yes, no := x.holding(content, "-s", c.at, x.then(f, n))
	yes[0].st, no[0].st = set(yes[0].st, true).ok(), set(no[0].st, false).fail()
	return append(yes, no...)
}

// readsOwners tells whether the script asks whether a process lives: then what it reads
// from a file may be an owner's number.
func (in *interest) readsOwners(name string, c *syntax.CallExpr) bool {
	raw := in.raw(c)
	switch name {
	case "kill":
		return strings.Contains(raw, " -0") || strings.Contains(raw, " -s 0") || strings.Contains(raw, " -n 0")
	case "ps":
		return true // or who reads what it prints
	}
	return strings.Contains(raw, "/proc/$") || strings.Contains(raw, "/proc/\"$") || name == "pgrep" || name == "pkill" && strings.Contains(raw, " -0")
}

// reads notes a substitution that gives what is in a file.
func (in *interest) reads(c *syntax.CmdSubst, scope string) {
	if len(c.Stmts) != 1 {
		return
	}
	if file := readBy(c.Stmts[0]); file != nil {
		in.probe(file, scope)
	}
}

// readBy is the file of which a command prints what stands in it, or a part of that; nil
// for other commands. Of a pipeline the first part reads.
func readBy(s *syntax.Stmt) *syntax.Word {
	if b, ok := s.Cmd.(*syntax.BinaryCmd); ok && (b.Op == syntax.Pipe || b.Op == syntax.OrStmt) {
		return readBy(b.X)
	}
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return shell.ContentOf(s)
	}
	name := call.Args[0].Lit()
	if !isA(name, readsFiles) && name != "readlink" {
		return nil
	}
	if file := shell.InputOf(s.Redirs); file != nil {
		return file
	}
	least := 2
	if isA(name, asksFirst) {
		least = 3
	}
	if len(call.Args) < least || name == "tr" {
		return nil
	}
	return call.Args[len(call.Args)-1]
}

// ownedBy tells whether somebody asks whether it is his own number that stands in a file.
func (in *interest) ownedBy(word string) bool {
	reads := func(text string) bool {
		return (strings.Contains(text, "$(") || strings.Contains(text, "`")) && strings.Contains(shell.UnquoteText(text), word)
	}
	return slices.ContainsFunc(in.ownAsked, func(text string) bool {
		return reads(text) || slices.ContainsFunc(shell.VarsOf(text), func(v string) bool {
			return slices.ContainsFunc(in.assigned[v], func(a assignment) bool { return reads(a.text) })
		})
	})
}

// asksOwners tells whether a compound command reads lines and asks whether processes live:
// its input has the numbers of owners.
func (in *interest) asksOwners(s *syntax.Stmt) bool {
	if _, simple := s.Cmd.(*syntax.CallExpr); simple || s.Cmd == nil || shell.InputOf(s.Redirs) == nil {
		return false
	}
	reads, asks := false, false
	if _, isBlock := s.Cmd.(*syntax.Block); isBlock {
		asks = in.owners || strings.Contains(string(in.text), "kill -0") || strings.Contains(string(in.text), "/proc/")
	}
	syntax.Walk(s, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
			name := c.Args[0].Lit()
			reads, asks = reads || isA(name, readsLines), asks || in.readsOwners(name, c)
		}
		return true
	})
	return reads && asks
}

// nameIn is the command that a statement begins with.
func nameIn(s *syntax.Stmt) string {
	switch c := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		return nameIn(c.X)
	case *syntax.CallExpr:
		if len(c.Args) > 0 {
			return c.Args[0].Lit()
		}
	}
	return ""
}
