package etcd

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/client/v3"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
	"github.com/lockkit/lockkit/shellkit/report"
)

// Exit codes of who, as those of who on one machine.
const (
	whoHeld    = 0
	whoFree    = 1
	whoUnknown = 2
)

// Who lists the holder of each lock and who waits, in the order of the queue. Without names
// it lists all locks in the folder of place.
func Who(place flockcmd.Place, names []string, stdout, stderr io.Writer) int {
	s, err := read(place, os.Getenv)
	if err != nil {
		return tellUnable("who", err, stderr)
	}
	members := newMembers(s)
	code := whoHeld
	if len(names) == 0 {
		if names, err = locksIn(place, members); err != nil {
			return whoCannot(place, members, err, stderr)
		}
	}
	for _, name := range names {
		q := &queue{place: place, members: members, folder: folder(place, name)}
		ctx, cancel := context.WithTimeout(context.Background(), s.patience)
		answer, err := q.waiters(ctx)
		cancel()
		if err != nil {
			return whoCannot(place, members, err, stderr)
		}
		keys := q.ahead(answer.Kvs, 1<<62, false)
		if len(keys) == 0 {
			code = whoFree
		}
		if _, err := io.WriteString(stdout, picture(name, keys)); err != nil {
			fmt.Fprintf(stderr, "lockkit: who: cannot write: %s\n", err)
			return flockcmd.StatusWrite
		}
	}
	return code
}

// picture is a lock and its queue in words.
func picture(name string, keys []*mvccpb.KeyValue) string {
	if len(keys) == 0 {
		return name + ": free\n"
	}
	text := name + "\n"
	inside := true
	for i, kv := range keys {
		n := readNote(kv)
		inside = inside && (i == 0 || n.Shared && readNote(keys[0]).Shared)
		role := "waits"
		if inside {
			role = "holds"
		}
		if n.Shared {
			role += " (shared)"
		}
		text += "  " + role + strings.TrimPrefix(n.who(kv), ":")
		if !inside && n.Queued > 0 {
			text += " since " + moment(n.Queued)
		}
		text += fmt.Sprintf(", fence %d\n", kv.CreateRevision)
	}
	return text
}

// locksIn lists the locks in the folder of place, by their keys: NAME/LEASE, bound to that
// lease.
func locksIn(place flockcmd.Place, m *members) (names []string, err error) {
	prefix := ""
	if place.Folder != "" {
		prefix = place.Folder + "/"
	}
	ctx, cancel := context.WithTimeout(context.Background(), m.patience)
	defer cancel()
	const page = 1000
	from, end := prefix, clientv3.GetPrefixRangeEnd(prefix)
	if prefix == "" {
		from, end = "\x00", "\x00"
	}
	for {
		answer, err := ask(ctx, m, func(ctx context.Context, _ *member, client *clientv3.Client) (*clientv3.GetResponse, error) {
			return client.Get(ctx, from, clientv3.WithRange(end), clientv3.WithKeysOnly(), clientv3.WithLimit(page))
		})
		if err != nil {
			return nil, err
		}
		for _, kv := range answer.Kvs {
			name, isLock := strings.CutSuffix(string(kv.Key), fmt.Sprintf("/%x", kv.Lease))
			name = strings.TrimPrefix(name, prefix)
			if isLock && kv.Lease != 0 && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if !answer.More {
			return names, nil
		}
		from = string(answer.Kvs[len(answer.Kvs)-1].Key) + "\x00"
	}
}

func whoCannot(place flockcmd.Place, m *members, err error, stderr io.Writer) int {
	tellUnable("who", (&queue{place: place, members: m}).refused(context.Background(), err), stderr)
	return whoUnknown
}

// tellUnable writes why something cannot be done and returns the status for it.
func tellUnable(command string, err error, stderr io.Writer) int {
	status, hint := flockcmd.StatusUnavailable, ""
	if u, ok := err.(*flockcmd.Unable); ok {
		status, hint = u.Status, u.Hint
	}
	fmt.Fprintf(stderr, "lockkit: %s: %s\n", command, report.Harmless(err.Error()))
	if hint != "" {
		fmt.Fprintf(stderr, "hint: %s\n", hint)
	}
	return status
}
