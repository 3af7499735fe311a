package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

// The types are the part of SARIF 2.1.0 (OASIS, errata 01) that findings need.
// They are our own because the library at hand links a schema validator, whose
// set-up would double the time that `lockkit flock` takes to start; the tests
// use that library, and its schema, to check what is written here.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
		Properties *sarifProof   `json:"properties,omitempty"`

		Invocations []sarifInvocation `json:"invocations,omitempty"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Code          int                 `json:"exitCode"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		Name             string       `json:"name"`
		ShortDescription sarifText    `json:"shortDescription"`
		FullDescription  sarifText    `json:"fullDescription"`
		HelpURI          string       `json:"helpUri"`
		Help             *sarifHelp   `json:"help,omitempty"`
		Default          sarifDefault `json:"defaultConfiguration"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
		CodeFlows []sarifCodeFlow `json:"codeFlows,omitempty"`
		Fixes     []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted *sarifText  `json:"insertedContent,omitempty"`
	}
)

func writeSARIF(w io.Writer, f *Findings) error { return encodeSARIF(w, f.sarifRun()) }

func encodeSARIF(w io.Writer, run sarifRun) error {
	return encode(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

func (f *Findings) sarifRun() sarifRun {
	driver := sarifDriver{
		Name: "lockkit", Version: f.Version,
		InformationURI: diag.Home,
		Rules:          []sarifRule{},
	}
	index := map[*diag.Rule]int{}
	results := []sarifResult{}
	for _, d := range f.List {
		if _, seen := index[d.Rule]; !seen {
			index[d.Rule] = len(driver.Rules)
			driver.Rules = append(driver.Rules, f.sarifRule(d.Rule))
		}
		results = append(results, f.sarifResult(d, index[d.Rule]))
	}
	return sarifRun{Tool: sarifTool{driver}, ColumnKind: "unicodeCodePoints", Results: results, Invocations: f.sarifInvocations()}
}

// sarifInvocations tells how the run has ended, and of the files that could not be checked:
// a run without results is no clean bill for them.
func (f *Findings) sarifInvocations() []sarifInvocation {
	call := sarifInvocation{Code: f.Code, Successful: len(f.Faults) == 0}
	for _, x := range f.Faults {
		call.Notifications = append(call.Notifications, sarifNotification{
			Level: "error", Message: sarifText{x.Message}, Locations: []sarifLocation{{Physical: f.sarifPhysical(x.Span)}},
		})
	}
	return []sarifInvocation{call}
}

func (f *Findings) sarifResult(d diag.Finding, ruleIndex int) sarifResult {
	result := sarifResult{
		RuleID: d.Rule.Code, RuleIndex: ruleIndex,
		Level:     sarifLevel(d.Level),
		Message:   sarifText{d.Message},
		Locations: []sarifLocation{{Physical: f.sarifPhysical(d.Span)}},
		CodeFlows: f.sarifFlow(d.Trace),
	}
	for i, note := range d.Notes {
		result.Related = append(result.Related, sarifLocation{
			ID: i + 1, Physical: f.sarifPhysical(note.Span), Message: &sarifText{note.Text},
		})
	}
	if d.Fix != nil && len(d.Fix.Edits) > 0 {
		result.Fixes = []sarifFix{{sarifText{d.Fix.Title}, f.sarifChanges(d.Fix.Edits)}}
	}
	return result
}

// sarifChanges groups edits by file: one artifactChange each, in first-seen order.
func (f *Findings) sarifChanges(edits []diag.Edit) []sarifChange {
	var changes []sarifChange
	index := map[string]int{}
	for _, edit := range edits {
		i, seen := index[edit.Span.File]
		if !seen {
			i = len(changes)
			index[edit.Span.File] = i
			changes = append(changes, sarifChange{Artifact: sarifURI(edit.Span.File)})
		}
		replacement := sarifReplacement{Deleted: f.sarifRegion(edit.Span)}
		if edit.New != "" {
			replacement.Inserted = &sarifText{edit.New}
		}
		changes[i].Replacements = append(changes[i].Replacements, replacement)
	}
	return changes
}

func (f *Findings) sarifPhysical(span source.Span) sarifPhysical {
	physical := sarifPhysical{Artifact: sarifURI(span.File)}
	if span.Start.Known() {
		region := f.sarifRegion(span)
		physical.Region = &region
	}
	return physical
}

func (f *Findings) sarifRegion(span source.Span) sarifRegion {
	return sarifRegion{
		StartLine: span.Start.Line, StartColumn: f.column(span.File, span.Start),
		EndLine: span.End.Line, EndColumn: f.column(span.File, span.End),
	}
}

// sarifURI makes a reference of a path: an absolute one gets its scheme, and a
// relative one stays relative to where the viewer has its sources. Whatever RFC
// 3986 does not let stand for itself everywhere is escaped.
func sarifURI(name string) sarifArtifact {
	var b strings.Builder
	if filepath.IsAbs(name) {
		b.WriteString("file://")
	}
	for _, c := range []byte(filepath.ToSlash(name)) {
		if unescaped(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return sarifArtifact{b.String()}
}

func unescaped(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("-._~/", c) >= 0
}

func sarifLevel(level diag.Level) string {
	switch level {
	case diag.Error, diag.Warning:
		return level.String()
	}
	return "note"
}
