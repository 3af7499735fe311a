package rules

import (
	"embed"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

//go:embed lk*.md
var pages embed.FS

// stem is what a rule's files are called, without extension.
func (r *Rule) stem() string {
	return strings.ToLower(r.Code) + "_" + strings.ReplaceAll(r.Slug, "-", "_")
}

// Page returns the rule's documentation, in Markdown, as explain prints it.
func (r *Rule) Page() string {
	text, err := pages.ReadFile(r.stem() + ".md")
	if err != nil {
		return ""
	}
	return string(text)
}

// Example is a script of a rule's page.
type Example struct {
	Section string // "Bad" or "Good"
	Dialect source.Dialect
	Text    string
	Line    int // of its first line in the page
	Want    map[int][]string
}

var (
	heading = regex.Of(`^## (.+)$`)
	fence   = regex.Of("^```([a-z0-9]*)$")
	want    = regex.Of(`# want((?: "[^"]*")+)\s*$`)
	quoted  = regex.Of(`"([^"]*)"`)
)

// Examples returns the scripts that stand under Bad and Good, in order. Want
// maps a line of a script, counted from 1, to the codes that a `# want "LK301"`
// comment on it names.
func (r *Rule) Examples() []Example {
	var out []Example
	var section string
	var open *Example
	for i, line := range strings.Split(r.Page(), "\n") {
		if open != nil {
			if line == "```" {
				open.Want = wants(open.Text)
				out = append(out, *open)
				open = nil
				continue
			}
			open.Text += line + "\n"
			continue
		}
		if m := heading().FindStringSubmatch(line); m != nil {
			section = m[1]
		} else if m := fence().FindStringSubmatch(line); m != nil {
			if d, ok := source.ParseDialect(m[1]); ok && (section == "Bad" || section == "Good") {
				open = &Example{Section: section, Dialect: d, Line: i + 2}
			}
		}
	}
	return out
}

// wants reads the expectations of a script.
func wants(text string) map[int][]string {
	out := map[int][]string{}
	for i, line := range strings.Split(text, "\n") {
		if m := want().FindStringSubmatch(line); m != nil {
			for _, q := range quoted().FindAllStringSubmatch(m[1], -1) {
				out[i+1] = append(out[i+1], q[1])
			}
		}
	}
	return out
}
