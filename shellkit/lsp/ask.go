package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/rules"
)

// viewOf is what was said of a document, if that is still what it is about.
func (s *server) viewOf(uri string) (*document, *view) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.documents[uri]
	if d == nil || d.seen == nil || d.seen.text != d.text {
		return nil, nil
	}
	copied := *d
	return &copied, d.seen
}

// hover shows the pages of the rules that have found something at a place.
func (s *server) hover(_ context.Context, params *json.RawMessage) (any, error) {
	var p placeParams
	if err := read(params, &p); err != nil {
		return nil, err
	}
	_, v := s.viewOf(p.Document.URI)
	if v == nil {
		return nil, nil
	}
	var pages []string
	var where span
	for _, f := range v.findings {
		at := v.text.span(f.Span)
		if !at.touches(span{p.Position, p.Position}) {
			continue
		}
		where = at
		page := fmt.Sprintf("**%s**: %s\n\n%s", f.Rule, f.Message, rules.ByName(f.Rule.Code).Page())
		if !slices.Contains(pages, page) {
			pages = append(pages, page)
		}
	}
	if len(pages) == 0 {
		return nil, nil
	}
	return hover{Contents: markup{"markdown", strings.Join(pages, "\n\n---\n\n")}, Range: where}, nil
}

// codeActions are the repairs that lint offers for what was found in a stretch, and a
// directive for each finding.
func (s *server) codeActions(_ context.Context, params *json.RawMessage) (any, error) {
	var p actionParams
	if err := read(params, &p); err != nil {
		return nil, err
	}
	actions := []codeAction{}
	d, v := s.viewOf(p.Document.URI)
	if v == nil {
		return actions, nil
	}
	for _, f := range v.findings {
		if !v.text.span(f.Span).touches(p.Range) {
			continue
		}
		about := []diagnostic{diagnosed(f, v.text, nil)}
		if edits, ok := v.repair(f); ok {
			actions = append(actions, codeAction{
				Title: f.Fix.Title, Kind: "quickfix", Diagnostics: about, Preferred: true,
				Edit: workspaceEdit{map[string][]textEdit{d.uri: edits}},
			})
		}
		if edit, ok := v.directive(d.path, f); ok {
			actions = append(actions, codeAction{
				Title: "say that " + f.Rule.String() + " is meant here", Kind: "quickfix", Diagnostics: about,
				Edit: workspaceEdit{map[string][]textEdit{d.uri: {edit}}},
			})
		}
	}
	return actions, nil
}

// repair is the repair of a finding, where one is offered in this very text.
func (v *view) repair(f diag.Finding) (edits []textEdit, ok bool) {
	if f.Fix == nil || len(f.Fix.Edits) == 0 {
		return nil, false
	}
	for _, e := range f.Fix.Edits {
		if e.Span.File != f.Span.File {
			return nil, false
		}
		from, to := v.text.at(e.Span.Start.Offset), v.text.at(e.Span.End.Offset)
		edits = append(edits, textEdit{span{from, to}, e.New})
	}
	return edits, true
}

// directive is the comment that silences a finding, where it does: behind its line, or on a
// line of its own before it.
func (v *view) directive(path string, f diag.Finding) (edit textEdit, ok bool) {
	line := v.text.at(f.Span.Start.Offset).Line
	words := v.text.line(line)
	indent := words[:len(words)-len(strings.TrimLeft(words, " \t"))]
	comment := "# lockkit disable=" + f.Rule.Code
	end := v.text.at(v.text.end(line))
	for _, e := range []textEdit{
		{span{position{Line: line}, position{Line: line}}, indent + comment + "\n"},
		{span{end, end}, " " + comment},
	} {
		if v.silences(path, e, f) {
			return e, true
		}
	}
	return textEdit{}, false
}

// silences tries whether a finding, and nothing else, goes away with an edit.
func (v *view) silences(path string, e textEdit, f diag.Finding) bool {
	at := v.text.offset(e.Range.Start)
	after := v.text.data[:at] + e.NewText + v.text.data[at:]
	broken := false
	linter := shellkit.Linter{
		Stdin: strings.NewReader(after), StdinName: path, Repairs: shellkit.IgnoreRepairs, Fault: func(error) { broken = true },
	}
	result, err := linter.Lint("-")
	if err != nil || broken {
		return false
	}
	count := func(list []diag.Finding, code string) (n int) {
		for i := range list {
			if list[i].Rule.Code == code && list[i].Span.File == path {
				n++
			}
		}
		return n
	}
	return count(result.Findings, f.Rule.Code) < count(v.findings, f.Rule.Code) &&
		count(result.Findings, "LK901") <= count(v.findings, "LK901")
}

// codeLenses offer to prove a script with locks.
func (s *server) codeLenses(_ context.Context, params *json.RawMessage) (any, error) {
	var p documentParams
	if err := read(params, &p); err != nil {
		return nil, err
	}
	_, v := s.viewOf(p.Document.URI)
	if v == nil || !v.locks {
		return []codeLens{}, nil
	}
	return []codeLens{{Command: command{"prove: try every order of steps", proveCommand, []string{p.Document.URI}}}}, nil
}

const (
	proveCommand     = "lockkit.prove"
	requestCancelled = -32800 // the protocol's own code
)

// execute does what a lens offers.
func (s *server) execute(ctx context.Context, params *json.RawMessage) (any, error) {
	var p commandParams
	if err := read(params, &p); err != nil {
		return nil, err
	}
	var uri string
	if p.Command != proveCommand || len(p.Arguments) != 1 || json.Unmarshal(p.Arguments[0], &uri) != nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: fmt.Sprintf("the command is %s, and its argument a document", proveCommand)}
	}
	s.mu.Lock()
	d, shown := s.documents[uri], s.shown
	var path, data string
	if d != nil {
		path, data = d.path, d.text.data
	}
	s.mu.Unlock()
	if d == nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: fmt.Sprintf("%s is not open", uri)}
	}
	var page bytes.Buffer
	var verdict string
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, err = safely(func(context.Context, *json.RawMessage) (_ any, err error) {
			verdict, err = proved(path, data, s.version, &page)
			return nil, err
		}, ctx, nil)
	}()
	select {
	case <-done:
	case <-ctx.Done(): // what is explored then, nobody waits for
		return nil, &jsonrpc2.Error{Code: requestCancelled, Message: "given up"}
	}
	if err != nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: fmt.Sprintf("%s", err)}
	}
	file, err := keep(page.Bytes())
	if err != nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: fmt.Sprintf("the page cannot be written: %s", err)}
	}
	if shown {
		if err := s.rpc.Call(ctx, "window/showDocument", showDocumentParams{uriOf(file), true}, nil); err == nil {
			return map[string]string{"verdict": verdict, "page": uriOf(file)}, nil
		}
	}
	s.rpc.Notify(ctx, "window/showMessage", showMessageParams{severityInfo, fmt.Sprintf("%s: %s; the page is %s", path, verdict, file)})
	return map[string]string{"verdict": verdict, "page": uriOf(file)}, nil
}
