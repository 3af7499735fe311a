package etcd

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"go.etcd.io/etcd/client/v3"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// queue is the lock called name: a folder of keys, and who created his first has the lock.
type queue struct {
	place   flockcmd.Place
	members *members
	folder  string // with its slash
}

// Connect is flockcmd's On.Connect for etcd.
func Connect(place flockcmd.Place, name string) (flockcmd.Queue, error) {
	s, err := read(place, os.Getenv)
	if err != nil {
		return nil, err
	}
	return &queue{place: place, members: newMembers(s), folder: folder(place, name)}, nil
}

// folder is where the keys of a lock lie. `etcdctl lock NAME` uses NAME/.
func folder(place flockcmd.Place, name string) string {
	if place.Folder != "" {
		name = place.Folder + "/" + name
	}
	return name + "/"
}

// Take is flockcmd's Queue.Take. A place in the queue that is lost with its lease is taken
// anew, at the end.
func (q *queue) Take(ctx context.Context, wish flockcmd.Wish) (flockcmd.Tenure, error) {
	first := true
	for {
		t, err := q.enter(ctx, wish, &first)
		if err == nil {
			return t, nil
		}
		if cause := context.Cause(ctx); ctx.Err() != nil {
			return nil, cause
		}
		if err != errPlaceLost {
			return nil, err
		}
	}
}

// enter queues up and waits for its turn.
func (q *queue) enter(ctx context.Context, wish flockcmd.Wish, first *bool) (*tenure, error) {
	patient, cancel := context.WithTimeout(ctx, q.members.patience)
	defer cancel()
	t := &tenure{
		queue: q, clock: wish.Clock, note: noteOf(wish), id: newLease(),
		news: make(chan flockcmd.News, 1), over: make(chan struct{}),
	}
	t.key = fmt.Sprintf("%s%x", q.folder, t.id)
	if err := t.grant(patient, wish.TTL); err != nil {
		return nil, q.refused(ctx, err)
	}
	if err := t.put(patient); err != nil {
		t.Release()
		if errors.Is(err, rpctypes.ErrLeaseNotFound) { // it took longer than the lease
			return nil, errPlaceLost
		}
		return nil, q.refused(ctx, err)
	}
	t.keep()
	err := t.turn(ctx, wish, first)
	if now, known := t.clock.Now(), t.Renewal(); err == nil && (now >= known.Warn() || now < known.At) {
		err = errPlaceLost // the machine slept, or its clock jumped
	}
	if err != nil {
		t.Release()
		return nil, err
	}
	t.noteSince()
	return t, nil
}

// newLease is a number that nobody else has for his lease. It is ours to choose, so that
// asking twice for a lease gives one.
func newLease() clientv3.LeaseID {
	var bytes [8]byte
	rand.Read(bytes[:]) // never fails (crypto/rand)
	return clientv3.LeaseID(binary.BigEndian.Uint64(bytes[:])>>1 | 1)
}

// waiters are the keys of the lock in the order of the queue.
func (q *queue) waiters(ctx context.Context) (*clientv3.GetResponse, error) {
	return ask(ctx, q.members, func(ctx context.Context, _ *member, client *clientv3.Client) (*clientv3.GetResponse, error) {
		return client.Get(ctx, q.folder, clientv3.WithPrefix(),
			clientv3.WithSort(clientv3.SortByCreateRevision, clientv3.SortAscend))
	})
}

// ahead lists those in keys who have to go before the key that was created at revision is
// let in: who reads waits for writers only. Keys of deeper folders belong to other locks.
func (q *queue) ahead(keys []*mvccpb.KeyValue, revision int64, shared bool) (ahead []*mvccpb.KeyValue) {
	for _, kv := range keys {
		if kv.CreateRevision < revision && q.owns(kv) && !(shared && readNote(kv).Shared) {
			ahead = append(ahead, kv)
		}
	}
	return ahead
}

// owns tells of a key below the folder whether it belongs to this lock. To etcdctl all do.
func (q *queue) owns(kv *mvccpb.KeyValue) bool {
	return !strings.Contains(strings.TrimPrefix(string(kv.Key), q.folder), "/")
}

// Who is flockcmd's Queue.Who.
func (q *queue) Who(ctx context.Context, wish flockcmd.Wish) string {
	answer, err := q.waiters(ctx)
	if err != nil {
		return ""
	}
	for _, kv := range answer.Kvs {
		if n := readNote(kv); q.owns(kv) && !(wish.Shared && n.Shared) {
			return n.who(kv)
		}
	}
	return ""
}
