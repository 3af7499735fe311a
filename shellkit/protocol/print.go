package protocol

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// String prints p in the text that [Parse] reads: the head, the shell, the paths, the
// handlers, then a node a line, what was not understood, and the sites. The same protocol
// always gives the same text.
func (p *Protocol) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "protocol %q %s\n", p.File, p.Dialect)
	if p.Shell != 0 {
		fmt.Fprintf(&b, "shell %s\n", p.Shell)
	}
	for i, path := range p.Paths {
		fmt.Fprintf(&b, "path p%d %q %s", i, path.Text, path.Kind)
		for _, f := range path.flags() {
			if *f.value {
				b.WriteString(" " + f.name)
			}
		}
		if path.Input != "" {
			fmt.Fprintf(&b, " input %q", path.Input)
		}
		if path.Given != "" {
			fmt.Fprintf(&b, " given %q", path.Given)
		}
		b.WriteByte('\n')
	}
	for i, h := range p.Handlers {
		if i == 0 {
			continue
		}
		fmt.Fprintf(&b, "handlers h%d", i)
		for s, d := range h.Signal {
			fmt.Fprintf(&b, " %s=%s", signalNames[s], dispositionNames[d.Do])
			if d.Do == Run {
				fmt.Fprintf(&b, ":n%d", d.Entry)
			}
			if d.Armed != None {
				fmt.Fprintf(&b, "<n%d", d.Armed)
			}
		}
		if h.Exit != None {
			fmt.Fprintf(&b, " EXIT<n%d", h.Exit)
		}
		b.WriteByte('\n')
	}
	for i := range p.Nodes {
		p.node(&b, ID(i))
	}
	for _, u := range p.Unknowns {
		fmt.Fprintf(&b, "unknown %q%s\n", u.Why, p.span("@", u.Span))
	}
	for i := range p.Sites {
		b.WriteString(p.siteLine(&p.Sites[i]))
	}
	return b.String()
}

type pathFlag struct {
	name  string
	value *bool
}

func (path *Path) flags() []pathFlag {
	return []pathFlag{
		{"private", &path.Private}, {"inside", &path.Inside}, {"self", &path.Self}, {"dir", &path.Dir}, {"opaque", &path.Opaque}, {"compared", &path.Compared}, {"varies", &path.Varies},
	}
}

func (p *Protocol) node(b *strings.Builder, id ID) {
	n := &p.Nodes[id]
	fmt.Fprintf(b, "n%d %s", id, n.Op)
	for i, name := range modeNames {
		if n.Mode&(1<<i) != 0 {
			b.WriteString(" " + name)
		}
	}
	for _, f := range n.numbers() {
		if *f.value != None {
			fmt.Fprintf(b, " %s=%s%d", f.name, f.prefix, *f.value)
		}
	}
	if n.Body != None {
		fmt.Fprintf(b, " body=n%d", n.Body)
	}
	if n.Text != "" {
		b.WriteString(" " + strconv.Quote(n.Text))
	}
	if n.Next != None {
		fmt.Fprintf(b, " -> n%d", n.Next)
	}
	if n.Else != None {
		fmt.Fprintf(b, " ? n%d", n.Else)
	}
	if n.Handlers != 0 {
		fmt.Fprintf(b, " !h%d", n.Handlers)
	}
	b.WriteString(p.span("@", n.Span))
	b.WriteString(p.span("%", n.Word))
	b.WriteByte('\n')
}

type numberField struct {
	name, prefix string
	value        *int
}

func (n *Node) numbers() []numberField {
	return []numberField{{"path", "p", &n.Path}, {"to", "p", &n.To}, {"fd", "", &n.FD}, {"from", "", &n.From}, {"call", "", &n.Call}}
}

// span prints a place, with its file when that is not the script itself.
func (p *Protocol) span(sign string, s source.Span) string {
	if !s.Start.Known() {
		return ""
	}
	text := fmt.Sprintf(" %s%d:%d-%d:%d", sign, s.Start.Line, s.Start.Column, s.End.Line, s.End.Column)
	if s.File != p.File {
		text += "#" + strconv.Quote(s.File)
	}
	return text
}
