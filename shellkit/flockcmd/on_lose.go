package flockcmd

import "syscall"

// ring is heard when the lease has not been renewed for long: the command gets TERM first,
// and what is still there at the lease's end is killed. It is too late for a renewal then.
func (c *course) ring() {
	if !c.lost {
		why := c.lease.uncertain()
		if why == "" {
			return
		}
		c.lose(why)
	}
	if c.lease.over() {
		c.killAll()
	} else {
		c.lease.wake(c.lease.renewal.End())
	}
}

// lose asks the whole tree to end; also who is stopped shall hear it.
func (c *course) lose(why string) {
	if c.lost {
		return
	}
	c.lost, c.passed = true, syscall.SIGTERM
	c.lease.news = nil // what is told to end, ends
	c.stderr.WriteString("lockkit: " + harmless(c.text+": the lock in etcd is lost ("+why+"), "+c.command[0]+" is ended") + "\n")
	c.tell(syscall.SIGTERM)
	c.tell(syscall.SIGCONT)
}
