package flockcmd

import (
	"context"
	"os"
	"path"
	"syscall"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// On is run with a lock of several machines. Their lock is taken when this machine's lock
// of the same name is held: so each machine has one in the queue, and on a machine all is as
// it is without.
type On struct {
	// Connect gets ready to take the lock called name. It waits for nobody.
	Connect func(place Place, name string) (Queue, error)
	Clock   Clock // nil stands for the machine's
}

// Queue is where the machines wait for their lock, in the order in which they came.
type Queue interface {
	// Take waits for the lock until ctx ends, then the error is context.Cause(ctx), and the
	// place in the queue is given up. Any other error is an *Unable, or ErrBusy of lockfile
	// where the wish is not to wait.
	Take(ctx context.Context, wish Wish) (Tenure, error)
	// Who says who has the lock now, as the end of a sentence; "" where that is not known.
	Who(ctx context.Context, wish Wish) string
}

// Wish is what lock is wanted, and by whom.
type Wish struct {
	Shared, Try bool
	TTL         time.Duration
	PID         int
	Program     string
	Clock       Clock
	// Waiting, if set, is called when the lock turns out to be busy.
	Waiting func()
}

// Tenure is a lock that is held. It is renewed from the moment of Take on.
type Tenure interface {
	// Fence grows with every holder.
	Fence() int64
	// Renewal is the last one that is known.
	Renewal() Renewal
	// News is what has come since Take, until Release.
	News() <-chan News
	// Release ends the tenure, so that the next one gets in at once. An error means that the
	// next one has to wait for the end of the lease.
	Release() error
}

// Unable is why a lock of several machines cannot be had.
type Unable struct {
	Status    int
	Why, Hint string
}

func (u *Unable) Error() string { return u.Why }

// Statuses for Unable.
const (
	StatusUsage       = exitUsage       // a call that nobody could do
	StatusUnavailable = exitUnavailable // no quorum, no such etcd, no right to it
	StatusLost        = exitLost
	StatusWrite       = 74 // standard output could not be written
)

func (o On) clock() Clock {
	if o.Clock != nil {
		return o.Clock
	}
	return machineClock{}
}

// Run is `lockkit run --on`, with the promises of Run.
func (o On) Run(args []string, stdin, stdout, stderr *os.File) int {
	r, wrong := parseRun(args)
	switch {
	case wrong != nil:
		return wrong.end("run", stderr)
	case r.help:
		out := output{file: stdout}
		out.print(runHelp)
		return out.status("run", exitOK, stderr)
	case r.on == "":
		return usage("run", "--on is missing").end("run", stderr)
	case !seesTree():
		return fail(exitUnavailable, "--on needs a system that shows what the command has started").end("run", stderr)
	}
	return untilSignal(func() int {
		h := &holder{run: r, on: o, args: args, streams: [3]*os.File{stdin, stdout, stderr}}
		if r.child != nil {
			return h.besideChild()
		}
		return h.do()
	}, syscall.SIGQUIT, syscall.SIGALRM)
}

// holder is the process that holds the lock in etcd; the command runs below its guard.
type holder struct {
	*run
	on      On
	args    []string
	streams [3]*os.File
	pid     int // whom the lock in etcd names as its holder
}

func (h *holder) do() int {
	stderr := h.streams[2]
	queue, err := h.on.Connect(h.place, h.text)
	if err != nil {
		return unable(err).end("run", stderr)
	}
	if err := lockfile.EnsureDir(path.Dir(h.lock.Path)); err != nil {
		return h.refused(err).end("run", stderr)
	}
	start := time.Now()
	signals := passedOn()
	held, status := h.acquire(signals, stderr)
	if held == nil {
		return status
	}
	h.pid = os.Getpid()
	tenure, status := h.stand(queue, signals, start)
	if tenure == nil {
		held.Unlock()
		return status
	}
	held.Write(h.himself())
	status = h.work(held, tenure, signals)
	held.Unlock()
	return status
}

// himself is what others on this machine are told of who has the lock.
func (h *holder) himself() lockfile.Holder {
	return lockfile.Holder{PID: os.Getpid(), Since: time.Now(), Name: path.Base(h.command[0])}
}

// unable turns an error of the far side into what the user is told.
func unable(err error) *failure {
	if u, ok := err.(*Unable); ok {
		return &failure{u.Status, u.Why, u.Hint}
	}
	return fail(exitUnavailable, err.Error())
}
