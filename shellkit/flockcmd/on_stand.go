package flockcmd

import (
	"context"
	"os"
	"path"
	"strconv"
	"syscall"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// stand waits in the machines' queue for what is left of -w, or returns the status to end
// with. start is when this machine's lock was asked for.
func (h *holder) stand(queue Queue, signals <-chan os.Signal, start time.Time) (Tenure, int) {
	stderr := h.streams[2]
	since := func() string { return " after " + strconv.FormatFloat(time.Since(start).Seconds(), 'f', 1, 64) + " s" }
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	wish := Wish{
		Shared: h.request.Shared, Try: h.request.Wait == 0, TTL: h.ttl, Clock: h.on.clock(),
		PID: h.pid, Program: path.Base(h.command[0]),
	}
	wish.Waiting = func() {
		if h.verbose {
			h.line(stderr, "waiting for "+h.text+" in etcd"+queue.Who(ctx, wish))
		}
	}
	if h.request.Wait > 0 {
		left := time.AfterFunc(max(h.request.Wait-time.Since(start), 0), func() { cancel(lockfile.ErrTimeout) })
		defer left.Stop()
	}
	heard := make(chan struct{})
	defer close(heard)
	go func() {
		select {
		case sig := <-signals:
			cancel(wakened(sig.(syscall.Signal)))
		case <-heard:
		}
	}()
	tenure, err := queue.Take(ctx, wish)
	switch {
	case err == nil:
		if h.verbose && time.Since(start) > 100*time.Millisecond {
			h.line(stderr, "got "+h.text+" in etcd"+since())
		}
		return tenure, exitOK
	case err == lockfile.ErrBusy:
		h.line(stderr, h.text+" is busy"+h.whoFar(queue, wish))
		return nil, h.conflict
	case err == lockfile.ErrTimeout:
		h.line(stderr, h.text+" is still busy"+since()+h.whoFar(queue, wish))
		return nil, h.conflict
	}
	if sig, ok := err.(wakened); ok {
		return nil, exitSignal + int(sig)
	}
	return nil, unable(err).end("run", stderr)
}

// wakened is the error of a wait that a signal has ended.
type wakened syscall.Signal

func (w wakened) Error() string { return "signal " + strconv.Itoa(int(w)) }

// whoFar asks etcd who has the lock, for as long as one waits for an answer to that.
func (h *holder) whoFar(queue Queue, wish Wish) string {
	if h.quiet {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return queue.Who(ctx, wish)
}
