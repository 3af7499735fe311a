package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/lockkit/lockkit/shellkit/diag"
)

// writeGCC is one line a finding, as compilers write it and editors read it.
// Info and style are notes there, as in ShellCheck.
func writeGCC(w io.Writer, f *Findings) error {
	out := bufio.NewWriter(w)
	for _, d := range f.List {
		fmt.Fprintf(out, "%s:%d:%d: %s: %s [%s]\n", Harmless(d.Span.File), d.Span.Start.Line,
			f.column(d.Span.File, d.Span.Start), gccLevel(d.Level), Harmless(d.Message), d.Rule)
	}
	return out.Flush()
}

func gccLevel(level diag.Level) string {
	switch level {
	case diag.Error, diag.Warning:
		return level.String()
	}
	return "note"
}
