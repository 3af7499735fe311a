package etcd

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"go.etcd.io/etcd/client/v3"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// errPlaceLost says that the key is gone: the lease ran out, or somebody removed it.
var errPlaceLost = errors.New("the place in the queue is lost")

// tenure is one key and its lease, from the queue to the release.
type tenure struct {
	queue    *queue
	clock    flockcmd.Clock
	note     note
	id       clientv3.LeaseID
	key      string
	revision int64 // at which the key was created

	news chan flockcmd.News // has room for one: what is newest, and what is lost stays
	over chan struct{}      // closed by Release
	end  sync.Once
	work sync.WaitGroup

	mutex   sync.Mutex
	renewal flockcmd.Renewal
	lost    string
}

func (t *tenure) Fence() int64 { return t.revision }

func (t *tenure) News() <-chan flockcmd.News { return t.news }

func (t *tenure) Renewal() flockcmd.Renewal {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.renewal
}

// grant gets the lease. It is counted from before the first member was asked.
func (t *tenure) grant(ctx context.Context, ttl time.Duration) error {
	m := t.queue.members
	at := t.clock.Now()
	granted, err := insist(ctx, m, func(ctx context.Context, one *member, client *clientv3.Client) (time.Duration, error) {
		if err := checkVersion(ctx, m, one, client); err != nil {
			return 0, err
		}
		answer, err := clientv3.RetryLeaseClient(client).LeaseGrant(ctx,
			&etcdserverpb.LeaseGrantRequest{ID: int64(t.id), TTL: int64(ttl / time.Second)})
		if errors.Is(rpctypes.Error(err), rpctypes.ErrLeaseExist) {
			return ttl, nil // another member was quicker
		}
		if err != nil {
			return 0, rpctypes.Error(err)
		}
		return time.Duration(answer.TTL) * time.Second, nil
	})
	t.renewal = flockcmd.Renewal{At: at, TTL: granted}
	return err
}

// put queues up. The key is there once, however often this is asked for.
func (t *tenure) put(ctx context.Context) error {
	revision, err := insist(ctx, t.queue.members, func(ctx context.Context, _ *member, client *clientv3.Client) (int64, error) {
		answer, err := client.Txn(ctx).
			If(clientv3.Compare(clientv3.CreateRevision(t.key), "=", 0)).
			Then(clientv3.OpPut(t.key, t.note.text(), clientv3.WithLease(t.id))).
			Else(clientv3.OpGet(t.key)).
			Commit()
		switch {
		case err != nil:
			return 0, err
		case answer.Succeeded:
			return answer.Header.Revision, nil
		}
		if keys := answer.Responses[0].GetResponseRange().Kvs; len(keys) == 1 {
			return keys[0].CreateRevision, nil
		}
		return 0, errPlaceLost
	})
	t.revision = revision
	return err
}

// noteSince writes down when the lock was got, for who looks; nobody waits for that.
func (t *tenure) noteSince() {
	t.note.Since = time.Now().Unix()
	t.work.Go(func() {
		ctx, cancel := t.context(time.Second)
		defer cancel()
		ask(ctx, t.queue.members, func(ctx context.Context, _ *member, client *clientv3.Client) (*clientv3.TxnResponse, error) {
			return client.Txn(ctx).
				If(clientv3.Compare(clientv3.CreateRevision(t.key), "=", t.revision)).
				Then(clientv3.OpPut(t.key, t.note.text(), clientv3.WithLease(t.id))).
				Commit()
		})
	})
}

// context ends with the tenure, or after limit.
func (t *tenure) context(limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	stop := make(chan struct{})
	go func() {
		select {
		case <-t.over:
			cancel()
		case <-stop:
		}
	}()
	var once sync.Once
	return ctx, func() { cancel(); once.Do(func() { close(stop) }) }
}

// farewell is how long a lock is tried to be given back where etcd does not answer.
const farewell = 2 * time.Second

// Release is flockcmd's Tenure.Release: with the lease the key is gone.
func (t *tenure) Release() error {
	t.end.Do(func() { close(t.over) })
	t.work.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), min(t.queue.members.patience, farewell))
	defer cancel()
	_, err := insist(ctx, t.queue.members, func(ctx context.Context, _ *member, client *clientv3.Client) (any, error) {
		_, err := client.Revoke(ctx, t.id)
		if errors.Is(err, rpctypes.ErrLeaseNotFound) {
			return nil, nil
		}
		return nil, err
	})
	return err
}
