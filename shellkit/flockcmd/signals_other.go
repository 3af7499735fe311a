//go:build unix && !linux

package flockcmd

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// untilSignal does work, and ends with 128 plus the number of a signal of which a
// C program would have died, but which Go's runtime throws away (USR1) or answers
// with a stack trace (QUIT), unless it is in but. What is left undone ends with the
// process.
func untilSignal(work func() int, but ...syscall.Signal) int {
	signals := make(chan os.Signal, 1)
	for _, sig := range []syscall.Signal{
		syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGVTALRM, syscall.SIGXCPU,
	} {
		if !slices.Contains(but, sig) {
			signal.Notify(signals, sig)
		}
	}
	done := make(chan int, 1)
	go func() { done <- work() }()
	select {
	case status := <-done:
		return status
	case sig := <-signals:
		return exitSignal + int(sig.(syscall.Signal))
	}
}

func beDeadly(...syscall.Signal) {}

// byDefault is for a system that shows what a command has started.
func byDefault(syscall.Signal) {}
