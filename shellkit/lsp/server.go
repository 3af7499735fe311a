package lsp

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// server is one conversation with an editor.
type server struct {
	version string // lockkit's own
	rpc     *jsonrpc2.Conn
	requests

	mu        sync.Mutex
	documents map[string]*document // by URI
	waiting   []string             // URIs of documents that are to be looked at, in order
	woken     chan struct{}
	shown     bool // the editor can show documents
	shut      bool // it has asked for the end
	over      chan struct{}
	leave     func() // closes over

	meanwhile func() // tests change the text here, while it is looked at
}

// Serve speaks with an editor until it says goodbye, or closes its end; the first tells
// whether it has said so in the order that the protocol wants.
func Serve(in io.Reader, out io.WriteCloser, version string) (orderly bool, err error) {
	s := &server{version: version, documents: map[string]*document{}, woken: make(chan struct{}, 1), over: make(chan struct{})}
	s.leave = sync.OnceFunc(func() { close(s.over) })
	ctx, end := context.WithCancel(context.Background())
	s.mu.Lock() // nothing is done before there is a connection
	s.rpc = connect(ctx, in, out, s)
	s.mu.Unlock()
	var working sync.WaitGroup
	working.Go(func() { s.work(ctx) })
	select {
	case <-s.rpc.DisconnectNotify():
	case <-s.over: // who reads may sit in a read that nothing ends
	}
	s.running.Range(func(_, stop any) bool { stop.(context.CancelFunc)(); return true })
	s.answering.Wait() // what was asked before the goodbye is answered before it
	end()
	working.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shut, nil
}

func (s *server) methods() map[string]method {
	nothing := func(context.Context, *json.RawMessage) (any, error) { return nil, nil }
	return map[string]method{
		"initialize":                       s.initialize,
		"initialized":                      nothing,
		"shutdown":                         s.shutdown,
		"exit":                             s.exit,
		"$/cancelRequest":                  s.cancel,
		"$/setTrace":                       nothing,
		"textDocument/didOpen":             s.didOpen,
		"textDocument/didChange":           s.didChange,
		"textDocument/didSave":             s.didSave,
		"textDocument/didClose":            s.didClose,
		"textDocument/hover":               s.hover,
		"textDocument/codeAction":          s.codeActions,
		"textDocument/codeLens":            s.codeLenses,
		"workspace/executeCommand":         s.execute,
		"workspace/didChangeConfiguration": nothing,
		"workspace/didChangeWatchedFiles":  s.lookAgain,
	}
}

func (s *server) initialize(_ context.Context, params *json.RawMessage) (any, error) {
	var p initializeParams
	if err := read(params, &p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.shown = p.Capabilities.Window.ShowDocument.Support
	s.mu.Unlock()
	type object = map[string]any
	return object{
		"serverInfo": object{"name": "lockkit", "version": s.version},
		"capabilities": object{
			"positionEncoding":       "utf-16",
			"textDocumentSync":       object{"openClose": true, "change": 2, "save": object{"includeText": false}},
			"hoverProvider":          true,
			"codeActionProvider":     object{"codeActionKinds": []string{"quickfix"}},
			"codeLensProvider":       object{"resolveProvider": false},
			"executeCommandProvider": object{"commands": []string{proveCommand}},
		},
	}, nil
}

func (s *server) shutdown(context.Context, *json.RawMessage) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut = true
	return nil, nil
}

func (s *server) exit(context.Context, *json.RawMessage) (any, error) {
	s.leave()
	return nil, nil
}

func (s *server) didOpen(_ context.Context, params *json.RawMessage) (any, error) {
	var p openParams
	if err := read(params, &p); err != nil {
		return nil, err
	}
	d := p.Document
	s.mu.Lock()
	defer s.mu.Unlock()
	s.documents[d.URI] = &document{uri: d.URI, path: pathOf(d.URI), version: d.Version, text: newText(d.Text)}
	s.ask(d.URI)
	return nil, nil
}

func (s *server) didChange(_ context.Context, params *json.RawMessage) (any, error) {
	var p changeParams
	if err := read(params, &p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.documents[p.Document.URI]
	if d == nil {
		return nil, nil
	}
	for _, c := range p.Changes {
		if c.Range == nil {
			d.text = newText(c.Text)
			continue
		}
		from := d.text.offset(c.Range.Start)
		to := max(from, d.text.offset(c.Range.End))
		d.text = newText(d.text.data[:from] + c.Text + d.text.data[to:])
	}
	if p.Document.Version != nil {
		d.version = *p.Document.Version
	}
	s.ask(d.uri)
	return nil, nil
}

// didSave looks again at all documents: what one sources may have been saved.
func (s *server) didSave(ctx context.Context, params *json.RawMessage) (any, error) {
	return s.lookAgain(ctx, params)
}

func (s *server) lookAgain(context.Context, *json.RawMessage) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, uri := range slices.Sorted(maps.Keys(s.documents)) {
		s.ask(uri)
	}
	return nil, nil
}

func (s *server) didClose(ctx context.Context, params *json.RawMessage) (any, error) {
	var p documentParams
	if err := read(params, &p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	delete(s.documents, p.Document.URI)
	s.mu.Unlock()
	return nil, s.rpc.Notify(ctx, "textDocument/publishDiagnostics", publishParams{URI: p.Document.URI, Diagnostics: []diagnostic{}})
}
