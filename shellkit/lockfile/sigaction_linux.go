package lockfile

import (
	"runtime"
	"strings"
	"sync"
	"syscall"
	"unsafe"
)

// action is the kernel's struct sigaction on any architecture, as words: all that
// is read of it here is the place of its flags.
type action [8]uintptr

const saRestart = 0x10000000

var onMIPS = strings.HasPrefix(runtime.GOARCH, "mips")

// waits counts those who want a signal to break off system calls.
var waits struct {
	sync.Mutex
	number int
	was    action
}

// interruptible lets sig break off system calls that would be restarted, until
// the function that it returns is called. The handler stays what it is. It must
// not be SIG_DFL, or the signal ends the process. Of several waits, all for one signal, the
// last to end restores it.
func interruptible(sig syscall.Signal) (restore func()) {
	waits.Lock()
	defer waits.Unlock()
	done := func() {
		waits.Lock()
		defer waits.Unlock()
		if waits.number--; waits.number == 0 {
			sigaction(sig, &waits.was, nil)
		}
	}
	if waits.number > 0 {
		waits.number++
		return done
	}
	if sigaction(sig, nil, &waits.was) != nil {
		return func() {}
	}
	now := waits.was
	if onMIPS {
		// The flags are a 32-bit word and come first there, in every byte order.
		*(*uint32)(unsafe.Pointer(&now[0])) &^= saRestart
	} else {
		now[1] &^= saRestart
	}
	if sigaction(sig, &now, nil) != nil {
		return func() {}
	}
	waits.number++
	return done
}

func sigaction(sig syscall.Signal, set, old *action) error {
	size := uintptr(8) // of the mask
	if onMIPS {
		size = 16
	}
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig),
		uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), size, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
