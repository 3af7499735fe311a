package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// leaseRunner says where the words of a command stand that runs another one under a lock of
// several machines: behind the word lock, its options and the lock's name.
type leaseRunner struct {
	takes []string // options with a value
	fence string   // by which the command can show that it has the lock; empty where there is none
}

var leaseRunners = map[string]leaseRunner{
	"consul": {takes: []string{"-child-exit-code", "-monitor-retry", "-n", "-name", "-shell", "-timeout", "-http-addr", "-token", "-token-file", "-datacenter", "-ca-file", "-ca-path", "-client-cert", "-client-key", "-tls-server-name"}},
	"etcdctl": {
		takes: []string{"--ttl", "--endpoints", "--cacert", "--cert", "--key", "--user", "--password", "--dial-timeout", "--command-timeout", "--keepalive-time", "--keepalive-timeout", "-w", "--write-out"},
		fence: "ETCD_LOCK_",
	},
}

// leaseCommand walks etcdctl and consul. Their lock is elsewhere and no lock of this
// machine's, so only the command that they run under it is followed.
func leaseCommand(x *walker, c *call, f flow) []flow {
	runner := leaseRunners[c.name()]
	i := runner.operand(c, 1)
	if i >= len(c.args) || c.args[i].text != "lock" {
		return x.plain(c.at, c.name(), f)
	}
	i = runner.operand(c, runner.operand(c, i+1)+1)
	if i >= len(c.args) {
		return x.plain(c.at, c.name(), f)
	}
	fenced := runner.fence != "" && strings.Contains(x.raw(c.at), runner.fence)
	if !fenced {
		n := x.node(protocol.Misuse, c.at)
		n.Text = protocol.MisuseUnfenced + c.name() + " lock"
		f = x.then(f, n)
	}
	inner := c.rest(i, true)
	return x.runProgram(inner, f)
}

// leases tells of the words behind a command whether it takes a lock of several machines.
func leases(name string, words []string) bool {
	_, known := leaseRunners[name]
	return known && slices.Contains(words, "lock")
}

// barely are words without their quotes.
func (in *interest) barely(words []*syntax.Word) (bare []string) {
	for _, w := range words {
		bare = append(bare, in.bare(w))
	}
	return bare
}

// operand is the index of the first word from i on that is no option and no value of one.
func (r leaseRunner) operand(c *call, i int) int {
	for ; i < len(c.args); i++ {
		text := c.args[i].text
		switch {
		case text == "--":
			return i + 1
		case !strings.HasPrefix(text, "-") || text == "-":
			return i
		case slices.Contains(r.takes, text):
			i++
		}
	}
	return i
}
