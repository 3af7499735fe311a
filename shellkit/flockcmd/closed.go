package flockcmd

import (
	"os"

	"golang.org/x/sys/unix"
)

// Closed tells of a standard stream that it was closed when the program was started.
//
// The runtime of Go has put /dev/null there, open for reading and writing. A /dev/null that
// was opened so by somebody else cannot be told from that and counts as closed as well,
// unless another standard stream shares it, as those of a daemon do: that output is lost
// unsaid is worse than a refusal too many.
func Closed(stream *os.File) bool {
	fd := int(stream.Fd())
	if fd > 2 || !isSubstitute(fd) {
		return false
	}
	for other := range 3 {
		if other != fd && shared(fd, other) {
			return false
		}
	}
	return true
}

// shared tells whether two descriptors are one open file description: what is set for one
// is set for the other. It is asked of /dev/null only, where appending means nothing.
func shared(a, b int) bool {
	before, err := unix.FcntlInt(uintptr(a), unix.F_GETFL, 0)
	if err != nil {
		return false
	}
	other, err := unix.FcntlInt(uintptr(b), unix.F_GETFL, 0)
	if err != nil || (before^other)&unix.O_APPEND != 0 {
		return false
	}
	if _, err := unix.FcntlInt(uintptr(a), unix.F_SETFL, before^unix.O_APPEND); err != nil {
		return false
	}
	defer unix.FcntlInt(uintptr(a), unix.F_SETFL, before)
	now, err := unix.FcntlInt(uintptr(b), unix.F_GETFL, 0)
	return err == nil && (now^other)&unix.O_APPEND != 0
}
