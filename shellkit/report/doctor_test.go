package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/doctor"
)

func TestTheDoctorsVerdictAndItsWidth(t *testing.T) {
	long := strings.Repeat("some words ", 20) + "end"
	fine := doctor.Section{Title: "one", Findings: []doctor.Finding{{Level: doctor.Note, About: "a\x1b[m", Text: long, Hint: long}}}
	ill := doctor.Section{Title: "two", Findings: []doctor.Finding{
		{Level: doctor.Problem, About: "b", Text: "x", Hint: "y"}, {Level: doctor.Problem, About: "c", Text: "x", Hint: "y"},
	}}
	for _, tt := range []struct {
		sections []doctor.Section
		want     string
	}{
		{[]doctor.Section{fine}, "\n\nno problem found\n"},
		{[]doctor.Section{fine, ill}, "\n\n2 problems found\n"},
	} {
		for _, width := range []int{0, 60, 100} {
			var out bytes.Buffer
			if err := Doctor(&out, tt.sections, width == 100, width); err != nil {
				t.Fatal(err)
			}
			text := sequence.ReplaceAllString(out.String(), "")
			if !strings.HasSuffix(text, tt.want) {
				t.Errorf("it ends with %q", text[len(text)-30:])
			}
			if got := widest(text); width > 0 && got > width || width == 0 && !strings.Contains(text, "hint: "+long+"\n") {
				t.Errorf("width %d: %d cells\n%s", width, got, text)
			}
			if strings.Count(text, "end\n") != 2 {
				t.Errorf("width %d: words are missing:\n%s", width, text)
			}
		}
	}
}
