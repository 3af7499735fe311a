package report

import (
	"fmt"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// stacked draws a schedule on a terminal that is too narrow for a column of text for each
// process: their steps stand below each other, the letter of the process before each, and
// only the bars of those that are inside have columns. What the kernel makes of a step
// stands behind it where there is room, else below.
func (d *drawing) stacked(b *strings.Builder) {
	b.WriteString("     ")
	for p := 1; p <= d.Processes; p++ {
		b.WriteString(" " + d.paint.paint(bold, prove.Letter(p)))
	}
	b.WriteByte('\n')
	for p := 1; p <= d.Processes; p++ {
		if d.names[p] != prove.Letter(p) { // it runs a script of its own
			fmt.Fprintf(b, "      %s\n", d.names[p])
		}
	}
	room := 0
	for i, s := range d.Steps {
		if used := cells(d.text[i]) + cells(Harmless(s.Effect)) + 2; d.lead()+used <= d.width {
			room = max(room, cells(d.text[i]))
		}
	}
	for i, s := range d.Steps {
		d.stackedStep(b, i, s, room)
	}
}

// lead is how much stands before the text of a step, in cells.
func (d *drawing) lead() int { return len("1234 ") + 2*d.Processes + len("  A  ") }

func (d *drawing) stackedStep(b *strings.Builder, i int, s diag.Step, room int) {
	bars := ""
	for p := 1; p <= d.Processes; p++ {
		bar := " "
		if contains(s.Inside, p) {
			bar = d.paint.paint(red, "┃")
		}
		bars += " " + bar
	}
	row := fmt.Sprintf("%s  %s  ", bars, d.paint.paint(bold, prove.Letter(s.Process)))
	effect := Harmless(s.Effect)
	text := pad(d.text[i], room)
	if effect != "" && d.lead()+cells(text)+2+cells(effect) <= d.width {
		fmt.Fprintf(b, "%4d %s%s  %s\n", i+1, row, text, d.paint.paint(faint, effect))
		return
	}
	fmt.Fprintf(b, "%4d %s%s\n", i+1, row, clip(d.text[i], max(20, d.width-d.lead())))
	if effect == "" {
		return
	}
	for _, line := range fold(effect, d.width-d.lead()-2) {
		fmt.Fprintf(b, "     %s       %s\n", bars, d.paint.paint(faint, line))
	}
}
