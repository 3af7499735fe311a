package holders

import "errors"

// ErrUnsupported is what Read returns where the system does not show who has
// which file locked.
var ErrUnsupported = errors.New("this system does not show which processes keep a lock")

// Answer is what can be learnt of one file without a list of locks.
type Answer struct {
	Locked bool
	Mode   Mode // of the lock, when there is one
	// PID has the lock if that is a POSIX lock; a flock(2) lock belongs to no
	// process there, and PID is 0.
	PID int
}
