package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// A method answers a request, or takes note of a notification, which has no answer.
type method func(ctx context.Context, params *json.RawMessage) (answer any, err error)

// slow are the requests that are answered while others come in.
var slow = map[string]bool{"textDocument/codeAction": true, "workspace/executeCommand": true}

// Handle takes messages in the order in which they come, each before the next is read, but
// for slow requests.
func (s *server) Handle(ctx context.Context, conn *jsonrpc2.Conn, req *jsonrpc2.Request) {
	do, known := s.methods()[req.Method]
	switch {
	case req.Notif && known:
		do(ctx, req.Params)
	case req.Notif: // the protocol lets it be passed over
	case known && !slow[req.Method]:
		answer, err := safely(do, ctx, req.Params)
		s.reply(ctx, conn, req.ID, answer, err)
	case known:
		ctx, cancel := context.WithCancel(ctx)
		s.running.Store(req.ID.String(), cancel)
		s.answering.Go(func() {
			defer cancel()
			defer s.running.Delete(req.ID.String())
			answer, err := safely(do, ctx, req.Params)
			s.reply(ctx, conn, req.ID, answer, err)
		})
	default:
		s.reply(ctx, conn, req.ID, nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "there is no method " + req.Method})
	}
}

// safely does a method; that lockkit itself fails is an answer, too.
func safely(do method, ctx context.Context, params *json.RawMessage) (answer any, err error) {
	defer func() {
		if v := recover(); v != nil {
			answer, err = nil, fmt.Errorf("internal error: %v", v)
		}
	}()
	return do(ctx, params)
}

// reply answers a request; where the editor has gone, nobody misses the answer.
func (s *server) reply(ctx context.Context, conn *jsonrpc2.Conn, id jsonrpc2.ID, answer any, err error) {
	var told *jsonrpc2.Error
	switch {
	case err == nil:
		conn.Reply(context.WithoutCancel(ctx), id, answer)
	case errors.As(err, &told):
		conn.ReplyWithError(context.WithoutCancel(ctx), id, told)
	default:
		conn.ReplyWithError(context.WithoutCancel(ctx), id, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: err.Error()})
	}
}

// read takes the parameters of a message.
func read(params *json.RawMessage, into any) error {
	if params == nil {
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: "there are no parameters"}
	}
	if err := json.Unmarshal(*params, into); err != nil {
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
	}
	return nil
}

// streams are the two ends of a conversation as one.
type streams struct {
	io.Reader
	io.WriteCloser
}

// connect begins the conversation. Messages are framed as the protocol wants it, by a header
// with their length.
func connect(ctx context.Context, in io.Reader, out io.WriteCloser, h jsonrpc2.Handler) *jsonrpc2.Conn {
	stream := jsonrpc2.NewBufferedStream(streams{in, out}, jsonrpc2.VSCodeObjectCodec{})
	return jsonrpc2.NewConn(ctx, stream, h, jsonrpc2.SetLogger(log.New(io.Discard, "", 0)))
}

// requests are the requests that are being answered, and how each is cancelled.
type requests struct {
	running   sync.Map // identifier, as text, to context.CancelFunc
	answering sync.WaitGroup
}

// cancel gives a request up that the editor does not want an answer to any more.
func (s *server) cancel(_ context.Context, params *json.RawMessage) (any, error) {
	var p struct {
		ID jsonrpc2.ID `json:"id"`
	}
	if err := read(params, &p); err != nil {
		return nil, err
	}
	if stop, ok := s.running.Load(p.ID.String()); ok {
		stop.(context.CancelFunc)()
	}
	return nil, nil
}
