package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

// The shape is that of GitLab's code quality reports, the part of Code Climate's format that
// GitLab reads: a list of issues, each with a fingerprint that stays when lines move.
type (
	gitlabIssue struct {
		Description string         `json:"description"`
		Check       string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"`
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string      `json:"path"`
		Lines gitlabLines `json:"lines"`
	}
	gitlabLines struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	}
)

// writeGitLab tells also of the files that could not be checked: a report without them would
// say that they got better.
func writeGitLab(w io.Writer, f *Findings) error {
	issues := []gitlabIssue{}
	seen := map[string]int{}
	add := func(check, severity, text, said string, at source.Span) {
		key := check + "\x00" + at.File + "\x00" + said
		seen[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, seen[key]))
		begin := max(1, at.Start.Line)
		issues = append(issues, gitlabIssue{
			Description: text, Check: check, Fingerprint: fmt.Sprintf("%x", sum), Severity: severity,
			Location: gitlabLocation{Path: strings.TrimPrefix(at.File, "./"), Lines: gitlabLines{begin, max(begin, at.End.Line)}},
		})
	}
	for _, d := range f.List {
		line := ""
		if file := f.Files[d.Span.File]; file != nil {
			line = strings.TrimSpace(file.Line(d.Span.Start.Line))
		}
		add(d.Rule.String(), gitlabSeverity(d.Level), d.Message, line, d.Span)
	}
	for _, x := range f.Faults {
		add("not checked", "blocker", x.Message, "", x.Span)
	}
	return encode(w, issues)
}

// gitlabSeverity leaves blocker for files that could not be checked at all.
func gitlabSeverity(level diag.Level) string {
	return map[diag.Level]string{diag.Error: "critical", diag.Warning: "major", diag.Info: "minor", diag.Style: "info"}[level]
}
