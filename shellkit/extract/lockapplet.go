package extract

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// lockCommand walks lock FILE, as OpenWrt's busybox has it: the lock belongs to a process
// of its own, which stays until lock -u FILE, whatever becomes of the script.
func lockCommand(x *walker, c *call, f flow) []flow {
	ops := c.operands()
	if !x.facts.LockApplet || x.sourced || len(ops) != 1 {
		return x.external(c, f)
	}
	n := x.file(protocol.Claim, c, ops[0])
	n.Text, n.Mode = "lock", n.Mode|protocol.Waits
	for _, a := range c.args[1:ops[0]] {
		for _, letter := range strings.TrimPrefix(a.text, "-") {
			switch letter {
			case 'n':
				n.Mode &^= protocol.Waits
			case 'u':
				n.Op, n.Mode = protocol.Remove, 0
			default: // shared, or only to wait until it is free
				return x.external(c, f)
			}
		}
	}
	lock := c.args[ops[0]]
	lock.lockish = true
	n.Path = x.path(lock)
	if n.Op == protocol.Remove {
		return x.settled(c, x.then(f, n))
	}
	ok, fail := x.fork(f, n)
	return []flow{ok, fail}
}
