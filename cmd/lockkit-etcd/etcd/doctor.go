package etcd

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/client/v3"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
	"github.com/lockkit/lockkit/shellkit/report"
)

// Limits of what doctor has nothing to say to.
const (
	slowWrite  = 100 * time.Millisecond // a write that a majority has on its disks
	wrongClock = 2 * time.Second        // between our clock and a member's, which tells seconds
)

// examination is one run of doctor.
type examination struct {
	*members
	place flockcmd.Place
	out   io.Writer
	bad   bool
	err   error
}

// Doctor tries whether locks can be had at place, and says what is wrong.
func Doctor(place flockcmd.Place, stdout, stderr io.Writer) int {
	s, err := read(place, os.Getenv)
	if err != nil {
		return tellUnable("doctor", err, stderr)
	}
	e := &examination{members: newMembers(s), place: place, out: stdout}
	for _, one := range e.list {
		e.member(one)
	}
	e.write()
	switch {
	case e.err != nil:
		fmt.Fprintf(stderr, "lockkit: doctor: cannot write: %s\n", e.err)
		return flockcmd.StatusWrite
	case e.bad:
		return 1
	}
	return 0
}

// say writes one line; kind is ok, warn or bad.
func (e *examination) say(kind, format string, args ...any) {
	e.bad = e.bad || kind == "bad"
	if _, err := fmt.Fprintf(e.out, "%-5s %s\n", kind, report.Harmless(fmt.Sprintf(format, args...))); err != nil {
		e.err = err
	}
}

// member looks at one member: whether it answers, what it is, what it knows of a leader, and
// its clock.
func (e *examination) member(one *member) {
	ctx, cancel := context.WithTimeout(context.Background(), min(e.patience, 2*time.Second))
	defer cancel()
	if why := e.probe(ctx, one); why != "" {
		e.say("bad", "%s: %s", one.address, why)
		return
	}
	said, spoken := e.version(ctx, one)
	if spoken && !supported(said.version) {
		e.say("bad", "%s: is etcd %s, and etcd 3.4 or a newer 3 is needed", one.address, said.version)
		return
	}
	client, err := e.connect(one)
	if err != nil {
		e.say("bad", "%s: %s", one.address, reason(err))
		return
	}
	status, err := client.Status(ctx, e.url(one))
	switch {
	case err != nil:
		e.say("bad", "%s: %s", one.address, reason(err))
		return
	case !supported(status.Version):
		e.say("bad", "%s: is etcd %s, and etcd 3.4 or a newer 3 is needed", one.address, status.Version)
		return
	case status.Leader == 0:
		e.say("bad", "%s: etcd %s, knows no leader", one.address, status.Version)
		return
	}
	e.say("ok", "%s: etcd %s, leader %x, term %d", one.address, status.Version, status.Leader, status.RaftTerm)
	for _, trouble := range status.Errors {
		e.say("bad", "%s: %s", one.address, trouble)
	}
	if off := time.Since(said.date).Round(time.Second); !said.date.IsZero() && (off > wrongClock || off < -wrongClock) {
		e.say("warn", "%s: its clock is %s away from ours; locks do not go by it, the times in `who` do", one.address, off.Abs())
	}
}

// write gets a lease and puts a key, as a lock does, and sees how long that takes.
func (e *examination) write() {
	ctx, cancel := context.WithTimeout(context.Background(), e.patience)
	defer cancel()
	id := newLease()
	key := fmt.Sprintf("%s%x", folder(e.place, ".lockkit-doctor"), id)
	start := time.Now()
	_, err := insist(ctx, e.members, func(ctx context.Context, _ *member, client *clientv3.Client) (any, error) {
		return clientv3.RetryLeaseClient(client).LeaseGrant(ctx, &etcdserverpb.LeaseGrantRequest{ID: int64(id), TTL: 5})
	})
	if err == nil {
		_, err = insist(ctx, e.members, func(ctx context.Context, _ *member, client *clientv3.Client) (any, error) {
			return client.Put(ctx, key, "", clientv3.WithLease(id))
		})
	}
	took := time.Since(start) / 2
	if err != nil {
		e.say("bad", "%s", (&queue{place: e.place, members: e.members}).refused(ctx, err))
		return
	}
	ask(ctx, e.members, func(ctx context.Context, _ *member, client *clientv3.Client) (any, error) {
		return client.Revoke(ctx, id)
	})
	e.say("ok", "%s: a majority writes", e.place.Text)
	if took > slowWrite {
		e.say("warn", "a write takes %s: the disks or the network are slow, and a short --ttl will be lost", took.Round(time.Millisecond))
	}
}
