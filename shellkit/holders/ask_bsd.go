//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package holders

import (
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Ask asks the kernel whether an exclusive lock on path would have to wait,
// without taking one. On these systems flock(2) and fcntl(2) locks hang in one
// list, so F_GETLK sees both; l_pid is -1 for flock(2) (lf_getlock in their
// kern_lockf.c).
func Ask(path string) (Answer, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return Answer{}, err
	}
	defer f.Close()
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	if err = unix.FcntlFlock(f.Fd(), unix.F_GETLK, &lock); err != nil {
		return Answer{}, &os.PathError{Op: "fcntl", Path: path, Err: err}
	}
	if lock.Type == unix.F_UNLCK {
		return Answer{}, nil
	}
	answer := Answer{Locked: true, Mode: Exclusive, PID: max(0, int(lock.Pid))}
	if lock.Type == unix.F_RDLCK {
		answer.Mode = Shared
	}
	return answer, nil
}
