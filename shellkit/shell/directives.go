package shell

import (
	"bytes"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Directive is a comment that speaks to lockkit: `# lockkit disable=LK301`.
type Directive struct {
	Text string      // what stands behind "lockkit", without blanks around it
	Span source.Span // the comment, its # included
	// Scope is what the comment speaks of: the command that follows it, wholly; the whole
	// file for a comment before the first command; its own line for one that stands behind
	// something. It is empty where the comment stands before no command.
	Scope source.Span
}

// asDirective is how a comment begins that means to speak to lockkit; whether it does it
// well is for the reader of its text.
var asDirective = regex.Of(`#[ \t]*lockkit:?[ \t]+(?:disable|[\w-]+[ \t]*=)`)

// Directives returns the comments of a script that speak to lockkit, in order.
// What is no comment for the shell, such as a line of a here-document, is none;
// a script that does not parse in its dialect has none.
func Directives(f *source.File, d source.Dialect) []Directive {
	if !bytes.Contains(f.Data, []byte("lockkit")) || !asDirective().Match(f.Data) {
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
	text := r.file.Data[at:c.End().Offset()]
	if begins := asDirective().FindIndex(text); begins == nil || begins[0] != 0 {
		return
	}
	text, _ = bytes.CutPrefix(bytes.TrimSpace(text[1:]), []byte("lockkit"))
	d := Directive{Text: string(bytes.TrimSpace(text)), Span: r.span(c)}
	switch {
	case !r.alone(at):
		d.Scope = source.Span{File: r.file.Name, Start: r.file.Pos(r.begins(at)), End: r.file.Pos(at)}
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

// begins is where the line with the offset begins, those before it included that go on in it.
func (r *remarks) begins(at int) int {
	for {
		at = bytes.LastIndexByte(r.file.Data[:at], '\n') + 1
		before := bytes.TrimSuffix(r.file.Data[:max(at-1, 0)], []byte("\r"))
		if !bytes.HasSuffix(before, []byte("\\")) {
			return at
		}
		at = len(before)
	}
}

func (r *remarks) span(n syntax.Node) source.Span {
	return source.Span{
		File:  r.file.Name,
		Start: r.file.Pos(int(n.Pos().Offset())),
		End:   r.file.Pos(int(n.End().Offset())),
	}
}
