package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Proof is what an exploration of one script, or of several together, has shown.
type Proof struct {
	Names   []string                // the scripts, in the order of Violation.Scripts
	Files   map[string]*source.File // by the names that spans use
	Result  prove.Result
	Strict  bool
	Replay  string // what a rehearsal of the first violation has shown, "confirmed: …", or "not run"
	Seen    *Seen  // the same promise, broken under another schedule in that rehearsal; or nil
	Colour  bool   // text only
	Width   int    // text only: of the terminal in cells; 0 where lines may be of any length
	Version string
	Code    int // sarif: what the command exits with
}

// ProofFormat writes a proof. An error is one of w.
type ProofFormat func(w io.Writer, p *Proof) error

// ProofFormats are the formats of prove by their names.
var ProofFormats = map[string]ProofFormat{
	"text":  writeProof,
	"json":  writeProofJSON,
	"sarif": writeProofSARIF,
	"html":  writeProofHTML,
}

// first is the violation that is told in full, or nil.
func (p *Proof) first() *prove.Violation {
	if len(p.Result.Violations) == 0 {
		return nil
	}
	return &p.Result.Violations[0]
}

// verdict is the answer for people; for programs it is the word alone.
func (p *Proof) verdict() string {
	if p.Result.Verdict == prove.Nothing {
		return "nothing to prove: " + p.bounds()
	}
	return string(p.Result.Verdict)
}

// bounds says what the verdict rests on.
func (p *Proof) bounds() string {
	if p.Strict && p.Result.Processes > 0 {
		return within(&p.Result, "signals anywhere, open and flock may fail")
	}
	return Bounds(&p.Result)
}

// Bounds says what a verdict rests on that was not asked for strictly.
func Bounds(r *prove.Result) string {
	return within(r, "signals to the group while a program runs")
}

func within(r *prove.Result, signals string) string {
	if r.Processes == 0 {
		return "no lock was found"
	}
	return fmt.Sprintf("%d runs at any time, kill -9 anywhere, %s; %d states", r.Processes, signals, r.States)
}

// writeProof is for people: the verdict with its bounds, and the schedule as it
// is drawn by hand.
func writeProof(w io.Writer, p *Proof) error {
	var b strings.Builder
	paint := painter(p.Colour)
	mark := map[prove.Verdict]style{prove.Holds: green, prove.Violated: red, prove.Unknown: yellow}[p.Result.Verdict]
	names, verdict := Harmless(strings.Join(p.Names, " "))+":", p.verdict()
	head, used := paint.paint(bold, names)+" "+paint.paint(mark, verdict), cells(names)+1+cells(verdict)
	if v := p.first(); v != nil {
		hanging(&b, head+":", used+1, p.broken(v), p.Width)
		b.WriteString("\n" + Trace(v.Trace, p.Files, p.Colour, p.Width) + "\n")
		p.others(&b, v)
		if p.Replay != "not run" {
			plainly(&b, "replayed on the very script:", Harmless(p.Replay), p.Width)
		}
		if p.Seen != nil {
			b.WriteString("\n" + Trace(p.Seen.Trace, p.Files, p.Colour, p.Width) + "\n")
		}
	} else {
		b.WriteString(head + "\n")
	}
	p.locks(&b)
	if p.Result.Verdict != prove.Nothing {
		plainly(&b, "bounds:", p.bounds(), p.Width)
	}
	for _, d := range p.Result.Doubts {
		plainly(&b, "not understood:", p.place(d.Span)+Harmless(d.Why), p.Width)
	}
	for _, note := range p.Result.Notes {
		plainly(&b, "note:", Harmless(note), p.Width)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// broken is a violation in half a sentence.
func (p *Proof) broken(v *prove.Violation) string {
	return fmt.Sprintf("%s of %s%s: %s", v.Property, Harmless(v.Lock), p.among(v), prove.Broken(v.Property))
}

// others writes what else is violated. One that no --property would bring to the
// front is drawn.
func (p *Proof) others(b *strings.Builder, told *prove.Violation) {
	for i := range p.Result.Violations[1:] {
		v := &p.Result.Violations[i+1]
		if v.Property != told.Property {
			plainly(b, "also violated:", fmt.Sprintf("%s (--property %s shows it)", p.broken(v), v.Property), p.Width)
			continue
		}
		plainly(b, "also violated:", p.broken(v), p.Width)
		b.WriteString("\n" + Trace(v.Trace, p.Files, p.Colour, p.Width) + "\n")
	}
}

func (p *Proof) place(at source.Span) string {
	if !at.Start.Known() {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d: ", Harmless(at.File), at.Start.Line, at.Start.Column)
}

// traceCell is the most a process's column of a trace takes.
const traceCell = 34

// Trace draws a schedule: a column for each process, a row for each step, and
// what the kernel makes of it. A bar stands beside a process while it is inside. On a
// terminal that is too narrow for that the processes share one column; width is 0 where
// lines may be of any length.
func Trace(t *diag.Trace, files map[string]*source.File, colour bool, width int) string {
	d := &drawing{Trace: t, paint: painter(colour), names: columns(t), width: width}
	wide := make([]int, t.Processes+1)
	for p, name := range d.names {
		wide[p] = cells(name)
	}
	most := 0
	for _, s := range t.Steps {
		text := stepText(s, files)
		d.text = append(d.text, text)
		wide[s.Process] = max(wide[s.Process], cells(text))
		most = max(most, cells(Harmless(s.Effect)))
	}
	whole := len("1234 ") + len("  ") + most
	for p := 1; p <= t.Processes; p++ {
		whole += len(" ┃ ") - len("┃") + 1 + wide[p]
	}
	var b strings.Builder
	if width > 0 && whole > width {
		d.stacked(&b)
	} else {
		d.beside(&b, wide)
	}
	hanging(&b, "      "+d.paint.paint(red, "┃")+" inside:", len("      | inside:"), "thinks that it has "+Harmless(t.Lock), width)
	return b.String()
}

// drawing is a schedule with what is said of each step.
type drawing struct {
	*diag.Trace
	paint painter
	names []string // of the processes, from 1
	text  []string // of the steps
	width int
}

// beside draws a column for each process, as wide as the text in it.
func (d *drawing) beside(b *strings.Builder, wide []int) {
	b.WriteString("     ")
	for p := 1; p <= d.Processes; p++ {
		b.WriteString(" " + d.paint.paint(bold, pad("  "+d.names[p], wide[p]+2)))
	}
	trimRight(b)
	b.WriteByte('\n')
	for i, s := range d.Steps {
		fmt.Fprintf(b, "%4d ", i+1)
		for p := 1; p <= d.Processes; p++ {
			bar, cell := " ", ""
			if contains(s.Inside, p) {
				bar = d.paint.paint(red, "┃")
			}
			if s.Process == p {
				cell = d.text[i]
			}
			b.WriteString(" " + bar + " " + pad(cell, wide[p]))
		}
		b.WriteString("  " + d.paint.paint(faint, Harmless(s.Effect)))
		trimRight(b)
		b.WriteByte('\n')
	}
}

// columns names the processes, with the scripts that they run where these differ.
func columns(t *diag.Trace) []string {
	names := make([]string, t.Processes+1)
	scripts := make([]string, t.Processes+1)
	differ := false
	for _, s := range t.Steps {
		scripts[s.Process] = s.Script
		differ = differ || s.Script != t.Steps[0].Script
	}
	for p := 1; p <= t.Processes; p++ {
		if names[p] = prove.Letter(p); differ {
			names[p] = clip(names[p]+" "+Harmless(scripts[p]), traceCell)
		}
	}
	return names
}

// stepText is the line number and what the script says there.
func stepText(s diag.Step, files map[string]*source.File) string {
	op := Harmless(s.Op)
	if !s.Span.Start.Known() {
		return op
	}
	if f := files[s.Span.File]; f != nil && s.Span.Start.Line == s.Span.End.Line {
		line := f.Line(s.Span.Start.Line)
		from, to := s.Span.Start.Column-1, s.Span.End.Column-1
		if from >= 0 && from < to && to <= len(line) {
			op = Harmless(strings.TrimSpace(line[from:to]))
		}
	}
	at := fmt.Sprintf("%d: ", s.Span.Start.Line)
	if s.Script != "" && s.Span.File != s.Script {
		at = Harmless(filepath.Base(s.Span.File)) + ":" + at
	}
	return clip(at+op, traceCell)
}

func clip(s string, width int) string {
	if cells(s) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && cells(string(r)) > width-1 {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

func contains(list []int, p int) bool {
	for _, x := range list {
		if x == p {
			return true
		}
	}
	return false
}

func trimRight(b *strings.Builder) {
	s := strings.TrimRight(b.String(), " ")
	b.Reset()
	b.WriteString(s)
}
