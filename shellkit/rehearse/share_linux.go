//go:build linux && (amd64 || arm64)

package rehearse

import (
	"encoding/binary"
	"time"

	"golang.org/x/sys/unix"
)

// mapAlone meets a task that wants to map what others may map too. What it only reads
// becomes its own copy; memory into which one writes and another reads there is not.
func (t *task) mapAlone() error {
	const protection, flags = 2, 3
	if t.call.args[protection]&unix.PROT_WRITE != 0 {
		return t.regs.skip(t.pid, -int64(unix.ENODEV))
	}
	t.regs.setArg(flags, t.call.args[flags]&^unix.MAP_TYPE|unix.MAP_PRIVATE)
	return t.regs.store(t.pid)
}

// Operations of futex in which one may sleep for a time that is said (linux/futex.h).
const (
	futexWait     = 0
	futexWaitBits = 9 // the time is that of a clock
	futexAnyway   = 128 | 256
)

// futex meets a task that waits for a word in memory to change. Nobody else has that memory:
// it waits until its time is over, which is at once, or for ever.
func (s *scene) futex(t *task, o *order) error {
	const op, value, timeout = 1, 2, 3
	c := &t.call
	kind := c.args[op] &^ futexAnyway
	if kind != futexWait && kind != futexWaitBits || c.args[timeout] == 0 {
		o.toExit, o.mayWait = true, true
		return nil
	}
	var word [4]byte
	if _, err := t.read(c.args[0], word[:]); err != nil {
		return t.regs.skip(t.pid, -int64(unix.EFAULT))
	}
	if binary.LittleEndian.Uint32(word[:]) != uint32(c.args[value]) {
		return t.regs.skip(t.pid, -int64(unix.EAGAIN))
	}
	if kind == futexWait {
		s.passed += t.duration(c.args[timeout], time.Nanosecond)
	} else {
		s.passed += time.Millisecond
	}
	return t.regs.skip(t.pid, -int64(unix.ETIMEDOUT))
}
