package etcd

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
)

// members are the members of one cluster. Each is asked through a connection of its own.
type members struct {
	settings
	list []*member
	// first is the one that answered last, and is asked first.
	first atomic.Int32
}

// member is one of them.
type member struct {
	address string
	making  sync.Mutex
	client  *clientv3.Client
	// term is the leader's that a majority followed when this member was read from last.
	term atomic.Uint64
}

func newMembers(s settings) *members {
	m := &members{settings: s}
	for _, address := range s.endpoints {
		m.list = append(m.list, &member{address: address})
	}
	return m
}

// One who has lost sight of a member soon tries it again: the network may be back.
var impatient = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: .2, MaxDelay: time.Second},
	MinConnectTimeout: 2 * time.Second,
}

// connect makes the client when the member is first asked. Where there is a user it asks
// the member for a token, so that may fail and is tried again.
func (m *members) connect(one *member) (*clientv3.Client, error) {
	one.making.Lock()
	defer one.making.Unlock()
	if one.client != nil {
		return one.client, nil
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{m.url(one)}, TLS: m.tls,
		Username: m.user, Password: m.password,
		DialTimeout:          min(m.patience, 2*time.Second),
		DialKeepAliveTime:    10 * time.Second,
		DialKeepAliveTimeout: 2 * time.Second,
		MaxUnaryRetries:      2, // one for a token that has run out
		Logger:               zap.NewNop(),
		DialOptions:          []grpc.DialOption{grpc.WithConnectParams(impatient)},
	})
	if err != nil {
		return nil, err
	}
	one.client = client
	return client, nil
}

func (m *members) url(one *member) string {
	if m.tls != nil {
		return "https://" + one.address
	}
	return "http://" + one.address
}

// hearing is what one member is given before the next is asked as well.
func (m *members) hearing() time.Duration { return min(m.patience/5, 500*time.Millisecond) }

// ask puts one question to the members: to the one that answered last, and to the next where
// one fails or has not answered within its hearing. The first answer counts. A question may
// reach several members, so asking twice must do no more than asking once. The error is that
// of a member, or of ctx where none has said anything.
func ask[T any](ctx context.Context, m *members, question func(context.Context, *member, *clientv3.Client) (T, error)) (T, error) {
	type answer struct {
		from  int32
		value T
		err   error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan answer, len(m.list))
	begin := m.first.Load()
	put := func(turn int) {
		from := (begin + int32(turn)) % int32(len(m.list))
		one := m.list[from]
		go func() {
			client, err := m.connect(one)
			a := answer{from: from, err: err}
			if err == nil {
				a.value, a.err = question(ctx, one, client)
			}
			answers <- a
		}()
	}
	put(0)
	var none T
	var failed error
	for asked, heard := 1, 0; ; {
		next := time.NewTimer(m.hearing())
		if asked == len(m.list) {
			next.Stop()
		}
		select {
		case a := <-answers:
			heard++
			if a.err == nil || isFinal(a.err) {
				m.first.Store(a.from)
				return a.value, a.err
			}
			if failed == nil || ctx.Err() == nil {
				failed = &memberError{m.list[a.from].address, a.err}
			}
			switch {
			case asked < len(m.list):
				put(asked)
				asked++
			case heard == asked:
				return none, failed
			}
		case <-next.C:
			put(asked)
			asked++
		case <-ctx.Done():
			if failed == nil {
				failed = context.Cause(ctx)
			}
			return none, failed
		}
		next.Stop()
	}
}

// insist asks again and again until there is an answer or ctx ends.
func insist[T any](ctx context.Context, m *members, question func(context.Context, *member, *clientv3.Client) (T, error)) (T, error) {
	for {
		value, err := ask(ctx, m, question)
		if err == nil || isFinal(err) || ctx.Err() != nil {
			return value, err
		}
		select {
		case <-ctx.Done():
			return value, err
		case <-time.After(100 * time.Millisecond):
		}
	}
}
