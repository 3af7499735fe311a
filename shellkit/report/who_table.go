package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"github.com/lockkit/lockkit/shellkit/holders"
)

// WhoTable writes a block for each lock file: who keeps it locked, who took it,
// who waits, and what should be done about it. An error is one of out.
func WhoTable(out io.Writer, w *Who) error {
	b := bufio.NewWriter(out)
	t := whoTable{Writer: b, painter: painter(w.Colour), Who: w}
	t.write()
	return b.Flush()
}

type whoTable struct {
	io.Writer
	painter
	*Who
	widths [6]int
}

// row is a line below a lock: role, kind, pid, descriptor, user, start, command.
type whoRow struct {
	cell    [6]string
	process *holders.Process // whose command it is
	command string           // what is said where there is no process
	style   style
}

var whoHead = whoRow{cell: [6]string{"", "LOCK", "PID", "FD", "USER", "STARTED"}, command: "COMMAND", style: faint}

func (t *whoTable) write() {
	t.measure(whoHead)
	for _, f := range t.Files {
		for _, r := range t.rows(f) {
			t.measure(r)
		}
	}
	if len(t.Files) > 0 {
		t.row(whoHead)
	}
	for _, f := range t.Files {
		fmt.Fprintln(t, t.paint(bold, pathOf(f)))
		for _, r := range t.rows(f) {
			t.row(r)
		}
		if h, ok := t.Noted[f]; ok {
			fmt.Fprintf(t, "  noted   %s\n", Harmless(h.String()))
		}
		for _, h := range t.hints(f) {
			t.hint(h)
		}
	}
	t.footer()
}

// footer is what is about no file in particular.
func (t *whoTable) footer() {
	for _, path := range t.Free {
		why := t.Gone[path]
		if why != "" {
			why = ": " + why
		}
		fmt.Fprintf(t, "%s is held by no one%s\n", Harmless(path), Harmless(why))
	}
	if len(t.Files) == 0 && len(t.Free) == 0 {
		fmt.Fprintln(t, "no locks")
	}
	for _, d := range t.deadlocks() {
		t.deadlock(d)
	}
	for _, note := range t.blind() {
		t.say("", magenta, "note:", note)
	}
}

func (t *whoTable) deadlock(d holders.Deadlock) {
	fmt.Fprintln(t, t.paint(red, deadlockTitle(d)))
	for _, line := range deadlockLines(d) {
		t.say("  ", plain, "", line)
	}
	t.hint(deadlockCure(d))
}

func (t *whoTable) hint(text string) { t.say("  ", green, "hint:", text) }

// say writes a sentence behind a word such as `hint:`, in lines that the terminal
// need not break.
func (t *whoTable) say(indent string, s style, word, text string) {
	lead := indent
	if word != "" {
		lead += t.paint(s, word) + " "
	}
	hang := indent + "  "
	for _, line := range fold(text, max(0, t.Width-cells(indent+word+" ")-1)) {
		fmt.Fprintln(t, lead+line)
		lead = hang
	}
}

// rows are those of one file, in the order in which a reader asks: who has it,
// who took it, who waits.
func (t *whoTable) rows(f *holders.File) []whoRow {
	var rows []whoRow
	for _, l := range f.Locks {
		kind := kindOfLock(l)
		for _, k := range l.Keepers {
			rows = append(rows, t.processRow("keeps", kind, k.FD, k.Process, ""))
		}
		if r, ok := takerRow(l, kind); ok {
			rows = append(rows, r)
		}
	}
	for _, w := range f.Waiters {
		rows = append(rows, t.processRow("waits", kindOfWaiter(w), w.FD, w.Process, yellow))
	}
	return rows
}

func (t *whoTable) processRow(role, kind string, fd int, p *holders.Process, s style) whoRow {
	return whoRow{
		cell: [6]string{
			role, kind, pidOf(p), descriptor(fd), userOf(p), clock(p.Started, t.Picture.At),
		},
		process: p,
		style:   s,
	}
}

// takerRow tells of the process that took a lock if it is not among the keepers.
func takerRow(l *holders.Lock, kind string) (r whoRow, ok bool) {
	r = whoRow{cell: [6]string{"took", kind, strconv.Itoa(l.Taker), "-", "-", "-"}, style: faint}
	switch {
	case l.KeptAbove():
		r.cell[0], r.cell[2], r.command = "keeps", "-", unseen(l)
	case l.TakerState == holders.TakerKeeps:
		return r, false
	case l.TakerState == holders.TakerEnded:
		r.command = "(ended)"
	case l.TakerState == holders.TakerLetGo:
		r.command = "(has let go of it, or is another process of that number)"
	case l.Taker < 0:
		r.cell[2], r.command = "-", "(another machine)"
	case l.Taker > 0:
		r.command = "(may not be looked into)"
	case len(l.Keepers) > 0:
		return r, false
	default:
		r.cell[2], r.command = "-", unseen(l)
	}
	return r, true
}

// unseen stands for the keepers of a lock that has none to show.
func unseen(l *holders.Lock) string {
	if l.KeptAbove() {
		return "(some of those above)"
	}
	return "(not to be seen)"
}

func (t *whoTable) measure(r whoRow) {
	for i, c := range r.cell {
		t.widths[i] = max(t.widths[i], cells(c))
	}
}

func (t *whoTable) row(r whoRow) {
	line := " "
	for i, c := range r.cell {
		width := t.widths[i]
		if i == 2 || i == 3 { // numbers
			width = -width
		}
		line += " " + pad(c, width) + " "
	}
	if r.process != nil {
		r.command = commandOf(r.process)
	}
	if t.Width > 0 {
		r.command = cutTo(r.command, max(8, t.Width-cells(line)-1))
	}
	fmt.Fprintln(t, t.paint(r.style, line+" "+r.command))
}
