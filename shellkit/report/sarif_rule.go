package report

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
)

// sarifRule is what a viewer shows of a rule. Its page is the help, in Markdown and, for
// viewers that show none, as it is; what stands there under Why is the full description.
func (f *Findings) sarifRule(r *diag.Rule) sarifRule {
	rule := sarifRule{
		ID: r.Code, Name: r.Slug,
		ShortDescription: sarifText{r.Title},
		FullDescription:  sarifText{r.Title + "."},
		HelpURI:          r.Href(),
		Default:          sarifDefault{sarifLevel(r.Level)},
	}
	if f.Page == nil {
		return rule
	}
	page := f.Page(r)
	if why := paragraph(page, "## Why"); why != "" {
		rule.FullDescription.Text += " " + why
	}
	if page != "" {
		rule.Help = &sarifHelp{Text: page, Markdown: page}
	}
	return rule
}

// paragraph is the first one below a heading of a page, as one line.
func paragraph(page, heading string) string {
	_, below, _ := strings.Cut(page, "\n"+heading+"\n")
	text, _, _ := strings.Cut(strings.TrimLeft(below, "\n"), "\n\n")
	return strings.Join(strings.Fields(text), " ")
}
