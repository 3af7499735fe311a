package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/lockkit/lockkit/shellkit/fix"
)

// Change is a file and what the offered repairs make of it.
type Change struct {
	Name          string
	Before, After []byte
}

// writeDiff writes what the repairs change as one patch. Its bytes are those of
// the files, so that it applies; in colour it is for eyes, and harmless.
func writeDiff(w io.Writer, f *Findings) error {
	out := bufio.NewWriter(w)
	for _, c := range f.Changes {
		text := fix.Diff(c.Name, c.Before, c.After)
		if !f.Colour {
			fmt.Fprint(out, text)
			continue
		}
		for line := range strings.Lines(text) {
			fmt.Fprintln(out, painter(true).paint(diffStyle(line), Harmless(strings.TrimSuffix(line, "\n"))))
		}
	}
	return out.Flush()
}

func diffStyle(line string) style {
	switch {
	case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"):
		return bold
	case line[0] == '@':
		return magenta
	case line[0] == '-':
		return red
	case line[0] == '+':
		return green
	}
	return plain
}
