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
	if f.Tally != nil {
		if len(f.List) > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintln(out, f.Tally.line(len(f.List)))
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
	t.say(remark{word: t.placeText(d.Span), text: Harmless(d.Message), mark: "[" + d.Rule.String() + "]", marked: mark})
	t.excerpt("  ", d.Span, mark)
	for _, note := range d.Notes {
		t.say(remark{label: "note:", labelled: magenta, word: t.placeText(note.Span), text: Harmless(note.Text)})
		t.excerpt("    ", note.Span, magenta)
	}
	if t.Traces && d.Trace != nil {
		fmt.Fprintf(t, "  %s %s of %s, broken by %d runs\n", t.paint(magenta, "trace:"), d.Trace.Property, Harmless(d.Trace.Lock), d.Trace.Processes)
		for line := range strings.Lines(Trace(d.Trace, t.Files, t.Colour, max(0, t.Width-2))) {
			fmt.Fprintf(t, "  %s", line)
		}
	}
	if d.Real != "" {
		t.say(remark{label: "real:", labelled: magenta, text: Harmless(d.Real)})
	}
	switch {
	case d.Fix != nil:
		t.say(remark{label: "fix:", labelled: green, text: Harmless(d.Fix.Title)})
	case d.NoFix != "":
		t.say(remark{label: "fix:", labelled: green, text: "none, " + Harmless(d.NoFix)})
	}
	fmt.Fprintf(t, "  more: lockkit explain %s\n", d.Rule.Code)
}

// A remark is text behind a label, a place, or both, and a mark behind it.
type remark struct {
	label    string // set in, where there is one
	labelled style
	word     string
	text     string
	mark     string
	marked   style
}

// say writes a remark. Where the terminal is too narrow for it, it goes on in the next
// lines, which hang.
func (t tty) say(s remark) {
	const hang = "    "
	used := 0
	if s.label != "" {
		fmt.Fprintf(t, "  %s ", t.paint(s.labelled, s.label))
		used += len("  ") + cells(s.label) + 1
	}
	if s.word != "" {
		fmt.Fprintf(t, "%s ", t.paint(bold, s.word))
		used += cells(s.word) + 1
	}
	lines := foldBehind(used, s.text, t.Width, len(hang))
	last := len(lines) - 1
	for i, line := range lines {
		if i > 0 {
			fmt.Fprint(t, "\n"+hang)
			used = len(hang)
		}
		fmt.Fprint(t, line)
		used += cells(line)
		switch {
		case i < last || s.mark == "":
		case t.Width > 0 && used+1+cells(s.mark) > t.Width:
			fmt.Fprint(t, "\n"+hang+t.paint(s.marked, s.mark))
		default:
			fmt.Fprint(t, " "+t.paint(s.marked, s.mark))
		}
	}
	fmt.Fprintln(t)
}

// placeText is where a span begins, with the colon that precedes what is said about it;
// nothing but the file for a span without a position.
func (t tty) placeText(span source.Span) string {
	place := Harmless(span.File)
	if span.Start.Known() {
		place += ":" + strconv.Itoa(span.Start.Line) + ":" + strconv.Itoa(t.column(span.File, span.Start))
	}
	return place + ":"
}

func (t tty) excerpt(indent string, span source.Span, mark style) {
	number := strconv.Itoa(span.Start.Line)
	room := excerptWidth
	if t.Width > 0 {
		used := len(indent) + len(number) + len(" | ") + 2*cells(cut)
		room = min(room, max(leadIn+10, t.Width-used))
	}
	line, marks, ok := excerpt(t.Files[span.File], span, room)
	if !ok {
		return
	}
	blank := strings.Repeat(" ", len(number))
	fmt.Fprintf(t, "%s%s %s\n", indent, t.paint(faint, number+" |"), line)
	fmt.Fprintf(t, "%s%s %s\n", indent, t.paint(faint, blank+" |"), t.paint(mark, marks))
}
