package flockcmd

import (
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// throughOption tells run that the shell that calls has opened the lock, as these descriptors,
// and is to hold it when we have ended. It cannot know which slot will be free: so it lends the
// gate, and we print the path of the slot to open; then it lends both, and we print the path of
// another slot, if that was taken meanwhile, or nothing: the slot is its. With --child it holds
// the lock already, and we give it back when the work has ended.
//
// Behind LOCK there may be what messages are to call it.
const throughOption = "through"

// parseThrough reads `FD` or `FD,FD`.
func parseThrough(text string) (fds []int, failed *failure) {
	for _, word := range strings.Split(text, ",") {
		fd, err := number(word, 32)
		if err != nil || !inherited(int(fd)) {
			return nil, usage("run", "--", throughOption, " is for the functions of lockkit init")
		}
		fds = append(fds, int(fd))
	}
	return fds, nil
}

// lend takes the lock for the shell that has opened it.
func (r *run) lend(streams [3]*os.File) int {
	signals := passedOn()
	signal.Notify(signals, syscall.SIGPIPE)
	endWithParent(syscall.SIGPIPE)
	go endUnread(streams[1])
	held, status := r.acquire(signals, streams[2])
	switch {
	case held == nil:
		return status
	case held.Lent():
		return exitOK
	}
	out := output{file: streams[1]}
	out.print(held.Path + "\n")
	return out.status("run", exitOK, streams[2])
}

// borrow makes the descriptors that were lent the ones through which the lock is taken.
func (r *run) borrow() error {
	if r.slots == 0 {
		var err error
		r.lent, err = lockfile.Lend(r.through[0], r.lock.Path, r.request)
		return err
	}
	gate, err := lockfile.Lend(r.through[0], r.lock.Path, lockfile.Request{})
	var slot *lockfile.Held
	if err == nil && len(r.through) > 1 {
		slot, err = lockfile.Lend(r.through[1], r.lock.Path, lockfile.Request{})
	}
	r.inside = r.inside.Through(gate, slot)
	return err
}

// simple takes a lock that has no slots.
func (r *run) simple(wish lockfile.Request) (*lockfile.Held, error) {
	if r.lent == nil {
		return lockfile.Acquire(r.lock.Path, wish)
	}
	if err := r.lent.Take(wish); err != nil {
		return nil, err
	}
	return r.lent, nil
}

// wantsOther is for a descriptor that cannot have the lock, of which the shell may open another.
func (r *run) wantsOther(e *lockfile.Error) bool {
	return r.through != nil && e.Op == lockfile.OpLock && errors.Is(e, syscall.EBADF)
}

// endUnread ends the wait when nobody reads what we say: a lock that we take would be nobody's.
// Where a system tells of the end of the shell that is our parent, that ends it as well: ksh93
// reads a file.
func endUnread(stdout *os.File) {
	fds := []unix.PollFd{{Fd: int32(stdout.Fd())}}
	for {
		if _, err := unix.Poll(fds, -1); err != unix.EINTR {
			break
		}
	}
	if fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0 {
		syscall.Kill(os.Getpid(), syscall.SIGPIPE)
	}
}
