package lockfile

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// callUntil waits in the kernel's queue, where a waiter is seen by others and
// takes its turn, and breaks the wait off with a timer's signal to this thread.
// The lock call ends either with the lock or without it: there is no moment in
// which it is taken and we say it was not.
//
// Go's runtime has its own handler on SIGALRM, with SA_RESTART, under which the
// kernel goes on waiting. That flag is taken off for the time of the wait.
//
// The zero deadline is none; r.stop breaks the wait off in the same way.
func (r *Request) callUntil(fd int, deadline time.Time) error {
	defer undisturbed()()
	defer interruptible(syscall.SIGALRM)()
	timer, err := newTimer(syscall.SIGALRM)
	if err != nil {
		return err
	}
	defer timer.delete()
	if !deadline.IsZero() {
		if err = timer.set(time.Until(deadline)); err != nil {
			return err
		}
	}
	defer r.stop.call(func() { timer.set(0) })()
	for {
		err := r.call(fd, true)
		if err != syscall.EINTR {
			return err
		}
		// It may have been somebody else's signal.
		switch {
		case r.stop.is():
			return errStopped
		case !deadline.IsZero() && time.Until(deadline) <= 0:
			return ErrTimeout
		}
	}
}

// undisturbed keeps the signal by which Go's runtime stops a thread for a moment from this
// one, until the function that it returns is called. A wait that such a signal breaks off
// is begun anew by the kernel, behind those who have come since.
func undisturbed() (restore func()) {
	const block, setMask = 0, 2
	runtime.LockOSThread()
	if onMIPS { // where these are other numbers, and a mask has another size
		return runtime.UnlockOSThread
	}
	urgent, was := uint64(1)<<(syscall.SIGURG-1), uint64(0)
	if sigmask(block, &urgent, &was) != nil {
		return runtime.UnlockOSThread
	}
	return func() {
		sigmask(setMask, &was, nil)
		runtime.UnlockOSThread()
	}
}

func sigmask(how uintptr, set, old *uint64) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, how,
		uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), unsafe.Sizeof(*set), 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// again is how often the timer fires once it has begun to: the first signal is
// lost if it comes between the look at the clock and the call.
const again = 5 * time.Millisecond

type timer int32

// sigevent is the kernel's struct sigevent, 64 bytes, up to the thread id.
type sigevent struct {
	value  uintptr
	signo  int32
	notify int32
	thread int32
	_      [64 - unsafe.Sizeof(uintptr(0)) - 12]byte
}

const (
	clockMonotonic = 1
	notifyThread   = 4 // SIGEV_THREAD_ID
)

func newTimer(sig syscall.Signal) (timer, error) {
	var id timer
	event := sigevent{signo: int32(sig), notify: notifyThread, thread: int32(syscall.Gettid())}
	_, _, errno := syscall.RawSyscall(syscall.SYS_TIMER_CREATE, clockMonotonic,
		uintptr(unsafe.Pointer(&event)), uintptr(unsafe.Pointer(&id)))
	if errno != 0 {
		return 0, errno
	}
	return id, nil
}

func (t timer) set(after time.Duration) error {
	spec := struct{ interval, first syscall.Timespec }{
		syscall.NsecToTimespec(int64(again)),
		syscall.NsecToTimespec(int64(max(after, 1))), // 0 would disarm it
	}
	_, _, errno := syscall.RawSyscall6(syscall.SYS_TIMER_SETTIME, uintptr(t), 0,
		uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

func (t timer) delete() {
	syscall.RawSyscall(syscall.SYS_TIMER_DELETE, uintptr(t), 0, 0)
}
