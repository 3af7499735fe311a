//go:build unix && !linux

package lockfile

import (
	"syscall"
	"time"
)

// undisturbed does nothing: waits do not stand in the kernel's queue here, or not in its order.
func undisturbed() (restore func()) { return func() {} }

// callUntil asks again and again: here a Go program cannot break off a waiting
// flock(2), and one left behind in a thread would still take the lock later, for
// nobody. It is less fair than a wait in the kernel, and as exact as the pause.
func (r *Request) callUntil(fd int, deadline time.Time) error {
	const longest = 20 * time.Millisecond
	for pause := time.Millisecond; ; pause = min(2*pause, longest) {
		left := longest
		if !deadline.IsZero() {
			left = time.Until(deadline)
		}
		time.Sleep(min(pause, max(left, 0)))
		if r.stop.is() {
			return errStopped
		}
		if err := r.call(fd, false); err != syscall.EINTR && !isBusy(err, r.Range) {
			return err
		}
		if left <= 0 {
			return ErrTimeout
		}
	}
}
