package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// What a command is fed may be written down beside it: echo /run/x | xargs mkdir,
// read status < <(flock -n 9; echo $?).

// feed is what xargs reads.
type feed struct {
	text  value
	words []*syntax.Word // of which the text is made
}

// fedBy returns the words that the part of a pipeline in front of xargs prints, or nil.
func fedBy(printer, reader *syntax.Stmt) []*syntax.Word {
	from, ok := printer.Cmd.(*syntax.CallExpr)
	to, too := reader.Cmd.(*syntax.CallExpr)
	if !ok || !too || len(from.Args) < 2 || len(to.Args) < 2 || !isA(from.Args[0].Lit(), outspoken) || path.Base(to.Args[0].Lit()) != "xargs" || len(printer.Redirs) > 0 {
		return nil
	}
	words := from.Args[1:]
	if format := shell.PlainText(words[0]); len(words) > 1 && (strings.Contains(format, "%") || strings.HasPrefix(format, "-")) {
		words = words[1:]
	}
	return words
}

// fed tells what becomes of the names that are written down in a pipeline to xargs.
func (in *interest) fed(c *syntax.BinaryCmd, scope string) {
	names := fedBy(c.X, c.Y)
	if names == nil {
		return
	}
	call := c.Y.Cmd.(*syntax.CallExpr)
	words := in.bares(call.Args)
	i := operandOf(words, optionsOfXargs)
	if i >= len(words) {
		return
	}
	before := len(in.claims)
	whole := &syntax.CallExpr{Args: slices.Concat(call.Args[i:], names)}
	in.makesOrRemoves(whole, scope)
	in.take(whole, scope)
	for k := range in.claims[before:] {
		in.claims[before+k].vars = shell.VarsOf(in.raw(c))
	}
}

// optionsOfXargs are the letters of its options that take the next word.
const optionsOfXargs = "adEILnPs"

// takesFeed adds what xargs reads to the command that it runs, where that is one run of it;
// false where it is not known.
func (x *walker) takesFeed(c, inner *call, options []string) bool {
	fed := x.ctx.fed
	x.ctx.fed = nil
	if fed == nil || slices.ContainsFunc(options, func(o string) bool {
		return strings.HasPrefix(o, "-0") || strings.HasPrefix(o, "-d") || strings.HasPrefix(o, "--") || strings.HasPrefix(o, "-a")
	}) {
		return false
	}
	list := []value{fed.text}
	if fed.text.known {
		if strings.ContainsAny(fed.text.text, "\"'\\") {
			return false
		}
		list = nil
		for _, w := range strings.Fields(fed.text.text) {
			list = append(list, literal(w))
		}
	}
	some := func(o string) bool {
		return strings.HasPrefix(o, "-n") || strings.HasPrefix(o, "-L") || strings.HasPrefix(o, "-I") || strings.HasPrefix(o, "-i")
	}
	if len(list) == 0 || len(list) > 1 && slices.ContainsFunc(options, some) {
		return false // perhaps several runs, or none
	}
	hole := ""
	for i, o := range options {
		if o == "-I" && i+1 < len(options) {
			hole = options[i+1]
		} else if strings.HasPrefix(o, "-I") {
			hole = o[2:]
		} else if o == "-i" {
			hole = "{}"
		}
	}
	inner.args, inner.words = slices.Clone(inner.args), slices.Clone(inner.words)
	if hole == "" {
		for i, v := range list {
			inner.args, inner.words = append(inner.args, v), append(inner.words, fed.words[min(i, len(fed.words)-1)])
		}
		return true
	}
	for i, a := range inner.args {
		switch {
		case a.text == hole:
			inner.args[i], inner.words[i] = list[0], fed.words[0]
		case strings.Contains(a.text, hole):
			return false
		}
	}
	return true
}

// readFrom walks read NAME < <(…), where it is known what that prints.
func (x *walker) readFrom(c *call, f flow) ([]flow, bool) {
	var from *syntax.ProcSubst
	for _, r := range c.at.Redirs {
		if r.Op == syntax.RdrIn && (r.N == nil || r.N.Value == "0") && len(r.Word.Parts) == 1 {
			from, _ = r.Word.Parts[0].(*syntax.ProcSubst)
		}
	}
	if from == nil || from.Op != syntax.CmdIn || len(c.at.Redirs) > 1 || x.effort == exact || operands(c.args[1:]) != 1 || !x.touchesInside(&syntax.Stmt{Cmd: &syntax.Block{Stmts: from.Stmts}}) {
		return nil, false
	}
	name := c.args[len(c.args)-1].text
	if !syntax.ValidName(name) || !x.listensTo(&syntax.Block{Stmts: from.Stmts}, f.st, 0) {
		return nil, false
	}
	var out []flow
	outer, saying := x.ctx, f.st.saying
	x.ctx.want = true
	for _, g := range x.frame("$( )", from, f, nil, func(f flow) []flow { return x.stmts(from.Stmts, []flow{f.with(f.st.listens())}) }) {
		said := g.st.saying
		st := g.st.clone()
		st.saying = saying
		v := x.fresh(name)
		if said != nil && said.known {
			v = said.text
			if v.known {
				line, _, _ := strings.Cut(v.text, "\n")
				v = literal(strings.TrimSpace(line))
			}
		}
		g.st = x.put(name, v, st).ok()
		if v.known && v.text == "" {
			g.st = g.st.fail()
		}
		out = append(out, g)
	}
	x.ctx = outer
	n := x.node(protocol.Work, c.at)
	n.Text, n.Mode = c.name(), protocol.Quiet
	for i := range out {
		if out[i].how == onward {
			out[i] = x.then(out[i], n)
		}
	}
	return out, true
}

// readsPart is `COMMAND | read NAME` as `read NAME < <(COMMAND)`, where that is the same: in
// shells that run the last part themselves. It is nil for other pipelines.
func (x *walker) readsPart(parts []*syntax.Stmt) *syntax.Stmt {
	if !x.facts.LastPipeInside || len(parts) != 2 || x.in.pipes || parts[1].Negated || len(parts[1].Redirs) > 0 {
		return nil
	}
	call, ok := parts[1].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Assigns) > 0 || len(call.Args) == 0 || call.Args[0].Lit() != "read" {
		return nil
	}
	from := &syntax.ProcSubst{OpPos: parts[0].Pos(), Rparen: parts[0].End(), Op: syntax.CmdIn, Stmts: parts[:1]}
	reader := *parts[1]
	reader.Redirs = []*syntax.Redirect{{OpPos: parts[0].Pos(), Op: syntax.RdrIn, Word: &syntax.Word{Parts: []syntax.WordPart{from}}}}
	return &reader
}
