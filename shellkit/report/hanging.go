package report

import "strings"

// hanging writes head, and text behind it. Where the terminal is too narrow for both, the
// text goes on in the next lines, which are set in; width 0 is a line of any length. Head
// may be painted: it takes used cells.
func hanging(b *strings.Builder, head string, used int, text string, width int) {
	const hang = "    "
	b.WriteString(head)
	if text != "" {
		b.WriteString(" " + strings.Join(foldBehind(used+1, text, width, len(hang)), "\n"+hang))
	}
	b.WriteByte('\n')
}

// plainly is hanging for a head that is not painted.
func plainly(b *strings.Builder, head, text string, width int) {
	hanging(b, head, cells(head), text, width)
}
