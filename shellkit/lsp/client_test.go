package lsp

import (
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"testing"

	"github.com/sourcegraph/jsonrpc2"
)

// client is an editor that does what a test tells it.
type client struct {
	*testing.T
	rpc       *jsonrpc2.Conn
	published chan publishParams
	shown     chan string
	ended     chan bool // whether the conversation ended in due order
	dir       string
}

func newClient(t *testing.T) *client {
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	c := &client{T: t, published: make(chan publishParams, 100), shown: make(chan string, 10), ended: make(chan bool, 1), dir: t.TempDir()}
	go func() {
		orderly, _ := Serve(toServer, fromServer, "1.2.3")
		c.ended <- orderly
	}()
	c.rpc = connect(context.Background(), toClient, fromClient, c)
	t.Cleanup(func() { c.rpc.Close() })
	var p initializeParams
	p.Capabilities.Window.ShowDocument.Support = true
	c.call("initialize", p, nil)
	c.tell("initialized", struct{}{})
	return c
}

// Handle takes what the server says of its own accord.
func (c *client) Handle(ctx context.Context, conn *jsonrpc2.Conn, req *jsonrpc2.Request) {
	var said publishParams
	var page showDocumentParams
	switch {
	case req.Method == "textDocument/publishDiagnostics" && read(req.Params, &said) == nil:
		c.published <- said
	case req.Method == "window/showDocument" && read(req.Params, &page) == nil:
		c.shown <- page.URI
		conn.Reply(ctx, req.ID, map[string]bool{"success": true})
	default:
		c.Errorf("the server says %s", req.Method)
	}
}

func (c *client) call(method string, params, into any) {
	c.Helper()
	if err := c.rpc.Call(context.Background(), method, params, into); err != nil {
		c.Fatalf("%s: %v", method, err)
	}
}

func (c *client) tell(method string, params any) {
	c.Helper()
	if err := c.rpc.Notify(context.Background(), method, params); err != nil {
		c.Fatalf("%s: %v", method, err)
	}
}

func (c *client) uri(name string) string { return uriOf(filepath.Join(c.dir, name)) }

func (c *client) open(name, text string) {
	c.Helper()
	var p openParams
	p.Document.URI, p.Document.Version, p.Document.Text = c.uri(name), 1, text
	c.tell("textDocument/didOpen", p)
}

// change makes a change; a nil stretch is the whole text.
func (c *client) change(name string, version int, at *span, text string) {
	c.Helper()
	c.tell("textDocument/didChange", map[string]any{
		"textDocument":   identifier{c.uri(name), &version},
		"contentChanges": []any{map[string]any{"range": at, "text": text}},
	})
}

// said waits for what is said of one version of a document.
func (c *client) said(name string, version int) []diagnostic {
	c.Helper()
	for {
		select {
		case p := <-c.published:
			if p.URI == c.uri(name) && p.Version == version {
				return p.Diagnostics
			}
		case <-c.Context().Done():
			c.Fatalf("nothing is said of %s, version %d", name, version)
		}
	}
}

// brief is a list of diagnostics as code and stretch.
func brief(list []diagnostic) (out []string) {
	for _, d := range list {
		code := d.Code
		if code == "" {
			code = d.Message
		}
		place, _ := json.Marshal([]int{d.Range.Start.Line, d.Range.Start.Character, d.Range.End.Line, d.Range.End.Character})
		out = append(out, code+" "+string(place))
	}
	return out
}
