//go:build linux && (amd64 || arm64)

package rehearse

import "golang.org/x/sys/unix"

// learn takes note of the names that a call has changed or locked.
func (f *scriptFacts) learn(c *call, e *event) {
	switch c.op {
	case opOpen:
		if c.bits&creates != 0 {
			f.interest(c.name)
		}
		if e.result == -int64(unix.EEXIST) && c.bits&unix.O_EXCL != 0 {
			f.hide(c.name)
		}
	case opMkdir, opSymlink, opLink:
		f.interest(c.made())
		if e.result == -int64(unix.EEXIST) && e.was {
			f.hide(c.made())
		}
	case opUnlink, opRmdir, opMknod, opFlock, opRange:
		f.interest(c.name)
	case opRename:
		f.interest(c.name)
		f.interest(c.name2)
	}
}

// hide makes a name begin absent: the lone run has met it, so it is older than the world.
func (f *scriptFacts) hide(string) {}
