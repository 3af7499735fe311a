package holders

import (
	"os"
	"os/signal"
	"syscall"
)

// Signals are those that a live view on a terminal has to do something about.
type Signals struct {
	// End is sent the number of a signal that ends the process.
	End chan int
	// Redraw is sent something when the terminal has another size.
	Redraw chan struct{}
	// Resume is sent something when the process goes on after it was stopped,
	// whoever did that: the terminal may have been used by others.
	Resume chan struct{}
	// Suspend is sent something when the user wants the terminal for a while: give
	// it back, call Stop, and wait for Resume.
	Suspend chan struct{}

	raw chan os.Signal
}

// Listen begins to take the signals; Close ends that.
func Listen() *Signals {
	s := &Signals{make(chan int, 1), make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1), make(chan os.Signal, 8)}
	signal.Notify(s.raw, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT,
		syscall.SIGWINCH, syscall.SIGCONT, syscall.SIGTSTP)
	go func() {
		for sig := range s.raw {
			switch sig {
			case syscall.SIGWINCH:
				send(s.Redraw, struct{}{})
			case syscall.SIGCONT:
				send(s.Resume, struct{}{})
			case syscall.SIGTSTP:
				send(s.Suspend, struct{}{})
			default:
				send(s.End, int(sig.(syscall.Signal)))
			}
		}
	}()
	return s
}

// send does not wait: one message that is not read yet is enough.
func send[T any](to chan T, message T) {
	select {
	case to <- message:
	default:
	}
}

// Stop stops this process until somebody sends SIGCONT; it may return before.
func (s *Signals) Stop() { syscall.Kill(os.Getpid(), syscall.SIGSTOP) }

// Close gives the signals back their usual effect.
func (s *Signals) Close() {
	signal.Stop(s.raw)
	close(s.raw)
}
