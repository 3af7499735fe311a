package lsp

import (
	"errors"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// document is one that the editor has open.
type document struct {
	uri, path string
	version   int
	text      *text

	seen *view // what was said last of it; nil before that
}

// view is what lint says of one version of a text.
type view struct {
	text        *text
	findings    []diag.Finding
	diagnostics []diagnostic
	broken      bool  // it does not parse
	locks       bool  // there are locks in it
	last        *view // the last one of a text that does parse, of one that does not
}

// good is the last view of a text that does parse.
func (v *view) good() *view {
	if v == nil || !v.broken {
		return v
	}
	return v.last
}

// look has lint look at a text. Of one that does not parse it says where, and what it said
// of the lines that are still as they were.
func look(path string, t *text, before *view) *view {
	v := &view{text: t, last: before.good()}
	linter := shellkit.Linter{Stdin: strings.NewReader(t.data), StdinName: path, Fault: func(err error) { v.fault(err) }}
	result, err := linter.Lint("-")
	if err != nil {
		v.fault(err)
		return v
	}
	v.locks = result.Locking > 0
	for _, f := range result.Findings {
		if f.Span.File == path {
			v.findings = append(v.findings, f)
			v.diagnostics = append(v.diagnostics, diagnosed(f, t, result.Files))
		}
	}
	if v.broken && v.last != nil {
		v.diagnostics = append(v.diagnostics, carried(v.last, t)...)
	}
	if !v.broken {
		v.last = nil
	}
	return v
}

// fault says why a text could not be looked at. That it is no script needs no word here.
func (v *view) fault(err error) {
	var syntax *shell.SyntaxError
	var host *hosts.Error
	var other *shellkit.NotShellError
	var passed *shellkit.NotLookedAtError
	d := diagnostic{Severity: severityWarning, Source: "lockkit", Message: err.Error()}
	switch {
	case errors.As(err, &other), errors.As(err, &passed):
		return
	case errors.As(err, &syntax):
		v.broken = true
		d.Severity, d.Range, d.Message = severityError, v.text.span(syntax.Span), syntax.Text
		if syntax.Hint != "" {
			d.Message += " (" + syntax.Hint + ")"
		}
	case errors.As(err, &host):
		v.broken = true
		d.Severity, d.Range = severityError, v.text.span(host.Span)
	}
	v.diagnostics = append(v.diagnostics, d)
}

// diagnosed is a finding for an editor.
func diagnosed(f diag.Finding, t *text, files map[string]*source.File) diagnostic {
	d := diagnostic{
		Range: t.span(f.Span), Severity: severityOf(f.Level), Code: f.Rule.String(), Source: "lockkit", Message: f.Message,
		Description: &codeHref{f.Rule.Href()},
	}
	for _, n := range f.Notes {
		at := location{uriOf(n.Span.File), t.span(n.Span)}
		if n.Span.File != f.Span.File {
			file := files[n.Span.File]
			if file == nil {
				continue
			}
			at.Range = newText(string(file.Data)).span(n.Span)
		}
		d.Related = append(d.Related, relatedTo{at, n.Text})
	}
	return d
}

func severityOf(level diag.Level) int {
	return map[diag.Level]int{diag.Error: severityError, diag.Warning: severityWarning, diag.Info: severityInfo, diag.Style: severityHint}[level]
}

// carried are the diagnostics of a text that has become another one, in the lines before
// and behind what has changed.
func carried(v *view, now *text) (out []diagnostic) {
	same := 0
	for same < len(v.text.lines) && same < len(now.lines) && v.text.line(same) == now.line(same) {
		same++
	}
	behind := 0
	for behind < len(v.text.lines)-same && behind < len(now.lines)-same &&
		v.text.line(len(v.text.lines)-1-behind) == now.line(len(now.lines)-1-behind) {
		behind++
	}
	moved := len(now.lines) - len(v.text.lines)
	for _, d := range v.diagnostics {
		switch {
		case d.Code == "": // of the text as it was
			continue
		case d.Range.End.Line < same:
		case d.Range.Start.Line >= len(v.text.lines)-behind:
			d.Range.Start.Line += moved
			d.Range.End.Line += moved
		default:
			continue
		}
		d.Related = nil // their places have moved as well
		out = append(out, d)
	}
	return slices.Clip(out)
}
