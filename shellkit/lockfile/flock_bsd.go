//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package lockfile

import "syscall"

const (
	lockShared    = syscall.LOCK_SH
	lockExclusive = syscall.LOCK_EX
	lockNonblock  = syscall.LOCK_NB
	lockNone      = syscall.LOCK_UN
)

func flock(fd, how int) error { return syscall.Flock(fd, how) }
