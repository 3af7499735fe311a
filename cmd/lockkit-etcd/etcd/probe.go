package etcd

import (
	"context"
	"crypto/tls"
	"net"
)

// probe says why nobody can talk with a member at all: gRPC keeps that to itself where it
// runs out of time. It is "" where one can.
func (m *members) probe(ctx context.Context, one *member) string {
	wire, err := (&net.Dialer{}).DialContext(ctx, "tcp", one.address)
	if err != nil {
		return reason(err)
	}
	defer wire.Close()
	if m.tls == nil {
		return ""
	}
	config := m.tls.Clone()
	config.NextProtos = []string{"h2"}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(one.address)
	}
	secured := tls.Client(wire, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		return "TLS: " + reason(err)
	}
	return ""
}
