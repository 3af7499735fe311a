package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A loop may take locks away one by one: for f in /run/app/*.lock; do rm "$f"; done. Its
// words stand for the files that go, and each is walked as rm would take it.

// mostRemoved is how many words of such a loop are walked one by one.
const mostRemoved = 32

// doneToEach is what a loop does to the files that its variable names; nothing where it
// takes locks: then its words are another question.
func (x *walker) doneToEach(name string, body []*syntax.Stmt) fateOfFile {
	if len(body) == 0 {
		return leftAlone
	}
	q := sweepAsked{body[0], name, len(x.every)}
	fate, known := x.perLoop[q]
	if !known {
		fate = x.sweptBy(name, body)
		x.perLoop[q] = fate
	}
	return fate
}

// sweepAsked is a question about what a loop does to the files that its variable names, as
// long as no more functions are known than so many.
type sweepAsked struct {
	first *syntax.Stmt
	name  string
	funcs int
}

// sweptBy finds out what doneToEach tells.
func (x *walker) sweptBy(name string, body []*syntax.Stmt) (fate fateOfFile) {
	takes := false
	x.eachRun(body, []string{name}, map[string]bool{}, func(body []*syntax.Stmt, names []string) {
		for _, s := range body {
			for _, c := range callsIn(s) {
				if len(c.Args) > 0 {
					command := path.Base(shell.Unescape(c.Args[0].Lit()))
					takes = takes || isA(command, takesLocks) || command == "mkdir" || command == "ln" || command == "set" || command == "lock"
				}
			}
		}
		for _, name := range names {
			fate = max(fate, doneToVariable(name, body, x.raw))
		}
	})
	if takes {
		return leftAlone
	}
	return fate
}

// eachRun looks at some commands and at the functions that they call, each in its own text,
// with the names that a value has there: of a variable that is set to it, and of the parameter
// that it is handed over as.
func (x *walker) eachRun(body []*syntax.Stmt, names []string, been map[string]bool, look func(body []*syntax.Stmt, names []string)) {
	mentions := func(n syntax.Node) bool {
		return slices.ContainsFunc(shell.VarsOf(x.raw(n)), func(v string) bool { return slices.Contains(names, v) })
	}
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			if a, ok := n.(*syntax.Assign); ok && a.Name != nil && a.Value != nil && mentions(a.Value) && !slices.Contains(names, a.Name.Value) {
				names = append(slices.Clone(names), a.Name.Value)
			}
			return true
		})
	}
	look(body, names)
	for _, s := range body {
		for _, c := range callsIn(s) {
			if len(c.Args) == 0 || been[c.Args[0].Lit()] {
				continue
			}
			name := c.Args[0].Lit()
			within := slices.DeleteFunc(slices.Clone(names), shell.IsParameter)
			for i, w := range c.Args[1:] {
				if mentions(w) {
					within = append(within, itoa(i+1), "@", "*")
				}
			}
			been[name] = true
			for _, fn := range x.may(name) {
				outer := x.src
				x.src = fn.src
				x.eachRun([]*syntax.Stmt{fn.decl.Body}, within, been, look)
				x.src = outer
			}
		}
	}
}

// doneToVariable is what a loop does to the files that its variable names; raw reads the
// text that it stands in.
func doneToVariable(name string, body []*syntax.Stmt, raw func(syntax.Node) string) (fate fateOfFile) {
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 1 {
				fate = max(fate, doneTo(handedBy(c, func(w *syntax.Word) bool { return slices.Contains(shell.VarsOf(raw(w)), name) })))
			}
			return true
		})
	}
	return fate
}

// removed lists what the words of such a loop stand for: names, and patterns of names.
func (x *walker) removed(items []*syntax.Word, s *state) (list []value, ok bool) {
	for _, w := range items {
		if c := shell.OnlySubstitution(w); c != nil {
			list = append(list, x.namesFrom(c, s)...)
			continue
		}
		words, loose := x.fields(w, s)
		if loose {
			words = []value{x.word(w, s)}
		}
		for _, v := range words {
			if !v.known && !v.quoted && !x.namesFile(v) {
				return nil, false // it may be any number of names
			}
			v.quoted = true // what is read from a file's name is not read again as a pattern
			list = append(list, v)
		}
	}
	return list, len(list) > 0 && len(list) <= mostRemoved
}

// namesFile tells whether a value has been the name of one file before.
func (x *walker) namesFile(v value) bool {
	_, named := x.paths[usualKey(v.key)]
	return named
}

// namesFrom are the names that $(ls …) or $(echo …) gives.
func (x *walker) namesFrom(c *syntax.CmdSubst, s *state) (list []value) {
	if len(c.Stmts) != 1 {
		return nil
	}
	call, ok := c.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || !isA(call.Args[0].Lit(), listsNames) {
		return nil
	}
	for _, v := range x.all(call.Args[1:], s) {
		if v.known && !strings.HasPrefix(v.text, "-") {
			list = append(list, v)
		}
	}
	return list
}

// doneToLines is what while read f; do rm "$f"; done does to the files whose names it reads.
func (x *walker) doneToLines(s *syntax.Stmt) fateOfFile {
	loop, ok := s.Cmd.(*syntax.WhileClause)
	if !ok {
		return leftAlone
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
		return x.doneToEach(name, loop.Do)
	}
	return leftAlone
}

// listsRemoved walks a command that prints names of files to which whoever reads them does
// something.
func (x *walker) listsRemoved(c *call, out []flow) []flow {
	if x.ctx.input == leftAlone || len(out) == 0 || !isA(c.name(), listsNames) {
		return out
	}
	by, replaces := "rm", x.ctx.input == putAnew
	if replaces {
		by = "put in place"
	}
	if c.name() == "ls" && len(c.operands()) == 0 {
		return []flow{x.sweeps(out[0], sweep{folder: x.path(literal(".")), deep: true, by: removesFolders, replaces: replaces})}
	}
	for i, v := range c.args {
		if i == 0 || strings.HasPrefix(v.text, "-") || c.name() == "printf" && i == 1 {
			continue
		}
		if c.name() == "ls" && !strings.ContainsAny(v.text, "*?[") {
			n := x.node(protocol.Work, c.at)
			n.Mode = protocol.Quiet
			out[0] = x.sweeps(x.then(out[0], n), sweep{folder: x.path(v), deep: true, by: removesFolders, replaces: replaces})
		}
		n := x.doing(x.ctx.input, x.path(v), by, c.at)
		out[0] = x.sweeps(x.then(out[0], n), sweep{folder: n.Path, by: n.Text, replaces: replaces})
	}
	return out
}
