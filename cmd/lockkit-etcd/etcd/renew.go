package etcd

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"go.etcd.io/etcd/client/v3"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// errNewLeader says that the leader may have changed while the lease was renewed.
var errNewLeader = errors.New("the leader has changed")

// keep renews the lease until Release, and watches whether the key is still there.
func (t *tenure) keep() {
	t.work.Go(t.renewals)
	t.work.Go(t.watchKey)
}

// renewals renews each third of the TTL, and goes on at once where that fails.
func (t *tenure) renewals() {
	for {
		known := t.Renewal()
		wait := known.At + known.TTL/3 - t.clock.Now() // more than a third if the clock goes back
		if t.isLost() != "" || !t.sleep(min(max(wait, 0), known.TTL/3)) {
			return
		}
		ctx, cancel := t.context(known.TTL / 3)
		renewal, err := ask(ctx, t.queue.members, t.renew)
		cancel()
		switch {
		case err == nil:
			t.mutex.Lock()
			t.renewal = renewal
			t.mutex.Unlock()
			t.tell("")
		case errors.Is(err, errPlaceLost):
			t.lose("etcd has no such lease any more")
		default:
			t.tell(t.trouble(err))
			if t.clock.Now() > known.At+known.TTL {
				t.lose("not renewed within its time: " + t.trouble(err))
			}
			if !t.sleep(200 * time.Millisecond) {
				return
			}
		}
	}
}

func (t *tenure) trouble(err error) string {
	var of *memberError
	if errors.As(err, &of) {
		return of.Error()
	}
	return reason(err)
}

// renew renews the lease through one member. It counts if the member was led by the same
// leader before and after: both reads were confirmed by a majority, and the member took what
// was between them to no older leader.
func (t *tenure) renew(ctx context.Context, one *member, client *clientv3.Client) (flockcmd.Renewal, error) {
	for {
		before := one.term.Load()
		if before == 0 {
			term, err := t.confirm(ctx, one, client)
			if err != nil {
				return flockcmd.Renewal{}, err
			}
			before = term
		}
		at := t.clock.Now()
		answer, err := client.KeepAliveOnce(ctx, t.id)
		gone := errors.Is(err, rpctypes.ErrLeaseNotFound)
		if err != nil && !gone {
			return flockcmd.Renewal{}, err
		}
		after, err := t.confirm(ctx, one, client) // which says as well whether the key is there
		switch {
		case err != nil:
			return flockcmd.Renewal{}, err
		case after == before && !gone:
			return flockcmd.Renewal{At: at, TTL: time.Duration(answer.TTL) * time.Second}, nil
		case ctx.Err() != nil:
			return flockcmd.Renewal{}, errNewLeader
		case gone && !t.sleep(100*time.Millisecond):
			return flockcmd.Renewal{}, errNewLeader
		}
	}
}

// confirm reads the key in a way that takes a majority. The term is the leader's that was
// followed then.
func (t *tenure) confirm(ctx context.Context, one *member, client *clientv3.Client) (term uint64, err error) {
	answer, err := client.Get(ctx, t.key, clientv3.WithKeysOnly())
	if err != nil {
		return 0, err
	}
	if len(answer.Kvs) == 0 || answer.Kvs[0].CreateRevision != t.revision {
		return 0, unlessThere(answer.Header.Revision < t.revision)
	}
	one.term.Store(answer.Header.RaftTerm)
	return answer.Header.RaftTerm, nil
}

// unlessThere is errPlaceLost, but for a member whose data are older than the key.
func unlessThere(old bool) error {
	if old {
		return errNewLeader
	}
	return errPlaceLost
}

// watchKey hears at once that the key was removed, by whomever; the renewals would find it
// out a third of the TTL later.
func (t *tenure) watchKey() {
	ctx, cancel := t.context(1 << 62)
	defer cancel()
	for ctx.Err() == nil {
		for answer := range t.queue.members.watch(clientv3.WithRequireLeader(ctx), t.key, t.revision+1) {
			for _, event := range answer.Events {
				if event.Type == mvccpb.Event_DELETE {
					t.lose("its key was removed from etcd")
					return
				}
			}
			if answer.Err() != nil {
				break
			}
		}
		t.sleep(500 * time.Millisecond)
	}
}

// sleep is false where the tenure ends meanwhile.
func (t *tenure) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-t.over:
		return false
	}
}

// tell leaves word for who listens, in the place of what was not heard yet.
func (t *tenure) tell(trouble string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	select {
	case <-t.news:
	default:
	}
	t.news <- flockcmd.News{Renewed: t.renewal, Trouble: trouble, Lost: t.lost}
}

func (t *tenure) isLost() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.lost
}

func (t *tenure) lose(why string) {
	t.mutex.Lock()
	first := t.lost == ""
	if first {
		t.lost = why
	}
	t.mutex.Unlock()
	if first {
		t.tell("")
	}
}
