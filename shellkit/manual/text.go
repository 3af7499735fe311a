package manual

import (
	"io"
	"strings"
)

// Text writes a page for a terminal, as the help of a command is written.
func Text(w io.Writer, p *Page) error {
	var out strings.Builder
	out.WriteString(p.Name + " - " + p.Title + "\n")
	for _, s := range p.Sections {
		out.WriteString("\n" + strings.ToLower(s.Heading) + ":\n")
		out.WriteString(TextOf(s))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// TextOf is a section's text for a terminal, without its heading.
func TextOf(s Section) string {
	var out strings.Builder
	for i, b := range s.Blocks {
		if i > 0 && (b.Kind != Item || s.Blocks[i-1].Kind != Item) {
			out.WriteString("\n")
		}
		switch b.Kind {
		case Paragraph:
			out.WriteString(indented(Wrap(plain(b.Text), 76), 2))
		case Item:
			out.WriteString(indented([]string{plain(b.Term)}, 2))
			out.WriteString(indented(Wrap(plain(b.Text), 72), 6))
		case Verbatim:
			out.WriteString(indented(strings.Split(b.Text, "\n"), 4))
		}
	}
	return out.String()
}

func plain(text string) string { return strings.ReplaceAll(text, "`", "") }

func indented(lines []string, by int) string {
	var out strings.Builder
	for _, line := range lines {
		if line != "" {
			line = strings.Repeat(" ", by) + line
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

// Wrap breaks text at blanks, so that no line has more than width characters where that
// can be had.
func Wrap(text string, width int) (lines []string) {
	line, wide := "", 0
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		if line != "" && wide+1+n > width {
			lines, line, wide = append(lines, line), "", 0
		}
		if line != "" {
			line, wide = line+" ", wide+1
		}
		line, wide = line+word, wide+n
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
