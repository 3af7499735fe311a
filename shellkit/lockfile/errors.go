package lockfile

import (
	"errors"
	"syscall"
)

// ErrBusy means that somebody else holds the lock and Request.Wait was 0.
// ErrTimeout means that Request.Wait ran out. Neither leaves a lock behind.
var (
	ErrBusy    = errors.New("busy")
	ErrTimeout = errors.New("timed out")
)

// ErrNoLocks means that this system has no call for the kind of lock asked for.
var ErrNoLocks = errors.New("this system has no such locks")

// Op is what was being done when an Error happened.
type Op int

const (
	OpName   Op = iota // read the name of a lock
	OpDir              // prepare the directory of named locks
	OpOpen             // open an existing lock file
	OpCreate           // create a missing one
	OpLock             // lock or unlock an open one
	OpWrite            // note the holder in a named one
)

// Error is every failure of this package but ErrBusy and ErrTimeout.
type Error struct {
	Op   Op
	Path string // the name or path at fault, empty for a bare descriptor
	Err  error  // a syscall.Errno where the system refused, else the reason in words
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return e.Path + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Errno is what the system said, or 0 where this package itself refused.
func (e *Error) Errno() syscall.Errno {
	errno, _ := e.Err.(syscall.Errno)
	return errno
}
