package lsp

import (
	"context"
	"slices"
)

// ask puts a document at the end of those that are to be looked at; s.mu is held.
func (s *server) ask(uri string) {
	if !slices.Contains(s.waiting, uri) {
		s.waiting = append(s.waiting, uri)
	}
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// work looks at the documents that wait for it.
func (s *server) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.woken:
		}
		for s.next(ctx) {
		}
	}
}

// next looks at one document and says what there is to say, unless the text has changed
// meanwhile: then it is asked for again already.
func (s *server) next(ctx context.Context) (more bool) {
	s.mu.Lock()
	if len(s.waiting) == 0 || ctx.Err() != nil {
		s.mu.Unlock()
		return false
	}
	uri := s.waiting[0]
	s.waiting = s.waiting[1:]
	d := s.documents[uri]
	if d == nil {
		s.mu.Unlock()
		return true
	}
	path, now, version, before := d.path, d.text, d.version, d.seen
	s.mu.Unlock()

	v := look(path, now, before)
	if s.meanwhile != nil {
		s.meanwhile()
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.documents[uri] != d || d.text != now {
		return true
	}
	d.seen = v
	said := publishParams{URI: uri, Version: version, Diagnostics: v.diagnostics}
	if said.Diagnostics == nil {
		said.Diagnostics = []diagnostic{}
	}
	s.rpc.Notify(ctx, "textDocument/publishDiagnostics", said)
	return true
}
