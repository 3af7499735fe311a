package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/lockkit/lockkit/shellkit/doctor"
)

var doctorWords = map[doctor.Level]struct {
	word  string
	style style
}{
	doctor.Fine:    {"ok", green},
	doctor.Note:    {"note", yellow},
	doctor.Problem: {"problem", red},
}

// Doctor writes what was found, section by section. width is that of the terminal;
// 0 where lines may be of any length. An error is one of out.
func Doctor(out io.Writer, sections []doctor.Section, colour bool, width int) error {
	b := bufio.NewWriter(out)
	p := painter(colour)
	problems := 0
	for _, s := range sections {
		fmt.Fprintln(b, p.paint(bold, Harmless(s.Title)))
		wide := 0
		for _, f := range s.Findings {
			wide = max(wide, cells(Harmless(f.About)))
		}
		const before = 2 + 7 + 1 + 2 // cells of a line that are neither about nor text
		room := 0
		if width > 0 {
			room = max(1, width-before-wide-1)
		}
		hang := strings.Repeat(" ", before+wide)
		for _, f := range s.Findings {
			if f.Level == doctor.Problem {
				problems++
			}
			level := doctorWords[f.Level]
			text := fold(Harmless(f.Text), room)
			fmt.Fprintf(b, "  %s %s  %s\n", p.paint(level.style, pad(level.word, 7)), pad(Harmless(f.About), wide), strings.Join(text, "\n"+hang))
			if f.Hint != "" {
				hint := fold("hint: "+Harmless(f.Hint), room)
				hint[0] = p.paint(green, "hint:") + strings.TrimPrefix(hint[0], "hint:")
				fmt.Fprintf(b, "%s%s\n", hang, strings.Join(hint, "\n"+hang+"  "))
			}
		}
		fmt.Fprintln(b)
	}
	verdict := p.paint(green, "no problem found")
	if problems > 0 {
		verdict = p.paint(red, count(problems, "problem", "problems")+" found")
	}
	fmt.Fprintln(b, verdict)
	return b.Flush()
}

// DoctorJSON writes an array of sections, each with its findings. An error is one
// of out.
func DoctorJSON(out io.Writer, sections []doctor.Section) error {
	type finding struct {
		Level string `json:"level"` // ok, note or problem
		About string `json:"about"`
		Text  string `json:"text"`
		Hint  string `json:"hint,omitempty"`
	}
	type section struct {
		Title    string    `json:"title"`
		Findings []finding `json:"findings"`
	}
	doc := []section{}
	for _, s := range sections {
		j := section{s.Title, []finding{}}
		for _, f := range s.Findings {
			j.Findings = append(j.Findings, finding{doctorWords[f.Level].word, f.About, f.Text, f.Hint})
		}
		doc = append(doc, j)
	}
	return writeHarmlessJSON(out, doc)
}

// Leftovers writes what became of the files in a lock directory. dry says that
// nothing was removed yet. An error is one of out.
func Leftovers(out io.Writer, list []doctor.Leftover, dry bool) error {
	b := bufio.NewWriter(out)
	removed := 0
	for _, l := range list {
		switch {
		case !l.Removed:
			fmt.Fprintf(b, "kept     %s: %s\n", Harmless(l.Name), Harmless(l.Why))
			continue
		case dry:
			fmt.Fprintf(b, "leftover %s\n", Harmless(l.Name))
		default:
			fmt.Fprintf(b, "removed  %s\n", Harmless(l.Name))
		}
		removed++
	}
	kept := len(list) - removed
	if dry {
		fmt.Fprintf(b, "%d would be removed, %d kept; --remove does it\n", removed, kept)
	} else {
		fmt.Fprintf(b, "%d removed, %d kept\n", removed, kept)
	}
	return b.Flush()
}
