package lockfile

import "syscall"

// Open file description locks, Linux 3.15; include/uapi/asm-generic/fcntl.h.
const (
	fOFDSetLock     = 37
	fOFDSetLockWait = 38
)

func setRange(fd int, kind int16, where *Range, wait bool) error {
	command := fOFDSetLock
	if wait {
		command = fOFDSetLockWait
	}
	lock := syscall.Flock_t{Type: kind, Start: where.Start, Len: where.Length}
	return syscall.FcntlFlock(uintptr(fd), command, &lock)
}
