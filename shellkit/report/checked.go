package report

import (
	"io"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/fix"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Checked is one answer about files, for a program that has to act on it.
type Checked struct {
	Findings             // of all files
	Proofs   []FileProof // of the files that could be read
}

// FileProof is what prove says of one file, and of what the repairs make of it.
type FileProof struct {
	Name    string
	Verdict string // as prove says it
	Bounds  string
	Repair  *ProvedRepair // nil where there is none that prove holds for
	NoFix   string        // why not, where something was found
}

// ProvedRepair is a repaired file for which prove holds.
type ProvedRepair struct {
	Before, After []byte
	Bounds        string
}

// The shape of the answer. Lines and columns are those of json1.
type (
	checkAnswer struct {
		Version  string         `json:"version"`
		Clean    bool           `json:"clean"`
		Code     int            `json:"code"`
		Summary  string         `json:"summary"`
		Files    []checkFile    `json:"files"`
		Findings []checkFinding `json:"findings"`
		Errors   []json1Error   `json:"errors"`
	}
	checkFile struct {
		File    string    `json:"file"`
		Verdict string    `json:"verdict"`
		Bounds  string    `json:"bounds"`
		Fix     *checkFix `json:"fix"`
		NoFix   string    `json:"noFix,omitempty"`
	}
	checkFix struct {
		Diff    string `json:"diff"`
		Text    string `json:"text"`
		Verdict string `json:"verdict"` // always "holds": no other repair is given
		Bounds  string `json:"bounds"`
	}
	checkFinding struct {
		File string `json:"file"`
		json1Range
		Level    string      `json:"level"`
		Rule     string      `json:"rule"`
		Slug     string      `json:"slug"`
		Message  string      `json:"message"`
		Schedule string      `json:"schedule,omitempty"` // the order of steps that shows it, in a sentence
		Notes    []checkNote `json:"notes,omitempty"`
		Advice   string      `json:"advice,omitempty"`
		Page     string      `json:"page"` // where the rule is explained
	}
	checkNote struct {
		File string `json:"file"`
		json1Range
		Text string `json:"text"`
	}
)

// WriteChecked writes the answer as JSON. An error is one of w.
func WriteChecked(w io.Writer, c *Checked) error {
	doc := checkAnswer{
		Version: c.Version, Code: c.Code, Clean: len(c.List) == 0 && len(c.Faults) == 0,
		Files: []checkFile{}, Findings: []checkFinding{}, Errors: []json1Error{},
	}
	doc.Summary = c.summary()
	for _, p := range c.Proofs {
		f := checkFile{File: p.Name, Verdict: p.Verdict, Bounds: p.Bounds, NoFix: p.NoFix}
		if r := p.Repair; r != nil {
			diff := fix.Diff(p.Name, r.Before, r.After)
			f.Fix = &checkFix{Diff: diff, Text: string(r.After), Verdict: "holds", Bounds: r.Bounds}
		}
		doc.Files = append(doc.Files, f)
	}
	for _, d := range c.List {
		doc.Findings = append(doc.Findings, c.checkFinding(d))
	}
	for _, x := range c.Faults {
		doc.Errors = append(doc.Errors, json1Error{x.Span.File, x.Span.Start.Line, x.Span.Start.Column, x.Message})
	}
	return encode(w, doc)
}

func (c *Checked) checkFinding(d diag.Finding) checkFinding {
	f := checkFinding{
		File: d.Span.File, json1Range: c.json1Range(d.Span), Level: d.Level.String(),
		Rule: d.Rule.Code, Slug: d.Rule.Slug, Message: d.Message, Page: d.Rule.Href(),
	}
	if d.Trace != nil {
		f.Schedule = d.Trace.Sentence()
	}
	for _, n := range d.Notes {
		f.Notes = append(f.Notes, checkNote{n.Span.File, c.json1Range(n.Span), n.Text})
	}
	switch {
	case d.Fix != nil:
		f.Advice = d.Fix.Title
	case d.NoFix != "":
		f.Advice = "no mechanical repair: " + d.NoFix
	}
	return f
}

// summary is the answer in a sentence.
func (c *Checked) summary() string {
	switch {
	case len(c.Faults) > 0 && len(c.List) == 0:
		return count(len(c.Faults), "file", "files") + " could not be checked"
	case len(c.List) == 0:
		return "nothing is wrong with the locks"
	}
	text := count(len(c.List), "finding", "findings") + ", the gravest: "
	worst := c.List[0]
	for _, d := range c.List {
		if d.Level < worst.Level {
			worst = d
		}
	}
	return text + placed(worst.Span) + worst.Message + " [" + worst.Rule.String() + "]"
}

func placed(s source.Span) string {
	p := Proof{}
	return p.place(s)
}
