package flockcmd

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// fromTerminal says whether the terminal has sent sig, and so to the command as
// well: a second Ctrl-C means more to many programs than the first. It is taken
// for that if we and the command are what the terminal has in the foreground.
func fromTerminal(sig syscall.Signal) bool {
	if sig != syscall.SIGINT && sig != syscall.SIGQUIT {
		return false
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDONLY|syscall.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	foreground, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	if err != nil {
		return false
	}
	ours, err := unix.Getpgid(0)
	return err == nil && ours == foreground
}
