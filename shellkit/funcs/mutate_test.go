package funcs

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A mutant is the functions with one thing changed.
type mutant struct {
	function string // in which it is
	line     int
	kind     string // what was done: drop, negate, and-or, status, redirect, digit
	was      string // the text that is not there any more
	text     []byte
}

func (m *mutant) String() string {
	return fmt.Sprintf("%s in %s: %s", m.kind, m.function, strings.Join(strings.Fields(m.was), " "))
}

// mutantsOf lists every mutant of functions for a shell, in the order of their lines.
func mutantsOf(shell string, text []byte) []*mutant {
	d := dialects[shell]
	file, err := syntax.NewParser(syntax.Variant(d.lang)).Parse(bytes.NewReader(text), "")
	if err != nil {
		panic(err)
	}
	b := &breeder{text: text}
	for _, s := range file.Stmts {
		f, ok := s.Cmd.(*syntax.FuncDecl)
		if !ok {
			continue
		}
		b.function = f.Name.Value
		syntax.Walk(f.Body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Stmt:
				b.statement(n)
			case *syntax.IfClause:
				b.negate(n.Cond)
			case *syntax.WhileClause:
				b.negate(n.Cond)
			case *syntax.BinaryCmd:
				b.swap(n)
			case *syntax.CaseItem:
				b.item(n)
			case *syntax.Lit:
				b.digit(n)
			}
			return true
		})
	}
	out := slices.DeleteFunc(b.all, func(m *mutant) bool {
		_, err := syntax.NewParser(syntax.Variant(d.lang)).Parse(bytes.NewReader(m.text), "")
		return err != nil || bytes.Equal(m.text, text)
	})
	slices.SortStableFunc(out, func(a, b *mutant) int { return a.line - b.line })
	return out
}

// breeder makes mutants of a text.
type breeder struct {
	text     []byte
	function string
	returned []*syntax.Word // what return takes: its own kind
	all      []*mutant
}

func (b *breeder) add(kind string, from, to syntax.Pos, with string) {
	a, z := from.Offset(), to.Offset()
	text := slices.Concat(b.text[:a], []byte(with), b.text[z:])
	b.all = append(b.all, &mutant{b.function, int(from.Line()), kind, string(b.text[a:z]), text})
}

// statement drops a simple command, takes a redirect from it, or gives a return another
// status.
func (b *breeder) statement(s *syntax.Stmt) {
	for _, r := range s.Redirs {
		b.add("redirect", r.Pos(), r.End(), "")
	}
	switch c := s.Cmd.(type) {
	case *syntax.DeclClause:
		b.add("drop", s.Pos(), s.End(), ":")
	case *syntax.CallExpr:
		name := ""
		if len(c.Args) > 0 {
			name = strings.TrimPrefix(c.Args[0].Lit(), `\`)
		}
		if name == "return" && len(c.Args) == 2 {
			b.returned = append(b.returned, c.Args[1])
			with := "0"
			if c.Args[1].Lit() == "0" {
				with = "1"
			}
			b.add("status", c.Args[1].Pos(), c.Args[1].End(), with)
		}
		if name != ":" && name != "local" {
			b.add("drop", s.Pos(), s.End(), ":")
		}
	}
}

func (b *breeder) negate(cond []*syntax.Stmt) {
	if len(cond) != 1 {
		return
	}
	s := cond[0]
	was := string(b.text[s.Pos().Offset():s.End().Offset()])
	switch {
	case s.Negated:
		b.add("negate", s.Pos(), s.End(), strings.TrimSpace(was[1:]))
	case isBinary(s):
		b.add("negate", s.Pos(), s.End(), "! { "+was+"; }")
	default:
		b.add("negate", s.Pos(), s.End(), "! "+was)
	}
}

func isBinary(s *syntax.Stmt) bool { _, ok := s.Cmd.(*syntax.BinaryCmd); return ok }

func (b *breeder) swap(n *syntax.BinaryCmd) {
	other := map[syntax.BinCmdOperator]string{syntax.AndStmt: "||", syntax.OrStmt: "&&"}[n.Op]
	if other != "" {
		line := int(n.OpPos.Line())
		a := n.OpPos.Offset()
		text := slices.Concat(b.text[:a], []byte(other), b.text[a+2:])
		b.all = append(b.all, &mutant{b.function, line, "and-or", string(b.text[n.Pos().Offset():n.End().Offset()]), text})
	}
}

// item makes a case never match what it did.
func (b *breeder) item(n *syntax.CaseItem) {
	first, last := n.Patterns[0], n.Patterns[len(n.Patterns)-1]
	b.add("negate", first.Pos(), last.End(), "no-such-word")
}

func (b *breeder) digit(l *syntax.Lit) {
	n, err := strconv.Atoi(l.Value)
	if err != nil || slices.ContainsFunc(b.returned, func(w *syntax.Word) bool { return w.Pos() == l.Pos() }) {
		return
	}
	b.add("digit", l.Pos(), l.End(), strconv.Itoa(n+1))
}
