//go:build linux && (amd64 || arm64)

package rehearse

// learn takes note of the names that a call has changed or locked.
func (f *scriptFacts) learn(c *call) {
	switch c.op {
	case opOpen:
		if c.bits&creates != 0 {
			f.interest(c.name)
		}
	case opMkdir, opSymlink, opLink:
		f.interest(c.made())
	case opUnlink, opRmdir, opMknod, opFlock, opRange:
		f.interest(c.name)
	case opRename:
		f.interest(c.name)
		f.interest(c.name2)
	}
}
