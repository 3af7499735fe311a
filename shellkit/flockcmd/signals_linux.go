package flockcmd

import (
	"runtime"
	"slices"
	"strings"
	"syscall"
	"unsafe"
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

// setDefault passes the kernel a struct sigaction of zeros, which is SIG_DFL on
// every architecture.
func setDefault(sig syscall.Signal) {
	var action [8]uintptr
	size := uintptr(8) // of the signal mask
	if strings.HasPrefix(runtime.GOARCH, "mips") {
		size = 16
	}
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, size, 0, 0)
}
