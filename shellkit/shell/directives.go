package shell

import (
	"bytes"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Directive is a comment that speaks to lockkit: `# lockkit disable=LK301`.
type Directive struct {
	Text string      // what stands behind "lockkit", without blanks around it
	Span source.Span // the comment, its # included
	// Scope is what the comment speaks of: the command that follows it, wholly;
	// the whole file for a comment before the first command. It is empty where
	// the comment stands before no command or behind something on its line.
	Scope source.Span
}

// Directives returns the comments of a script that speak to lockkit, in order.
// What is no comment for the shell, such as a line of a here-document, is none;
// a script that does not parse in its dialect has none.
func Directives(f *source.File, d source.Dialect) []Directive {
	if !bytes.Contains(f.Data, []byte("lockkit")) || !bytes.Contains(f.Data, []byte("disable")) {
		return nil
	}
	file, err := Read(f.Name, f.Data, d, syntax.KeepComments(true))
	if err != nil {
		return nil
	}
	r := &remarks{file: f, whole: source.Span{File: f.Name, Start: f.Pos(0), End: f.Pos(len(f.Data))}, first: len(f.Data)}
	if len(file.Stmts) > 0 {
		r.first = int(file.Stmts[0].Pos().Offset())
	}
	var around []syntax.Node
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil {
			around = around[:len(around)-1]
			return true
		}
		if c, ok := n.(*syntax.Comment); ok {
			r.comment(c, around[len(around)-1])
		}
		around = append(around, n)
		return true
	})
	return r.out
}

type remarks struct {
	file  *source.File
	whole source.Span
	first int // offset of the first command
	out   []Directive
}

// comment looks at one comment, which the parser has given to owner.
func (r *remarks) comment(c *syntax.Comment, owner syntax.Node) {
	at := int(c.Hash.Offset())
	text, ok := bytes.CutPrefix(bytes.TrimSpace(r.file.Data[at+1:c.End().Offset()]), []byte("lockkit"))
	if !ok || len(text) == 0 || text[0] != ' ' && text[0] != '\t' {
		return
	}
	d := Directive{Text: string(bytes.TrimSpace(text)), Span: r.span(c)}
	switch {
	case !r.alone(at):
	case at < r.first:
		d.Scope = r.whole
	default:
		switch owner.(type) {
		case *syntax.Stmt, *syntax.CaseItem:
			if at < int(owner.Pos().Offset()) {
				d.Scope = r.span(owner)
			}
		}
	}
	r.out = append(r.out, d)
}

// alone tells whether nothing but blanks stands before the offset on its line.
func (r *remarks) alone(at int) bool {
	line := r.file.Data[:at]
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	return len(bytes.Trim(line, " \t")) == 0
}

func (r *remarks) span(n syntax.Node) source.Span {
	return source.Span{
		File:  r.file.Name,
		Start: r.file.Pos(int(n.Pos().Offset())),
		End:   r.file.Pos(int(n.End().Offset())),
	}
}
