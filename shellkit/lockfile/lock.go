package lockfile

import (
	"syscall"
	"time"
)

// Forever is the Wait of one who waits as long as it takes.
const Forever time.Duration = -1

// Range makes a Request one for an open file description lock of fcntl(2), on
// Length bytes from Start; a Length of 0 reaches to the end of any file.
type Range struct{ Start, Length int64 }

// Request says what lock is wanted. The zero value tries once for an exclusive
// flock(2) lock.
type Request struct {
	Shared  bool
	Wait    time.Duration // 0 tries once, Forever waits
	Range   *Range
	Devices bool // Acquire accepts a device; see refuse

	// Busy, if set, is called when the lock turns out to be busy and waiting is
	// about to begin: once for each file that Acquire finds at the path.
	Busy func()

	stop *stopper // ends the wait with errStopped
}

// Lock locks what fd has open. A lock that the same open file description holds
// already is converted, which is not atomic: the kernel drops the old one first,
// so after ErrBusy or ErrTimeout it may be gone (flock(2)).
//
// The error is ErrBusy, ErrTimeout, or an *Error with OpLock.
func Lock(fd int, r Request) error { return r.lock(fd, r.deadline()) }

// Unlock frees the lock of fd's open file description, whoever else has it open.
// It succeeds as well where there is no lock.
func Unlock(fd int, where *Range) error { return unlock(fd, where) }

// deadline is on the monotonic clock; the zero Time stands for none.
func (r *Request) deadline() time.Time {
	if r.Wait <= 0 {
		return time.Time{}
	}
	return time.Now().Add(r.Wait)
}

func (r *Request) lock(fd int, deadline time.Time) error {
	err := ignoringEINTR(func() error { return r.call(fd, false) })
	if !isBusy(err, r.Range) {
		return lockError(err)
	}
	if r.Wait == 0 {
		return ErrBusy
	}
	if r.Busy != nil {
		r.Busy()
	}
	if deadline.IsZero() && r.stop == nil {
		defer undisturbed()()
		return lockError(ignoringEINTR(func() error { return r.call(fd, true) }))
	}
	if err = r.callUntil(fd, deadline); err == ErrTimeout || err == errStopped {
		return err
	}
	return lockError(err)
}

// call is one system call, with its EINTR.
func (r *Request) call(fd int, wait bool) error {
	if r.Range != nil {
		kind := int16(syscall.F_WRLCK)
		if r.Shared {
			kind = syscall.F_RDLCK
		}
		return setRange(fd, kind, r.Range, wait)
	}
	how := lockExclusive
	if r.Shared {
		how = lockShared
	}
	if !wait {
		how |= lockNonblock
	}
	return flock(fd, how)
}

func unlock(fd int, where *Range) error {
	return lockError(ignoringEINTR(func() error {
		if where != nil {
			return setRange(fd, syscall.F_UNLCK, where, false)
		}
		return flock(fd, lockNone)
	}))
}

func isBusy(err error, where *Range) bool {
	return err == syscall.EWOULDBLOCK || where != nil && err == syscall.EACCES
}

func lockError(err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: OpLock, Err: err}
}
