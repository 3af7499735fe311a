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
	number   int    // where one thing can be done more than once in a function: 2, 3, …
	within   int    // the place that it is in, or -1
	text     []byte
}

func (m *mutant) String() string {
	number := ""
	if m.number > 1 {
		number = fmt.Sprintf(" (%d)", m.number)
	}
	return fmt.Sprintf("%s in %s%s: %s", m.kind, m.function, number, strings.Join(strings.Fields(m.was), " "))
}

// mutantsOf lists every mutant of functions for a shell, in the order of their lines.
func mutantsOf(shell string, text []byte) []*mutant {
	d := dialects[shell]
	file := parsed(text, d.lang)
	b := &breeder{text: text, places: places(text, d.lang)}
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
	bred := map[string]bool{printed(text, d.lang): true, "": true}
	out := slices.DeleteFunc(b.all, func(m *mutant) bool {
		as := printed(m.text, d.lang)
		again := bred[as]
		bred[as] = true
		return again
	})
	slices.SortStableFunc(out, func(a, b *mutant) int { return a.line - b.line })
	times := map[string]int{}
	for _, m := range out {
		name := m.String()
		times[name]++
		m.number = times[name]
	}
	return out
}

// printed is the text as the parser understands it, or "" where it does not.
func printed(text []byte, lang syntax.LangVariant) string {
	file, err := syntax.NewParser(syntax.Variant(lang)).Parse(bytes.NewReader(text), "")
	if err != nil {
		return ""
	}
	var b strings.Builder
	if err := syntax.NewPrinter(syntax.Minify(true)).Print(&b, file); err != nil {
		panic(err)
	}
	return b.String()
}

// breeder makes mutants of a text.
type breeder struct {
	text     []byte
	places   []place
	function string
	returned []*syntax.Word // what return takes: its own kind
	all      []*mutant
}

func (b *breeder) add(kind string, from, to syntax.Pos, with string) {
	a, z := from.Offset(), to.Offset()
	b.all = append(b.all, &mutant{
		function: b.function, line: int(from.Line()), kind: kind, was: string(b.text[a:z]),
		within: innermost(b.places, int(a), int(z)),
		text:   slices.Concat(b.text[:a], []byte(with), b.text[z:]),
	})
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
		words := c.Args
		for len(words) > 1 && (words[0].Lit() == `\builtin` || words[0].Lit() == `\command`) {
			words = words[1:]
		}
		if len(words) == 2 && strings.TrimPrefix(words[0].Lit(), `\`) == "return" {
			b.returned = append(b.returned, words[1])
			with := "0"
			if words[1].Lit() == "0" {
				with = "1"
			}
			b.add("status", words[1].Pos(), words[1].End(), with)
		}
		b.add("drop", s.Pos(), s.End(), ":")
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
		a, z := n.Pos(), n.End()
		op := n.OpPos.Offset() - a.Offset()
		was := b.text[a.Offset():z.Offset()]
		b.add("and-or", a, z, string(was[:op])+other+string(was[op+2:]))
		b.all[len(b.all)-1].line = int(n.OpPos.Line())
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
