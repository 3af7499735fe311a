package lockfile

import (
	"runtime"
	"strings"
	"syscall"
	"unsafe"
)

// action is the kernel's struct sigaction on any architecture, as words: all that
// is read of it here is the place of its flags.
type action [8]uintptr

const saRestart = 0x10000000

var onMIPS = strings.HasPrefix(runtime.GOARCH, "mips")

// interruptible lets sig break off system calls that would be restarted, until
// the function that it returns is called. The handler stays what it is. It must
// not be SIG_DFL, or the signal ends the process.
func interruptible(sig syscall.Signal) (restore func()) {
	var was action
	if sigaction(sig, nil, &was) != nil {
		return func() {}
	}
	now := was
	if onMIPS {
		// The flags are a 32-bit word and come first there, in every byte order.
		*(*uint32)(unsafe.Pointer(&now[0])) &^= saRestart
	} else {
		now[1] &^= saRestart
	}
	if sigaction(sig, &now, nil) != nil {
		return func() {}
	}
	return func() { sigaction(sig, &was, nil) }
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
