//go:build linux && (amd64 || arm64)

package rehearse

import (
	"strings"

	"golang.org/x/sys/unix"
)

// refusal is the error of a call that leads out of the world; 0 where it does not.
func (s *scene) refusal(t *task) unix.Errno {
	c := &t.call
	switch c.op {
	case opMknod:
		if kind := uint32(c.bits) & unix.S_IFMT; !s.inside(t) || kind != 0 && kind != unix.S_IFREG && kind != unix.S_IFIFO {
			return unix.EPERM
		}
	case opFlock, opRange:
		if !s.ours(t) {
			return unix.EBADF
		}
	case opUnlink, opRmdir, opRename, opMkdir, opLink, opSymlink:
		if !s.inside(t) {
			return unix.EACCES
		}
	case opOpen:
		if c.link != "" && !s.mayOpenAgain(c) || c.link == "" && !s.inside(t) {
			return unix.EACCES
		}
		if err := s.onlyFiles(c); err != nil {
			return unix.EACCES
		}
	}
	return 0
}

// guard refuses a call that is no visible step where it leads out of the world.
func (s *scene) guard(t *task) error {
	if e := s.refusal(t); e != 0 {
		return t.regs.skip(t.pid, -int64(e))
	}
	return nil
}

// meta lets a change of mode, owner, time or size happen where the name or descriptor
// leads to a file of the world, and refuses it elsewhere.
func (s *scene) meta(t *task, o *order) error {
	s.names(t)
	if s.ours(t) {
		t.toItsEnd(o)
		return nil
	}
	return t.regs.skip(t.pid, -int64(unix.EPERM))
}

// mayOpenAgain says whether a call may open what a descriptor of its task is open on: a
// file of the world, a pipe, the null device, and for reading also other files and folders.
func (s *scene) mayOpenAgain(c *call) bool {
	if s.oursBehind(c.link) {
		return true
	}
	var st unix.Stat_t
	if unix.Stat(c.link, &st) != nil {
		return false
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFCHR:
		return st.Rdev == unix.Mkdev(1, 3)
	case unix.S_IFREG, unix.S_IFDIR:
		return c.bits&creates == 0
	}
	return false
}

// onlyFiles refuses what is no file, folder or link: a FIFO or socket could reach a
// process outside, a device the machine.
func (s *scene) onlyFiles(c *call) error {
	st, ok := s.exists(c.name)
	if !ok || !strings.HasPrefix(c.name, "/") || c.name == "/dev/null" {
		return nil
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG, unix.S_IFDIR, unix.S_IFLNK:
		return nil
	case unix.S_IFIFO:
		if s.script.fifos[c.name] {
			return nil
		}
	}
	return unix.EACCES
}
