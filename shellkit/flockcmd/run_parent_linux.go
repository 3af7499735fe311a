package flockcmd

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// endWithParent has us get TERM, as if it were told to us, when the shell that has called is
// no more: its function ends as it would have ended in the shell itself.
func endWithParent() { unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGTERM), 0, 0, 0) }
