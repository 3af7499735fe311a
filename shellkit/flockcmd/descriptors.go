package flockcmd

import (
	"math"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// noDescriptor stands for a number that no descriptor can have.
const noDescriptor = math.MaxInt32

// inherited says whether fd was open when this program was started. What was, is
// not close-on-exec, for then exec would have closed it; what this program and
// the Go runtime have opened since, is.
//
// One case is left: the runtime opens /dev/null, read and write, in place of a
// standard descriptor that was closed. To take somebody's own `<>/dev/null` for
// that is a refusal too many; the other mistake would be a lock on nothing.
func inherited(fd int) bool {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC != 0 {
		return false
	}
	return fd > 2 || !isSubstitute(fd)
}

func isSubstitute(fd int) bool {
	mode, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err != nil || mode&unix.O_ACCMODE != unix.O_RDWR {
		return false
	}
	var have, null syscall.Stat_t
	return syscall.Fstat(fd, &have) == nil && syscall.Stat(os.DevNull, &null) == nil &&
		have.Mode&syscall.S_IFMT == syscall.S_IFCHR && have.Rdev == null.Rdev
}

// lowestFree is the number that the next file of a program without a runtime
// would get. Scripts rely on it: flock(1)'s command finds the lock there.
func lowestFree() int {
	fd := 3
	for inherited(fd) {
		fd++
	}
	return fd
}
