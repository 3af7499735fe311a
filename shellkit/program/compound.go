package program

import (
	"mvdan.cc/sh/v3/syntax"
)

// compound compiles what is no simple command.
func (l *lowering) compound(s *syntax.Stmt) {
	switch c := s.Cmd.(type) {
	case *syntax.Block:
		l.stmts(c.Stmts)
	case *syntax.Subshell:
		l.add(Sub, s, Ins{Name: "( )", Code: l.body("( )", c.Stmts, int(c.Pos().Offset()), int(c.End().Offset())), Raw: l.raw(s)})
	case *syntax.IfClause:
		l.ifClause(c)
	case *syntax.WhileClause:
		l.while(c)
	case *syntax.ForClause:
		l.forClause(c)
	case *syntax.CaseClause:
		l.caseClause(c)
	case *syntax.BinaryCmd:
		l.binary(s, c)
	case *syntax.TestClause:
		l.add(Test, c, Ins{Test: l.condition(c.X), Raw: l.raw(c)})
	case *syntax.ArithmCmd:
		l.add(Calculate, c, Ins{Arith: l.arith(c.X), Raw: l.raw(c)})
	case *syntax.LetClause:
		for _, e := range c.Exprs {
			l.add(Calculate, c, Ins{Arith: l.arith(e), Raw: l.raw(c)})
		}
	case *syntax.TimeClause:
		if c.Stmt != nil {
			l.stmt(c.Stmt)
		}
	default:
		l.add(Opaque, s, Ins{Text: "a construct that is not known", Raw: l.raw(s)})
	}
}

// asked compiles conditions: their failure is an answer.
func (l *lowering) asked(list []*syntax.Stmt) {
	if len(list) == 0 { // zsh takes an empty condition for true
		l.add(Well, nil, Ins{})
		return
	}
	l.add(Ask, list[0], Ins{})
	l.stmts(list)
	l.add(Answered, list[len(list)-1], Ins{Raw: l.raw(list[len(list)-1])})
}

func (l *lowering) ifClause(c *syntax.IfClause) {
	l.asked(c.Cond)
	no := l.add(Unless, l.last(c.Cond, c), Ins{Raw: l.rawOf(c.Cond)})
	l.stmts(c.Then)
	end := l.add(Jump, nil, Ins{})
	l.here(no)
	switch {
	case c.Else == nil:
		l.add(Well, c, Ins{})
	case len(c.Else.Cond) > 0:
		l.ifClause(c.Else)
	default:
		l.stmts(c.Else.Then)
	}
	l.here(end)
}

// last is the last of some statements, or what they belong to.
func (l *lowering) last(list []*syntax.Stmt, whole syntax.Node) syntax.Node {
	if len(list) == 0 {
		return whole
	}
	return list[len(list)-1]
}

func (l *lowering) rawOf(list []*syntax.Stmt) string {
	if len(list) == 0 {
		return ""
	}
	return l.raw(list[len(list)-1])
}

func (l *lowering) while(c *syntax.WhileClause) {
	begin := l.add(Loop, c, Ins{})
	head := l.add(Head, c, Ins{})
	l.code.Ins[begin].Again = head
	l.asked(c.Cond)
	op := Unless
	if c.Until {
		op = If
	}
	done := l.add(op, l.last(c.Cond, c), Ins{Raw: l.rawOf(c.Cond)})
	l.stmts(c.Do)
	l.add(Turn, c, Ins{})
	l.code.Ins[l.add(Jump, nil, Ins{})].To = head
	l.here(done)
	l.add(EndLoop, c, Ins{})
	l.here(begin)
}

func (l *lowering) forClause(c *syntax.ForClause) {
	head, counts := c.Loop.(*syntax.CStyleLoop)
	if counts {
		l.counting(c, head)
		return
	}
	it := c.Loop.(*syntax.WordIter)
	l.add(Begin, c, Ins{})
	if !it.InPos.IsValid() {
		l.add(Expand, it, Ins{Word: l.parameters(it)})
	}
	for _, w := range l.braces(it.Items) {
		l.add(Expand, w.at, Ins{Word: w.word})
	}
	name := "for"
	if c.Select {
		name = "select"
	}
	begin := l.add(Each, c, Ins{Name: LiteralName(it.Name), Text: name})
	next := l.add(Next, c, Ins{Name: LiteralName(it.Name), Text: name})
	l.code.Ins[begin].Again = next
	l.stmts(c.Do)
	l.add(Turn, c, Ins{})
	l.code.Ins[l.add(Jump, nil, Ins{})].To = next
	l.here(begin, next)
}

// parameters is "$@".
func (l *lowering) parameters(at syntax.Node) *Word {
	return &Word{Span: l.span(at), Raw: `"$@"`, Parts: []Part{{Kind: Expansion, Quoted: true, ID: l.id(), Param: &Param{Name: "@", All: '@'}}}}
}

// counting compiles for ((first; condition; next)).
func (l *lowering) counting(c *syntax.ForClause, head *syntax.CStyleLoop) {
	calculate := func(e syntax.ArithmExpr) {
		if e != nil {
			l.add(Calculate, c, Ins{Arith: l.arith(e), Raw: l.raw(c)})
		}
	}
	calculate(head.Init)
	l.add(Well, c, Ins{})
	begin := l.add(Loop, c, Ins{})
	start := l.add(Jump, nil, Ins{})
	again := len(l.code.Ins)
	l.code.Ins[begin].Again = again
	calculate(head.Post)
	l.here(start)
	l.add(Head, c, Ins{})
	done := -1
	if head.Cond != nil {
		calculate(head.Cond)
		done = l.add(Unless, c, Ins{Raw: l.raw(head.Cond)})
	}
	l.stmts(c.Do)
	l.add(Turn, c, Ins{})
	l.code.Ins[l.add(Jump, nil, Ins{})].To = again
	if done >= 0 {
		l.here(done)
	}
	l.add(EndLoop, c, Ins{})
	l.here(begin)
}

func (l *lowering) caseClause(c *syntax.CaseClause) {
	l.add(Subject, c.Word, Ins{Word: l.word(c.Word)})
	var ends []int
	through := -1 // a jump into the commands of the next pattern
	for i, item := range c.Items {
		var fits []int
		for _, p := range item.Patterns {
			no := l.add(Match, p, Ins{Word: l.word(p), Raw: l.raw(p)})
			fits = append(fits, l.add(Jump, nil, Ins{}))
			l.here(no)
		}
		over := l.add(Jump, nil, Ins{})
		l.here(fits...)
		if through >= 0 {
			l.here(through)
		}
		through = -1
		if len(item.Stmts) == 0 {
			l.add(Well, item, Ins{})
		}
		l.stmts(item.Stmts)
		switch {
		case item.Op == syntax.Fallthrough && i+1 < len(c.Items):
			through = l.add(Jump, nil, Ins{})
		case (item.Op == syntax.Resume || item.Op == syntax.ResumeKorn) && i+1 < len(c.Items):
			// the next pattern is asked as if this had not fitted
		default:
			ends = append(ends, l.add(Jump, nil, Ins{}))
		}
		l.here(over)
	}
	l.add(Well, c, Ins{})
	l.here(ends...)
}

func (l *lowering) binary(s *syntax.Stmt, c *syntax.BinaryCmd) {
	if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
		l.pipeline(s, c)
		return
	}
	l.add(Ask, c.X, Ins{})
	l.stmt(c.X)
	l.add(Answered, c.X, Ins{Raw: l.raw(c.X)})
	op := Unless
	if c.Op == syntax.OrStmt {
		op = If
	}
	skip := l.add(op, c.X, Ins{Raw: l.raw(c.X)})
	l.stmt(c.Y)
	l.here(skip)
}

// pipeline compiles the parts one after the other; the last one runs in the shell itself
// in some shells.
func (l *lowering) pipeline(s *syntax.Stmt, c *syntax.BinaryCmd) {
	parts := partsOf(c)
	l.add(Begin, s, Ins{})
	for i, part := range parts {
		last := i == len(parts)-1
		op := Sub
		if last && l.facts.LastPipeInside {
			op = Here
		}
		l.add(op, part, Ins{Name: "|", Code: l.of("|", part), Last: last, Count: i, Raw: l.raw(part)})
	}
	l.add(Piped, s, Ins{Count: len(parts)})
}

// partsOf lists the commands of a pipeline.
func partsOf(c *syntax.BinaryCmd) []*syntax.Stmt {
	if left, ok := c.X.Cmd.(*syntax.BinaryCmd); ok && len(c.X.Redirs) == 0 && !c.X.Negated && (left.Op == syntax.Pipe || left.Op == syntax.PipeAll) {
		return append(partsOf(left), c.Y)
	}
	return []*syntax.Stmt{c.X, c.Y}
}
