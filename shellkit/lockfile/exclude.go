package lockfile

import (
	"errors"
	"syscall"
)

// ErrPretended means that a lock was given and keeps nobody out.
var ErrPretended = errors.New("locks of fcntl(2) keep nobody out here")

// Excludes asks the kernel through another open file description whether the lock, one of
// fcntl(2), is in its way. The error is ErrPretended where it is not; to open the file a
// second time may itself fail.
func (h *Held) Excludes() error {
	other, err := open(h.Path, syscall.O_RDONLY, false)
	if err != nil {
		return err
	}
	defer syscall.Close(other.fd)
	if other.stat.Dev != h.stat.Dev || other.stat.Ino != h.stat.Ino {
		return &Error{OpOpen, h.Path, syscall.ESTALE}
	}
	kept, err := isInTheWay(other.fd, h.request.Range)
	if err == nil && !kept {
		err = ErrPretended
	}
	return lockError(err)
}
