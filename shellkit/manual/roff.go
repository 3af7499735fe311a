package manual

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// Roff writes a page for man(1), in the macros of man(7). The same page of the same version
// and date gives the same bytes.
func Roff(w io.Writer, p *Page, version string, date time.Time) error {
	r := roff{}
	r.request("TH", strings.ToUpper(p.Name), p.Section, date.UTC().Format("2006-01-02"), "lockkit "+version, manuals[p.Section])
	r.request("SH", "NAME")
	r.fill(escape(p.Name) + ` \- ` + inline(p.Title))
	for _, s := range p.Sections {
		r.request("SH", s.Heading)
		r.section(s)
	}
	_, err := io.WriteString(w, r.out.String())
	return err
}

// manuals are the headings of the pages of each section.
var manuals = map[string]string{"1": "User Commands", "5": "File Formats", "7": "Miscellaneous"}

type roff struct{ out strings.Builder }

func (r *roff) line(text string) { r.out.WriteString(text + "\n") }

func (r *roff) request(name string, words ...string) {
	line := "." + name
	for _, word := range words {
		line += ` "` + strings.ReplaceAll(escape(word), `"`, `\(dq`) + `"`
	}
	r.line(line)
}

func (r *roff) section(s Section) {
	for i, b := range s.Blocks {
		switch b.Kind {
		case Paragraph:
			if i > 0 {
				r.line(".PP")
			}
			r.fill(inline(b.Text))
		case Item:
			r.line(".TP")
			r.line(guarded(inline(b.Term)))
			r.fill(inline(b.Text))
		case Verbatim:
			if i > 0 {
				r.line(".PP")
			}
			r.line(".RS 4")
			r.line(".nf")
			for _, line := range strings.Split(b.Text, "\n") {
				r.line(guarded(strings.ReplaceAll(escape(line), "-", `\-`)))
			}
			r.line(".fi")
			r.line(".RE")
		}
	}
}

// fill writes text in lines that editors and mandoc's lint are content with.
func (r *roff) fill(text string) {
	for _, line := range Wrap(text, 76) {
		r.line(guarded(line))
	}
}

// guarded keeps a line from being read as a request.
func guarded(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}

// escape makes text stand for itself.
func escape(text string) string {
	var out strings.Builder
	for _, c := range text {
		switch {
		case c == '\\':
			out.WriteString(`\e`)
		case c > '~':
			fmt.Fprintf(&out, `\[u%04X]`, c)
		default:
			out.WriteRune(c)
		}
	}
	return out.String()
}

// What stands between backquotes is set in bold, and so are the name of a page and an
// option.
var marked = regex.Of("`[^`]+`" + `|\b[a-z][a-z_-]*\([1-8]\)|(?:^|[ (/])--?[a-zA-Z][a-z-]*`)

func inline(text string) string {
	var out strings.Builder
	last := 0
	for _, at := range marked().FindAllStringIndex(text, -1) {
		out.WriteString(escape(text[last:at[0]]))
		word := text[at[0]:at[1]]
		switch {
		case word[0] == '`':
			out.WriteString(bold(word[1 : len(word)-1]))
		case strings.HasSuffix(word, ")"):
			paren := strings.IndexByte(word, '(')
			out.WriteString(bold(word[:paren]) + word[paren:])
		default: // an option, with what stands before it
			dash := strings.IndexByte(word, '-')
			out.WriteString(word[:dash] + bold(word[dash:]))
		}
		last = at[1]
	}
	out.WriteString(escape(text[last:]))
	return out.String()
}

func bold(text string) string {
	return `\fB` + strings.ReplaceAll(escape(text), "-", `\-`) + `\fR`
}
