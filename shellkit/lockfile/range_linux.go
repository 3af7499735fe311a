package lockfile

import "syscall"

// Open file description locks, Linux 3.15; include/uapi/asm-generic/fcntl.h.
const (
	fOFDGetLock     = 36
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

// isInTheWay says whether somebody else's lock keeps fd from an exclusive one.
func isInTheWay(fd int, where *Range) (bool, error) {
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Start: where.Start, Len: where.Length}
	err := syscall.FcntlFlock(uintptr(fd), fOFDGetLock, &lock)
	return lock.Type != syscall.F_UNLCK, err
}
