package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

// writeTTY is for people: the consequence first, then the line it is about, the
// places that belong to it, the repair, and where to read more.
func writeTTY(w io.Writer, f *Findings) error {
	out := bufio.NewWriter(w)
	t := tty{out, painter(f.Colour), f}
	for i, finding := range f.List {
		if i > 0 {
			fmt.Fprintln(out)
		}
		t.finding(finding)
	}
	return out.Flush()
}

type tty struct {
	io.Writer
	painter
	*Findings
}

func (t tty) finding(d diag.Finding) {
	mark := levelStyle[d.Level]
	fmt.Fprintf(t, "%s %s %s\n", t.place(d.Span), Harmless(d.Message), t.paint(mark, "["+d.Rule.String()+"]"))
	t.excerpt("  ", d.Span, mark)
	for _, note := range d.Notes {
		fmt.Fprintf(t, "  %s %s %s\n", t.paint(magenta, "note:"), t.place(note.Span), Harmless(note.Text))
		t.excerpt("    ", note.Span, magenta)
	}
	if t.Traces && d.Trace != nil {
		fmt.Fprintf(t, "  %s %s of %s, broken by %d runs\n", t.paint(magenta, "trace:"), d.Trace.Property, Harmless(d.Trace.Lock), d.Trace.Processes)
		for line := range strings.Lines(Trace(d.Trace, t.Files, t.Colour)) {
			fmt.Fprintf(t, "  %s", line)
		}
	}
	if d.Real != "" {
		fmt.Fprintf(t, "  %s %s\n", t.paint(magenta, "real:"), Harmless(d.Real))
	}
	switch {
	case d.Fix != nil:
		fmt.Fprintf(t, "  %s %s\n", t.paint(green, "fix:"), Harmless(d.Fix.Title))
	case d.NoFix != "":
		fmt.Fprintf(t, "  %s none, %s\n", t.paint(green, "fix:"), Harmless(d.NoFix))
	}
	fmt.Fprintf(t, "  more: lockkit explain %s\n", d.Rule.Code)
}

// place writes where a span begins, with the colon that precedes what is said
// about it; nothing but the file for a span without a position.
func (t tty) place(span source.Span) string {
	place := Harmless(span.File)
	if span.Start.Known() {
		place += ":" + strconv.Itoa(span.Start.Line) + ":" + strconv.Itoa(t.column(span.File, span.Start))
	}
	return t.paint(bold, place+":")
}

func (t tty) excerpt(indent string, span source.Span, mark style) {
	line, marks, ok := excerpt(t.Files[span.File], span)
	if !ok {
		return
	}
	number := strconv.Itoa(span.Start.Line)
	blank := strings.Repeat(" ", len(number))
	fmt.Fprintf(t, "%s%s %s\n", indent, t.paint(faint, number+" |"), line)
	fmt.Fprintf(t, "%s%s %s\n", indent, t.paint(faint, blank+" |"), t.paint(mark, marks))
}
