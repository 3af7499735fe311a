package flockcmd

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// endWithParent has us get a signal, as if it were told to us, when the shell that has called is
// no more.
func endWithParent(sig syscall.Signal) { unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(sig), 0, 0, 0) }
