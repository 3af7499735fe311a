package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
)

// writeGitHub is GitHub Actions' workflow commands: what a job prints so becomes
// an annotation at the line. A file that could not be checked has one, too.
func writeGitHub(w io.Writer, f *Findings) error {
	out := bufio.NewWriter(w)
	for _, d := range f.List {
		fmt.Fprintf(out, "::%s file=%s,line=%d,endLine=%d,col=%d", githubLevel(d.Level),
			githubProperty.Replace(Harmless(d.Span.File)), d.Span.Start.Line, d.Span.End.Line,
			f.column(d.Span.File, d.Span.Start))
		if d.Span.Start.Line == d.Span.End.Line { // else GitHub refuses an end column
			fmt.Fprintf(out, ",endColumn=%d", f.column(d.Span.File, d.Span.End))
		}
		fmt.Fprintf(out, ",title=%s::%s\n", githubProperty.Replace(d.Rule.String()), githubText.Replace(Harmless(d.Message)))
	}
	for _, x := range f.Faults {
		line := ""
		if x.Span.Start.Known() {
			line = fmt.Sprintf(",line=%d", x.Span.Start.Line)
		}
		fmt.Fprintf(out, "::error file=%s%s,title=lockkit%%3A not checked::%s\n", githubProperty.Replace(Harmless(x.Span.File)), line, githubText.Replace(Harmless(x.Message)))
	}
	return out.Flush()
}

func githubLevel(level diag.Level) string {
	switch level {
	case diag.Error, diag.Warning:
		return level.String()
	}
	return "notice"
}

// Line ends would have to be escaped too, but Harmless leaves none.
var (
	githubText     = strings.NewReplacer("%", "%25")
	githubProperty = strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C")
)
