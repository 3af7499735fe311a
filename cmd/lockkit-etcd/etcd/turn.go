package etcd

import (
	"context"
	"time"

	"go.etcd.io/etcd/client/v3"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// look is how often the queue is looked at where no word of a change comes: the member that
// was to send it may be cut off from the others.
const look = 2 * time.Second

// turn waits until nobody is ahead. The error is that of ctx, errPlaceLost, lockfile's
// ErrBusy, or an *Unable.
func (t *tenure) turn(ctx context.Context, wish flockcmd.Wish, first *bool) error {
	for {
		short, cancel := context.WithTimeout(ctx, t.queue.members.patience)
		answer, err := t.queue.waiters(short)
		cancel()
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case t.isLost() != "":
			return errPlaceLost
		case err != nil && (isFinal(err) || wish.Try):
			return t.queue.refused(ctx, err)
		case err != nil:
			if err := t.pause(ctx); err != nil {
				return err
			}
			continue
		}
		there := false
		for _, kv := range answer.Kvs {
			there = there || kv.CreateRevision == t.revision
		}
		if !there {
			return errPlaceLost
		}
		ahead := t.queue.ahead(answer.Kvs, t.revision, wish.Shared)
		switch {
		case len(ahead) == 0:
			return nil
		case wish.Try:
			return lockfile.ErrBusy
		case *first:
			*first = false
			if wish.Waiting != nil {
				wish.Waiting()
			}
		}
		t.untilGone(ctx, string(ahead[len(ahead)-1].Key), answer.Header.Revision+1)
	}
}

// pause lets a moment pass where etcd says nothing.
func (t *tenure) pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(200 * time.Millisecond):
		return nil
	}
}

// untilGone returns when key was removed at or after revision, or it is time to look again.
func (t *tenure) untilGone(ctx context.Context, key string, revision int64) {
	ctx, cancel := context.WithTimeout(clientv3.WithRequireLeader(ctx), look)
	defer cancel()
	for answer := range t.queue.members.watch(ctx, key, revision) {
		for _, event := range answer.Events {
			if event.Type == clientv3.EventTypeDelete {
				return
			}
		}
		if answer.Err() != nil {
			break
		}
	}
	t.pause(ctx)
}

// watch has the member that answered last tell of changes of key.
func (m *members) watch(ctx context.Context, key string, revision int64) clientv3.WatchChan {
	client, err := m.connect(m.list[m.first.Load()])
	if err != nil {
		none := make(chan clientv3.WatchResponse)
		close(none)
		return none
	}
	return client.Watch(ctx, key, clientv3.WithRev(revision))
}
