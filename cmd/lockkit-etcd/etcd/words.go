package etcd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// memberError is what one member has said, or what has happened on the way to it.
type memberError struct {
	address string
	err     error
}

func (e *memberError) Error() string { return e.address + ": " + reason(e.err) }
func (e *memberError) Unwrap() error { return e.err }

// refusals are answers that every member would give.
var refusals = []error{
	rpctypes.ErrAuthFailed, rpctypes.ErrPermissionDenied, rpctypes.ErrUserEmpty,
	rpctypes.ErrUserNotFound, rpctypes.ErrRequestTooLarge,
}

// isFinal tells of an error that no other member and no second try would mend.
func isFinal(err error) bool {
	var unable *flockcmd.Unable
	if errors.As(err, &unable) || errors.Is(err, errPlaceLost) {
		return true
	}
	for _, refusal := range refusals {
		if errors.Is(rpctypes.Error(err), refusal) {
			return true
		}
	}
	return false
}

// reason is the heart of what gRPC has wrapped.
func reason(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer"
	}
	text := err.Error()
	if s, ok := status.FromError(err); ok {
		if s.Code() == codes.DeadlineExceeded && !strings.Contains(s.Message(), "desc = ") {
			return "no answer"
		}
		text = s.Message()
	}
	if i := strings.LastIndex(text, "desc = "); i >= 0 {
		text = text[i+len("desc = "):]
	}
	for _, wrapping := range []string{"transport: ", "Error while dialing: ", "authentication handshake failed: ", "etcdserver: "} {
		text = strings.TrimPrefix(strings.Trim(text, `"`), wrapping)
	}
	if _, heart, dialed := strings.Cut(text, ": connect: "); dialed {
		return heart
	}
	if strings.HasSuffix(text, ": i/o timeout") {
		return "no answer"
	}
	return text
}

// refused is what the user is told where etcd says no, or nothing.
func (q *queue) refused(ctx context.Context, err error) error {
	var unable *flockcmd.Unable
	if errors.As(err, &unable) {
		return unable
	}
	if isFinal(err) {
		return unavailable(fmt.Sprintf("%s: etcd refuses: %s", q.place.Text, reason(rpctypes.Error(err))),
			"user and password are taken from ETCDCTL_USER and ETCDCTL_PASSWORD")
	}
	return unavailable(fmt.Sprintf("%s: no quorum within %s: %s", q.place.Text, q.members.patience, q.members.survey(ctx)),
		"lockkit doctor --on says more")
}

func unavailable(why, hint string) error {
	return &flockcmd.Unable{Status: flockcmd.StatusUnavailable, Why: why, Hint: hint}
}
