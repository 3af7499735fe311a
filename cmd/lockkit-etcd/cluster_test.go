package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// cluster is members of a real etcd, which end with the test.
type cluster struct {
	t       testing.TB
	dir     string
	members []*memberProcess
	extra   []string // arguments for all
	// secure are those that make the members speak TLS to their clients, and environment what
	// etcdctl needs to talk with them.
	secure, environment []string
}

type memberProcess struct {
	name         string
	client, peer string   // HOST:PORT
	inside       []string // words before the command, as `ip netns exec NS`
	process      *exec.Cmd
}

// startCluster starts members on loopback addresses. Without Debian's etcd-server the test
// is skipped, in plain sight.
func startCluster(t testing.TB, members int) *cluster {
	c := &cluster{t: t, dir: t.TempDir()}
	for i := range members {
		c.members = append(c.members, &memberProcess{name: fmt.Sprintf("m%d", i+1), client: freePort(t), peer: freePort(t)})
	}
	c.start()
	return c
}

func (c *cluster) start() {
	if _, err := exec.LookPath("etcd"); err != nil {
		c.t.Skip("no etcd (make etcd-test installs it)")
	}
	for _, m := range c.members {
		c.startMember(m)
	}
	c.t.Cleanup(func() {
		for _, m := range c.members {
			c.killMember(m)
		}
	})
	c.waitForQuorum()
}

func (c *cluster) startMember(m *memberProcess) {
	var all []string
	for _, other := range c.members {
		all = append(all, other.name+"=http://"+other.peer)
	}
	scheme := "http://"
	if c.secure != nil {
		scheme = "https://"
	}
	args := append(slices.Clone(m.inside), "etcd", "--name", m.name, "--data-dir", filepath.Join(c.dir, m.name),
		"--listen-client-urls", scheme+m.client, "--advertise-client-urls", scheme+m.client,
		"--listen-peer-urls", "http://"+m.peer, "--initial-advertise-peer-urls", "http://"+m.peer,
		"--initial-cluster", strings.Join(all, ","))
	args = append(append(args, c.extra...), c.secure...)
	log, err := os.OpenFile(filepath.Join(c.dir, m.name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		c.t.Fatal(err)
	}
	defer log.Close()
	m.process = exec.Command(args[0], args[1:]...)
	m.process.Stdout, m.process.Stderr = log, log
	if err := m.process.Start(); err != nil {
		c.t.Fatal(err)
	}
}

// killMember is kill -9 of the member.
func (c *cluster) killMember(m *memberProcess) {
	m.process.Process.Kill()
	m.process.Wait()
}

func (c *cluster) clients() (clients []string) {
	for _, m := range c.members {
		clients = append(clients, m.client)
	}
	return clients
}

func (c *cluster) on() string { return "etcd://" + strings.Join(c.clients(), ",") }

func (c *cluster) waitForQuorum() {
	m := c.members[0]
	words := append(slices.Clone(m.inside), "env", "ETCDCTL_API=3", "ETCDCTL_ENDPOINTS="+m.client)
	words = append(append(words, c.environment...), "etcdctl", "--command-timeout", "2s", "get", "x")
	for range 600 { // of which each waits; how many there are decides nothing
		if _, err := commandOutput(words); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	c.t.Fatal("no quorum")
}

func freePort(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
