package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/lockkit/lockkit/shellkit/diag"
)

// writeCheckstyle is the XML of Checkstyle 4.3, as ShellCheck writes it: level
// style becomes info, which is the least that Checkstyle knows here.
func writeCheckstyle(w io.Writer, f *Findings) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "<?xml version='1.0' encoding='UTF-8'?>\n<checkstyle version='4.3'>\n")
	for _, group := range f.byFile() {
		fmt.Fprintf(out, "<file name='%s' >\n", attribute(group[0].Span.File))
		for _, d := range group {
			fmt.Fprintf(out, "<error line='%d' column='%d' severity='%s' message='%s' source='lockkit.%s' />\n",
				d.Span.Start.Line, f.column(d.Span.File, d.Span.Start),
				min(d.Level, diag.Info), attribute(d.Message), d.Rule.Code)
		}
		fmt.Fprint(out, "</file>\n")
	}
	fmt.Fprint(out, "</checkstyle>\n")
	return out.Flush()
}

// attribute quotes text for an XML attribute; what XML cannot hold at all
// becomes U+FFFD.
func attribute(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < ' ' && !strings.ContainsRune("\t\n\r", r), r == 0xfffe, r == 0xffff:
			b.WriteRune(unicode.ReplacementChar)
		case strings.ContainsRune("&<>'\"", r), !unicode.IsPrint(r):
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
