package etcd

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// preface is how a client of HTTP/2 begins, with empty settings.
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"

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
	// In TLS 1.3 a server that refuses our certificate says so to one who goes on.
	if deadline, ok := ctx.Deadline(); ok {
		secured.SetDeadline(deadline)
	}
	secured.Write([]byte(preface))
	var refused *net.OpError
	if _, err := secured.Read(make([]byte, 1)); errors.As(err, &refused) && refused.Op == "remote error" {
		return "TLS: " + reason(err)
	}
	return ""
}
