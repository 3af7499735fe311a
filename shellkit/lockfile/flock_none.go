//go:build aix || (solaris && !illumos)

package lockfile

const (
	lockShared = 1 << iota
	lockExclusive
	lockNonblock
	lockNone
)

// These systems emulate flock(2) in their C library, with locks of fcntl(2) that
// any close of the file drops. That is no lock to hand to a command.
func flock(int, int) error { return ErrNoLocks }
