package extract

import (
	"path"
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A program that only looks may be what asks whether a lock was got: grep -q 0 <<<"$status",
// echo "$got" | grep -q yes. What it answers is not worked out, but that it is asked is.

// decides notes the variables that a program is given whose end decides what comes next.
func (in *interest) decides(s *syntax.Stmt, scope string) {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) > 0 && isA(path.Base(in.bare(c.Args[0])), onlyLooks) {
			for _, w := range wordsGiven(s, c) {
				in.condition(w, scope)
			}
		}
	case *syntax.BinaryCmd:
		if c.Op != syntax.Pipe && c.Op != syntax.PipeAll {
			break
		}
		in.decides(c.Y, scope)
		for _, part := range partsOf(c) {
			if call, ok := part.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 && isA(in.bare(call.Args[0]), outspoken) {
				for _, w := range wordsGiven(part, call) {
					in.condition(w, scope)
				}
			}
		}
	}
}

// isStatus tells whether a variable is set to how a command has ended.
func (in *interest) isStatus(name string) bool {
	return slices.ContainsFunc(in.assigned[name], func(a assignment) bool { return slices.Contains(a.vars, "?") })
}

// writesDown notes the variables that are printed into a file: who reads it may go by them.
func (in *interest) writesDown(s *syntax.Stmt, scope string) {
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(s.Redirs) == 0 || len(c.Args) < 2 || !isA(in.bare(c.Args[0]), outspoken) {
		return
	}
	for _, w := range c.Args[1:] {
		if name := shell.ParamOf(w); name != "" && name != "?" {
			in.written = append(in.written, question{name, scope})
		}
	}
}

// question is a variable for which a scope asks.
type question struct{ name, scope string }

// decidesLast is decides for a list of commands, of which the last one decides.
func (in *interest) decidesLast(list []*syntax.Stmt, scope string) {
	if len(list) > 0 {
		in.decides(list[len(list)-1], scope)
	}
}

// wordsGiven lists the words that a command gets, as operands and as its input.
func wordsGiven(s *syntax.Stmt, c *syntax.CallExpr) []*syntax.Word {
	list := slices.Clone(c.Args[1:])
	for _, r := range s.Redirs {
		switch {
		case r.Hdoc != nil:
			list = append(list, r.Hdoc)
		case r.Op == syntax.WordHdoc:
			list = append(list, r.Word)
		}
	}
	return list
}

// gate is [protocol.Blind] for a program that only looks and is given a flag of a lock: what
// it answers hangs on that.
func (x *walker) gate(s *syntax.Stmt, st *state) protocol.Mode {
	c, ok := s.Cmd.(*syntax.CallExpr)
	if ok && len(c.Args) > 0 && slices.ContainsFunc(wordsGiven(s, c), func(w *syntax.Word) bool { return x.tells(w, st) }) {
		return protocol.Blind
	}
	return 0
}

// tells tells whether a word may say on which way the shell has come: it is a status, or
// a flag that was set to several things or is empty here. What is set once to what is
// written down says nothing.
func (x *walker) tells(w *syntax.Word, st *state) bool {
	return slices.ContainsFunc(shell.VarsOf(x.raw(w)), func(name string) bool {
		if name == "?" {
			return true
		}
		if !x.in.flag(name) {
			return false
		}
		v := x.variable(name, st)
		return len(x.in.assigned[name]) > 1 || !v.known || v.blank() || x.in.isStatus(name)
	})
}

// gates has the last part of a pipeline asked what the parts before it say.
func (x *walker) gates(parts []*syntax.Stmt, st *state, from int) {
	if !slices.ContainsFunc(parts, func(s *syntax.Stmt) bool { return x.gate(s, st) != 0 }) {
		return
	}
	for i := from; i < len(x.p.Nodes); i++ {
		if n := &x.p.Nodes[i]; n.Op == protocol.Work && n.Mode.Has(protocol.Minor) {
			n.Mode |= protocol.Blind
		}
	}
}
