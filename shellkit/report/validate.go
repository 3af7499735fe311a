package report

import (
	"bufio"
	"fmt"
	"io"
)

// A Check is one thing that was looked at in a file, and how it went.
type Check struct {
	What, Outcome, Text string // Outcome is "ok", "failed" or "unknown"
}

var checkStyles = map[string]style{"ok": green, "failed": red, "unknown": yellow}

// Checks writes a line for each check of a file. An error is one of out.
func Checks(out io.Writer, name string, checks []Check, colour bool) error {
	b := bufio.NewWriter(out)
	p := painter(colour)
	for _, c := range checks {
		fmt.Fprintf(b, "%s: %s %s  %s\n", Harmless(name),
			p.paint(checkStyles[c.Outcome], pad(c.Outcome, 7)), pad(c.What, 11), Harmless(c.Text))
	}
	return b.Flush()
}
