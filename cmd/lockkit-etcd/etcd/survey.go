package etcd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.etcd.io/etcd/client/v3"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// survey says of each member what it says of itself, or why it says nothing.
func (m *members) survey(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	said := make([]string, len(m.list))
	var all sync.WaitGroup
	for i, one := range m.list {
		all.Go(func() { said[i] = one.address + " " + m.state(ctx, one) })
	}
	all.Wait()
	return strings.Join(said, "; ")
}

func (m *members) state(ctx context.Context, one *member) string {
	if why := m.probe(ctx, one); why != "" {
		return why
	}
	if other, ok := m.version(ctx, one); ok && !supported(other.version) {
		return "is etcd " + other.version
	}
	client, err := m.connect(one)
	if err != nil {
		return reason(err)
	}
	status, err := client.Status(ctx, m.url(one))
	switch {
	case err != nil:
		return reason(err)
	case status.Leader == 0:
		return "knows no leader"
	}
	return "has a leader"
}

// supported tells of the version of a member whether it knows what we ask for.
func supported(version string) bool {
	var major, minor int
	n, _ := fmt.Sscanf(version, "%d.%d", &major, &minor)
	return n == 2 && major == 3 && minor >= 4
}

// checkVersion refuses a member of another generation before anything is asked of it.
func checkVersion(ctx context.Context, m *members, one *member, client *clientv3.Client) error {
	status, err := client.Status(ctx, m.url(one))
	if err != nil {
		return err
	}
	if !supported(status.Version) {
		return tooOther(one, status.Version)
	}
	return nil
}

func tooOther(one *member, version string) error {
	return &flockcmd.Unable{
		Status: flockcmd.StatusUnavailable,
		Why:    fmt.Sprintf("%s is etcd %q, and etcd 3.4 or a newer 3 is needed", one.address, version),
	}
}

// plain is what a member says to one who speaks HTTP only.
type plain struct {
	version string
	date    time.Time // zero where it gives none
}

// version asks in a way that also an etcd of another generation understands.
func (m *members) version(ctx context.Context, one *member) (plain, bool) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url(one)+"/version", nil)
	if err != nil {
		return plain{}, false
	}
	transport := &http.Transport{TLSClientConfig: m.tls, DisableKeepAlives: true}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return plain{}, false
	}
	defer answer.Body.Close()
	var said struct {
		Server string `json:"etcdserver"`
	}
	if json.NewDecoder(io.LimitReader(answer.Body, 4096)).Decode(&said) != nil || said.Server == "" {
		return plain{}, false
	}
	date, _ := http.ParseTime(answer.Header.Get("Date"))
	return plain{said.Server, date}, true
}
