package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
)

// Tally is how much was looked at.
type Tally struct {
	Files   int // with scripts in them
	Locking int // of these, files that have to do with locks
}

// line says how much was looked at, and how much was found.
func (t Tally) line(findings int) string {
	return fmt.Sprintf("%s, %d with locks, %s", count(t.Files, "file", "files"), t.Locking, count(findings, "finding", "findings"))
}

// Statistics writes how often each rule has found something, the most frequent first, and
// the tally. An error is one of w.
func Statistics(w io.Writer, f *Findings) error {
	type row struct {
		rule  *diag.Rule
		level diag.Level
	}
	times := map[row]int{}
	for _, d := range f.List {
		times[row{d.Rule, d.Level}]++
	}
	var rows []row
	width := 0
	for r := range times {
		rows = append(rows, r)
		width = max(width, cells(r.rule.String()))
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(a.rule.Code, b.rule.Code), cmp.Compare(a.level, b.level))
	})
	out := bufio.NewWriter(w)
	paint := painter(f.Colour)
	for _, r := range rows {
		level := paint.paint(levelStyle[r.level], pad(r.level.String(), len("warning")))
		fmt.Fprintf(out, "%5d  %s  %s  %s\n", times[r], level, pad(r.rule.String(), width), r.rule.Title)
	}
	if f.Tally != nil {
		fmt.Fprintln(out, f.Tally.line(len(f.List)))
	}
	return out.Flush()
}
