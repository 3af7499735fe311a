package flockcmd

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// untilSignal does work in a process that, once beDeadly was called, dies of the
// signals of which a C program dies.
func untilSignal(work func() int, _ ...syscall.Signal) int { return work() }

// beDeadly gives signals that Go's runtime catches back their default action. It
// throws some away (USR1) and answers others with a stack trace (QUIT). Those of
// which Go itself lets the process die are left to it, and so are INT and HUP,
// which it has left ignored where they were.
//
// It is called where waiting begins, for the lock or for the command: some sixty
// system calls, which the command's own start hides. Those in but stay as they are.
func beDeadly(but ...syscall.Signal) {
	for sig := syscall.Signal(1); sig <= 64; sig++ {
		switch sig {
		case syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL, syscall.SIGSTOP,
			syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGURG, syscall.SIGPIPE,
			32, 33: // the C library's own
			continue
		}
		if !slices.Contains(but, sig) {
			setDefault(sig)
		}
	}
}

// setDefault gives a signal its default action.
func setDefault(sig syscall.Signal) {
	var action sigaction
	action.swap(sig, nil)
}

// byDefault has the default action of a signal done to this process before it returns. A
// signal to the process could come to another thread, and later.
func byDefault(sig syscall.Signal) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var ours, action sigaction
	action.swap(sig, &ours)
	unix.Tgkill(os.Getpid(), unix.Gettid(), sig)
	ours.swap(sig, nil)
}

// sigaction has room for the kernel's struct of that name. Its zero is SIG_DFL on every
// architecture.
type sigaction [8]uintptr

// swap sets the action and keeps the one before in old, where that is not nil.
func (a *sigaction) swap(sig syscall.Signal, old *sigaction) {
	size := uintptr(8) // of the signal mask
	if strings.HasPrefix(runtime.GOARCH, "mips") {
		size = 16
	}
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(a)), uintptr(unsafe.Pointer(old)), size, 0, 0)
}
