package program

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

func (l *lowering) id() int {
	l.ids++
	return l.ids - 1
}

// word compiles a word; nil is none.
func (l *lowering) word(w *syntax.Word) *Word {
	if w == nil {
		return nil
	}
	out := &Word{Span: l.span(w), Raw: l.raw(w)}
	out.Parts = l.parts(w.Parts, false, true)
	return out
}

// document compiles the text of a here-document.
func (l *lowering) document(w *syntax.Word) *Word {
	return &Word{Span: l.span(w), Raw: l.raw(w), Parts: l.parts(w.Parts, true, false)}
}

func (l *lowering) parts(list []syntax.WordPart, quoted, first bool) (out []Part) {
	for i, p := range list {
		out = append(out, l.part(p, quoted, first && i == 0)...)
	}
	return out
}

// part compiles a part of a word, or what stands in double quotes.
func (l *lowering) part(p syntax.WordPart, quoted, first bool) []Part {
	one := Part{Span: l.span(p), Raw: l.raw(p), Quoted: quoted, ID: l.id()}
	switch p := p.(type) {
	case *syntax.Lit:
		return l.literal(p, quoted, first)
	case *syntax.SglQuoted:
		one.Kind, one.Text, one.Quoted = Text, shell.QuotedText(p, p.Value), true
		if !p.Dollar {
			one.Span = l.src.Span(int(p.Pos().Offset())+1, int(p.End().Offset())-1)
		} else {
			one.Span.Start.Line = 0 // it does not stand there as it is
		}
	case *syntax.DblQuoted:
		list := l.parts(p.Parts, true, false)
		if len(list) == 0 {
			list = []Part{{Kind: Text, Quoted: true, Span: one.Span, ID: l.id()}}
		}
		return list
	case *syntax.ParamExp:
		one.Kind, one.Param = Expansion, l.param(p, quoted)
		if one.Param == nil {
			one.Kind = Strange
		}
	case *syntax.CmdSubst:
		one.Kind = Substitution
		one.Code = l.body("$( )", p.Stmts, int(p.Pos().Offset()), int(p.End().Offset()))
		if len(p.Stmts) == 1 {
			if file := shell.ContentOf(p.Stmts[0]); file != nil {
				one.Reads = l.word(file)
			}
		}
	case *syntax.ArithmExp:
		one.Kind, one.Arith = Calculation, l.arith(p.X)
	case *syntax.ProcSubst:
		one.Kind, one.Code = Process, l.body("<( )", p.Stmts, int(p.Pos().Offset()), int(p.End().Offset()))
		one.Text = p.Op.String()
	default: // extended patterns of bash
		one.Kind, one.Text = Text, one.Raw
		if _, isPattern := p.(*syntax.ExtGlob); !isPattern {
			one.Kind = Strange
		}
	}
	return []Part{one}
}

// literal parts text at its backslashes: what these quote is quoted.
func (l *lowering) literal(p *syntax.Lit, quoted, first bool) (out []Part) {
	text, at := p.Value, int(p.Pos().Offset())
	add := func(from, to int, q bool) {
		if from < to {
			out = append(out, Part{Kind: Text, Text: text[from:to], Quoted: q, Raw: text[from:to], Span: l.src.Span(at+from, at+to), ID: l.id()})
		}
	}
	from := 0
	if first && !quoted && strings.HasPrefix(text, "~") {
		end := len(text)
		if i := strings.IndexByte(text, '/'); i >= 0 {
			end = i
		}
		out = append(out, Part{Kind: Tilde, Text: text[:end], Raw: text[:end], Quoted: true, Span: l.src.Span(at, at+end), ID: l.id()})
		from = end
	}
	for i := from; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			continue
		}
		if quoted && strings.IndexByte("$`\"\\\n", text[i+1]) < 0 {
			continue
		}
		add(from, i, quoted)
		i++
		if text[i] != '\n' {
			add(i, i+1, true)
		}
		from = i + 1
	}
	add(from, len(text), quoted)
	return out
}

// param compiles an expansion; nil is one that is not understood.
func (l *lowering) param(p *syntax.ParamExp, quoted bool) *Param {
	if p.Flags != nil || p.NestedParam != nil || p.Param == nil || p.Width || len(p.Modifiers) > 0 ||
		p.Split != 0 || p.GlobSubst != 0 || p.RcExpand != 0 {
		return nil
	}
	out := &Param{Name: p.Param.Value}
	if out.Name == "@" || out.Name == "*" {
		out.All = out.Name[0]
	}
	if p.Index != nil {
		w, ok := p.Index.(*syntax.Word)
		switch text := l.raw(p.Index); {
		case text == "@" || text == "*":
			out.All = text[0]
		case ok:
			out.Index = l.word(w)
		default:
			out.Index = l.calculated(p.Index)
		}
	}
	switch {
	case p.Excl && p.Names != 0:
		out.Op = Names
	case p.Excl && out.All != 0:
		out.Op = Other
	case p.Excl && p.Exp == nil && p.Slice == nil && p.Repl == nil:
		out.Op = Indirect
	case p.Excl:
		return nil
	case p.Length:
		out.Op = Length
	case p.IsSet:
		out.Op = IsSet
	case p.Slice != nil:
		out.Op, out.From, out.Count = Slice, l.arith(p.Slice.Offset), l.arith(p.Slice.Length)
	case p.Repl != nil:
		l.replacement(out, p.Repl)
	case p.Exp != nil:
		l.expansion(out, p.Exp, quoted)
	}
	return out
}

func (l *lowering) replacement(out *Param, r *syntax.Replace) {
	out.Op, out.Every, out.Word, out.With = Replace, r.All, l.word(r.Orig), l.word(r.With)
	if out.Word == nil || len(out.Word.Parts) == 0 {
		return
	}
	if first := &out.Word.Parts[0]; first.Kind == Text && !first.Quoted && !r.All {
		switch {
		case strings.HasPrefix(first.Text, "#"):
			out.Start, first.Text = true, first.Text[1:]
		case strings.HasPrefix(first.Text, "%"):
			out.End, first.Text = true, first.Text[1:]
		}
	}
}

var operators = map[syntax.ParExpOperator]struct {
	op   ParamOp
	null bool
	all  bool
}{
	syntax.DefaultUnset: {Default, false, false}, syntax.DefaultUnsetOrNull: {Default, true, false},
	syntax.AssignUnset: {AssignUnset, false, false}, syntax.AssignUnsetOrNull: {AssignUnset, true, false},
	syntax.ErrorUnset: {Fail, false, false}, syntax.ErrorUnsetOrNull: {Fail, true, false},
	syntax.AlternateUnset: {Alternative, false, false}, syntax.AlternateUnsetOrNull: {Alternative, true, false},
	syntax.RemSmallPrefix: {TrimPrefix, false, false}, syntax.RemLargePrefix: {TrimPrefixes, false, false},
	syntax.RemSmallSuffix: {TrimSuffix, false, false}, syntax.RemLargeSuffix: {TrimSuffixes, false, false},
	syntax.UpperFirst: {ToUpper, false, false}, syntax.UpperAll: {ToUpper, false, true},
	syntax.LowerFirst: {ToLower, false, false}, syntax.LowerAll: {ToLower, false, true},
}

func (l *lowering) expansion(out *Param, e *syntax.Expansion, quoted bool) {
	row, known := operators[e.Op]
	if !known {
		out.Op = Other
		return
	}
	out.Op, out.Null, out.Every = row.op, row.null, row.all
	out.Word = l.word(e.Word)
	if quoted && out.Word != nil && (out.Op == Default || out.Op == Alternative || out.Op == AssignUnset) {
		for i := range out.Word.Parts {
			out.Word.Parts[i].Quoted = true
		}
	}
}

// assignment compiles name=value.
func (l *lowering) assignment(a *syntax.Assign) *Assignment {
	out := &Assignment{Span: l.span(a), Append: a.Append, Naked: a.Naked}
	if a.Name == nil {
		out.Words = l.word(a.Value)
		return out
	}
	out.Name = a.Name.Value
	if a.Index != nil {
		if w, ok := a.Index.(*syntax.Word); ok {
			out.Index = l.word(w)
		} else {
			out.Index = l.calculated(a.Index)
		}
	}
	if a.Array == nil {
		out.Value = l.word(a.Value)
		return out
	}
	out.IsList = true
	for _, e := range a.Array.Elems {
		one := Element{Value: l.word(e.Value)}
		if e.Index != nil {
			if w, ok := e.Index.(*syntax.Word); ok {
				one.Index = l.word(w)
			} else {
				one.Index = l.calculated(e.Index)
			}
		}
		if one.Value == nil {
			one.Value = &Word{Span: l.span(e)}
		}
		out.List = append(out.List, one)
	}
	return out
}

// calculated is the word that an index is.
func (l *lowering) calculated(e syntax.ArithmExpr) *Word {
	return &Word{Span: l.span(e), Raw: l.raw(e), Parts: []Part{{Kind: Calculation, Quoted: true, ID: l.id(), Arith: l.arith(e), Span: l.span(e), Raw: l.raw(e)}}}
}

// declare compiles local, declare and their like.
func (l *lowering) declare(c *syntax.DeclClause) {
	l.add(Begin, c, Ins{})
	var list []*Assignment
	for _, a := range c.Args {
		one := l.assignment(a)
		list = append(list, one)
		l.add(Assign, a, Ins{Assign: one, Before: true})
	}
	l.add(Declare, c, Ins{Name: c.Variant.Value, Assigns: list, Raw: l.raw(c)})
}

// braced is a word that braces may have made of another one.
type braced struct {
	at   *syntax.Word
	word *Word
}

// mostBraces is how many words braces may make; more are left as they are.
const mostBraces = 64

// braces compiles words, with {a,b} in them spelt out where the shell does that.
func (l *lowering) braces(list []*syntax.Word) (out []braced) {
	for _, w := range list {
		for _, one := range l.spelt(w) {
			out = append(out, braced{w, l.word(one)})
		}
	}
	return out
}

func (l *lowering) spelt(w *syntax.Word) []*syntax.Word {
	if !l.facts.Braces || !slices.ContainsFunc(w.Parts, func(p syntax.WordPart) bool {
		lit, ok := p.(*syntax.Lit)
		return ok && strings.Contains(lit.Value, "{")
	}) {
		return []*syntax.Word{w}
	}
	split := *w
	if !syntax.SplitBraces(&split) {
		return []*syntax.Word{w}
	}
	var words []*syntax.Word
	for word, err := range expand.BracesSeq(&expand.Config{}, &split) {
		if words = append(words, word); err != nil || len(words) > mostBraces {
			return []*syntax.Word{w}
		}
	}
	return words
}
