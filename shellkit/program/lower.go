package program

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Lowered is what became of a text.
type Lowered struct {
	Main *Code
	// Parts is how many parts of words there are: their IDs are smaller.
	Parts int
}

// Lower reads a text in a dialect and compiles it. ids is the first ID that no part of a
// word has yet. The error is that of [shell.Read].
func Lower(s *Source, d source.Dialect, ids int) (*Lowered, error) {
	file, err := shell.Parse(s.File, []byte(s.Text), d)
	if err != nil {
		return nil, err
	}
	l := &lowering{src: s, facts: shell.Of(d), ids: ids}
	code := l.body("", file.Stmts, 0, len(s.Text))
	return &Lowered{Main: code, Parts: l.ids}, nil
}

// lowering compiles one text.
type lowering struct {
	src   *Source
	facts *shell.Dialect
	ids   int
	code  *Code
}

// body compiles statements into a code of their own.
func (l *lowering) body(name string, list []*syntax.Stmt, from, to int) *Code {
	outer := l.code
	defer func() { l.code = outer }()
	l.code = &Code{Name: name, Span: l.src.Span(from, to), Raw: l.src.Raw(from, to)}
	l.stmts(list)
	if len(list) == 1 && isAlone(list[0]) {
		l.code.Alone = true
	}
	return l.code
}

// of compiles what one statement does, without its & or |&.
func (l *lowering) of(name string, s *syntax.Stmt) *Code {
	inner := *s
	inner.Background, inner.Coprocess, inner.Disown = false, false, false
	return l.body(name, []*syntax.Stmt{&inner}, int(s.Pos().Offset()), int(s.End().Offset()))
}

// isAlone tells of a statement that is one simple command.
func isAlone(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	return ok && len(c.Args) > 0 && !s.Background && !s.Negated
}

func (l *lowering) span(n syntax.Node) source.Span {
	return l.src.Span(int(n.Pos().Offset()), int(n.End().Offset()))
}

func (l *lowering) raw(n syntax.Node) string {
	return l.src.Raw(int(n.Pos().Offset()), int(n.End().Offset()))
}

// add appends an instruction and returns its index.
func (l *lowering) add(op Op, at syntax.Node, in Ins) int {
	in.Op = op
	if at != nil {
		in.Span = l.span(at)
	}
	l.code.Ins = append(l.code.Ins, in)
	return len(l.code.Ins) - 1
}

// here has a jump lead to the instruction that comes next.
func (l *lowering) here(jumps ...int) {
	for _, j := range jumps {
		l.code.Ins[j].To = len(l.code.Ins)
	}
}

func (l *lowering) stmts(list []*syntax.Stmt) {
	for i := 0; i < len(list); i++ {
		if i+1 < len(list) && l.isAlways(list[i], list[i+1]) {
			l.add(Always, list[i], Ins{Code: l.of("{ }", list[i]), Other: l.of("always", list[i+1])})
			i++
			continue
		}
		l.stmt(list[i])
	}
}

// isAlways tells of two blocks between which zsh has always.
func (l *lowering) isAlways(a, b *syntax.Stmt) bool {
	if !l.facts.AlwaysBlocks {
		return false
	}
	_, okA := a.Cmd.(*syntax.Block)
	_, okB := b.Cmd.(*syntax.Block)
	return okA && okB && l.src.Raw(int(a.End().Offset()), int(b.Pos().Offset())) == strings.TrimPrefix(shell.AlwaysMark, "\t") ||
		okA && okB && strings.Contains(l.src.Raw(int(a.Pos().Offset()), int(b.Pos().Offset())+1), "always")
}

// stmt compiles one statement.
func (l *lowering) stmt(s *syntax.Stmt) {
	if s.Negated {
		l.add(Ask, s, Ins{Negated: true})
	}
	switch {
	case s.Coprocess:
		l.add(Spawn, s, Ins{Name: "coproc", Code: l.of("&", s), Raw: l.raw(s)})
	case s.Background || s.Disown:
		l.add(Spawn, s, Ins{Code: l.of("&", s), Raw: l.raw(s)})
	default:
		l.command(s)
	}
	if s.Negated {
		l.add(Answered, s, Ins{Negated: true})
		l.add(Not, s, Ins{})
	}
}

// command compiles the command of a statement with its redirects.
func (l *lowering) command(s *syntax.Stmt) {
	switch c := s.Cmd.(type) {
	case nil:
		l.add(Begin, s, Ins{})
		l.redirected(s, func(list []*Redirect) { l.add(Run, s, Ins{Redirects: list, Raw: l.raw(s)}) })
		l.add(Check, s, Ins{})
	case *syntax.CallExpr:
		l.simple(s, c)
		l.add(Check, s, Ins{})
	case *syntax.DeclClause:
		l.scoped(s, func() { l.declare(c) })
		l.add(Check, s, Ins{})
	case *syntax.FuncDecl:
		l.define(c)
	case *syntax.CoprocClause:
		name := "COPROC"
		if c.Name != nil {
			name = l.raw(c.Name)
		}
		l.add(Spawn, s, Ins{Name: "coproc", Text: name, Code: l.of("&", c.Stmt), Raw: l.raw(s)})
	default:
		l.scoped(s, func() { l.compound(s) })
		if l.checksWhole(s.Cmd) {
			l.add(Check, s, Ins{})
		} else if len(s.Redirs) > 0 {
			l.add(Check, s, Ins{Last: true}) // of the redirects alone
		}
	}
}

// checksWhole tells of a command whose own status set -e asks for: the parts of the others
// have been asked.
func (l *lowering) checksWhole(c syntax.Command) bool {
	switch c := c.(type) {
	case *syntax.Subshell, *syntax.TestClause, *syntax.ArithmCmd, *syntax.LetClause:
		return true
	case *syntax.BinaryCmd:
		return c.Op == syntax.Pipe || c.Op == syntax.PipeAll
	}
	return false
}

// simple compiles a simple command: words and what stands around them, in the order of
// the shell.
func (l *lowering) simple(s *syntax.Stmt, c *syntax.CallExpr) {
	l.add(Begin, s, Ins{})
	for _, w := range l.braces(c.Args) {
		l.add(Expand, w.at, Ins{Word: w.word})
	}
	var list []*Redirect
	targets := func() { l.redirected(s, func(r []*Redirect) { list = r }) }
	assigns := func() {
		for _, a := range c.Assigns {
			l.add(Assign, a, Ins{Assign: l.assignment(a), Before: len(c.Args) > 0})
		}
	}
	if l.facts.AssignsFirst || len(c.Args) == 0 {
		assigns()
		targets()
	} else {
		targets()
		assigns()
	}
	l.add(Run, s, Ins{Redirects: list, Raw: l.raw(s)})
}

// redirected expands the operands of a statement's redirects, and hands these on.
func (l *lowering) redirected(s *syntax.Stmt, then func([]*Redirect)) {
	var list []*Redirect
	for _, r := range s.Redirs {
		one := l.redirect(r)
		list = append(list, one)
		if one.Word != nil {
			l.add(Target, r, Ins{Redirect: one})
		}
	}
	then(list)
}

// scoped compiles a command under the redirects of its statement.
func (l *lowering) scoped(s *syntax.Stmt, command func()) {
	if len(s.Redirs) == 0 {
		command()
		return
	}
	var begin int
	l.add(Begin, s, Ins{})
	l.redirected(s, func(list []*Redirect) { begin = l.add(Scope, s, Ins{Redirects: list, Raw: l.raw(s)}) })
	command()
	l.add(EndScope, s, Ins{})
	l.here(begin)
}

var kinds = map[syntax.RedirOperator]Kind{
	syntax.RdrIn: In, syntax.RdrOut: Out, syntax.RdrClob: Clobber, syntax.AppOut: Append, syntax.AppClob: Append,
	syntax.RdrInOut: InOut, syntax.DplIn: DupIn, syntax.DplOut: DupOut, syntax.RdrAll: OutAll, syntax.RdrAllClob: OutAll,
	syntax.AppAll: AppendAll, syntax.AppAllClob: AppendAll,
	syntax.Hdoc: Document, syntax.DashHdoc: Document, syntax.WordHdoc: Document,
}

func (l *lowering) redirect(r *syntax.Redirect) *Redirect {
	out := &Redirect{Span: l.span(r), Kind: kinds[r.Op], FD: None}
	switch {
	case r.N == nil && (out.Kind == In || out.Kind == InOut || out.Kind == DupIn || out.Kind == Document):
		out.FD = 0
	case r.N == nil:
		out.FD = 1
	default:
		out.Written = r.N.Value
		if n, ok := shell.Number(r.N.Value); ok {
			out.FD = n
		} else if len(r.N.Value) > 2 && r.N.Value[0] == '{' {
			out.Var = r.N.Value[1 : len(r.N.Value)-1]
		}
	}
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		if r.Hdoc != nil {
			out.Word = l.document(r.Hdoc)
		}
	default:
		out.Word = l.word(r.Word)
	}
	return out
}

func (l *lowering) define(c *syntax.FuncDecl) {
	code := l.of(LiteralName(c.Name), c.Body)
	code.Name, code.Alone = LiteralName(c.Name), false
	code.Korn = c.RsrvWord
	switch body := c.Body.Cmd.(type) {
	case *syntax.Subshell:
		code.ForksItself = true
	case *syntax.Block:
		code.Alone = len(body.Stmts) == 1 && isAlone(body.Stmts[0])
	}
	names := c.Names
	if c.Name != nil {
		names = append(names, c.Name)
	}
	for _, name := range names {
		l.add(Define, c, Ins{Name: name.Value, Code: code})
	}
}

// LiteralName is the text of a literal, "" for none.
func LiteralName(lit *syntax.Lit) string {
	if lit == nil {
		return ""
	}
	return lit.Value
}
