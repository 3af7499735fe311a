package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A loop may take locks away one by one: for f in /run/app/*.lock; do rm "$f"; done. Its
// words stand for the files that go, and each is walked as rm would take it.

// mostRemoved is how many words of such a loop are walked one by one.
const mostRemoved = 32

// removers are the commands that take their operands away.
var removers = map[string]bool{"rm": true, "rmdir": true, "unlink": true, "mv": true, "shred": true}

// removing tells whether a loop removes what its variable names, and takes no lock.
func (x *walker) removing(name string, body []*syntax.Stmt) bool {
	takes := false
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			c, ok := n.(*syntax.CallExpr)
			if !ok || len(c.Args) == 0 {
				return true
			}
			command := path.Base(unescape(c.Args[0].Lit()))
			takes = takes || lockTools[command] || command == "mkdir" || command == "ln" || command == "set" || command == "lock"
			return true
		})
	}
	return !takes && removesEach(name, body, x.raw)
}

// removesEach tells whether a loop hands its variable to a command that takes names away;
// raw reads the text that it stands in.
func removesEach(name string, body []*syntax.Stmt, raw func(syntax.Node) string) (removes bool) {
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 1 && removers[path.Base(unescape(c.Args[0].Lit()))] {
				removes = removes || slices.ContainsFunc(c.Args[1:], func(w *syntax.Word) bool { return slices.Contains(varsOf(raw(w)), name) })
			}
			return true
		})
	}
	return removes
}

// removed lists what the words of such a loop stand for: names, and patterns of names.
func (x *walker) removed(items []*syntax.Word, s *state) (list []value, ok bool) {
	for _, w := range items {
		if c := onlySubstitution(w); c != nil {
			list = append(list, x.namesFrom(c, s)...)
			continue
		}
		words, loose := x.fields(w, s)
		if loose {
			words = []value{x.word(w, s)}
		}
		for _, v := range words {
			if !v.known && !v.quoted {
				return nil, false // it may be any number of names
			}
			v.quoted = true // what is read from a file's name is not read again as a pattern
			list = append(list, v)
		}
	}
	return list, len(list) > 0 && len(list) <= mostRemoved
}

// onlySubstitution is the substitution of which a word consists, or nil.
func onlySubstitution(w *syntax.Word) *syntax.CmdSubst {
	if len(w.Parts) != 1 {
		return nil
	}
	c, _ := w.Parts[0].(*syntax.CmdSubst)
	return c
}

// namesFrom are the names that $(ls …) or $(echo …) gives.
func (x *walker) namesFrom(c *syntax.CmdSubst, s *state) (list []value) {
	if len(c.Stmts) != 1 {
		return nil
	}
	call, ok := c.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || !lists[call.Args[0].Lit()] {
		return nil
	}
	for _, v := range x.all(call.Args[1:], s) {
		if v.known && !strings.HasPrefix(v.text, "-") {
			list = append(list, v)
		}
	}
	return list
}

// lists are the commands that print the names that they are given.
var lists = map[string]bool{"ls": true, "echo": true, "printf": true}

// removesLines tells of while read f; do rm "$f"; done: the files go whose names it reads.
func (x *walker) removesLines(s *syntax.Stmt) bool {
	loop, ok := s.Cmd.(*syntax.WhileClause)
	if !ok {
		return false
	}
	for _, cond := range loop.Cond {
		c, ok := cond.Cmd.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 || c.Args[0].Lit() != "read" {
			continue
		}
		name := "REPLY"
		if last := c.Args[len(c.Args)-1].Lit(); len(c.Args) > 1 && syntax.ValidName(last) {
			name = last
		}
		return x.removing(name, loop.Do)
	}
	return false
}

// listsRemoved walks a command that prints names of files which whoever reads them removes.
func (x *walker) listsRemoved(c *call, out []flow) []flow {
	if !x.ctx.removes || len(out) == 0 || !lists[c.name()] {
		return out
	}
	for i, v := range c.args {
		if i == 0 || strings.HasPrefix(v.text, "-") || c.name() == "printf" && i == 1 {
			continue
		}
		if c.name() == "ls" && !strings.ContainsAny(v.text, "*?[") {
			n := x.node(protocol.Work, c.at)
			n.Mode = protocol.Quiet
			out[0] = x.sweeps(x.then(out[0], n), sweep{folder: x.path(v), deep: true, by: removesFolders})
		}
		n := x.node(protocol.Remove, c.at)
		n.Path, n.Text = x.path(v), "rm"
		out[0] = x.sweeps(x.then(out[0], n), sweep{folder: n.Path, by: n.Text})
	}
	return out
}
