package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// network is a switch in a network namespace of its own, with a namespace for each machine.
// Nothing of it is seen by the network of the machine that the test runs on.
type network struct {
	t      testing.TB
	prefix string
}

func newNetwork(t testing.TB) *network {
	n := &network{t: t, prefix: fmt.Sprintf("lk%d", os.Getpid())}
	t.Cleanup(func() {
		out, _ := exec.Command("ip", "netns", "list").Output()
		for line := range strings.Lines(string(out)) {
			if name := strings.Fields(line)[0]; strings.HasPrefix(name, n.prefix) {
				exec.Command("ip", "netns", "del", name).Run()
			}
		}
	})
	if err := exec.Command("ip", "netns", "add", n.hub()).Run(); err != nil {
		t.Skip("no network namespaces here: that takes root and ip(8)")
	}
	n.do("netns", "exec", n.hub(), "ip", "link", "add", "name", "switch", "type", "bridge")
	n.do("netns", "exec", n.hub(), "ip", "link", "set", "dev", "switch", "up")
	return n
}

func (n *network) hub() string          { return n.prefix + "hub" }
func (n *network) name(m string) string { return n.prefix + m }
func (n *network) in(m string) []string { return []string{"ip", "netns", "exec", n.name(m)} }

func (n *network) do(args ...string) {
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		n.t.Errorf("ip %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

// add plugs in a machine.
func (n *network) add(m, address string) {
	n.do("netns", "add", n.name(m))
	n.do("-n", n.hub(), "link", "add", m, "type", "veth", "peer", "name", "eth0", "netns", n.name(m))
	n.do("-n", n.hub(), "link", "set", m, "master", "switch", "up")
	n.do("-n", n.name(m), "link", "set", "lo", "up")
	n.do("-n", n.name(m), "link", "set", "eth0", "up")
	n.do("-n", n.name(m), "addr", "add", address+"/24", "dev", "eth0")
}

// cut takes the machine off the network; no connection is told.
func (n *network) cut(m string)  { n.do("-n", n.hub(), "link", "set", m, "down") }
func (n *network) heal(m string) { n.do("-n", n.hub(), "link", "set", m, "up") }

// part keeps what m sends from reaching address.
func (n *network) part(m, address string) {
	n.do("-n", n.name(m), "route", "add", "blackhole", address+"/32")
}
func (n *network) join(m, address string) {
	n.do("-n", n.name(m), "route", "del", "blackhole", address+"/32")
}
