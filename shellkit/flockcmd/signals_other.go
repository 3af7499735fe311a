//go:build unix && !linux

package flockcmd

import (
	"os"
	"os/signal"
	"syscall"
)

// untilSignal does work, and ends with 128 plus the number of a signal of which a
// C program would have died, but which Go's runtime throws away (USR1) or answers
// with a stack trace (QUIT). What it leaves undone ends with the process.
func untilSignal(timed bool, work func() int) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGXCPU, syscall.SIGVTALRM)
	if !timed {
		signal.Notify(signals, syscall.SIGALRM)
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

func beDeadly(bool) {}
