package flockcmd

import (
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// guardCommand is the word by which lockkit-etcd starts itself as a guard.
const guardCommand = "guard"

// Guard is the process between the one that holds a lock in etcd and the command. It runs
// the command and ends it when the lease runs out, also where the holder is stopped or was
// killed: it is the parent of the command, and of all that the command leaves behind.
//
// args are the descriptors of this machine's lock and of the pipe with the news, the
// Renewal in two numbers, the fence, and then the arguments of run.
func (o On) Guard(args []string, stdin, stdout, stderr *os.File) int {
	var numbers [5]int64
	for i := range numbers {
		n, err := strconv.ParseInt(args[min(i, len(args)-1)], 10, 64)
		if err != nil || len(args) <= len(numbers) {
			return fail(exitUsage, "this is not for people to call").end(guardCommand, stderr)
		}
		numbers[i] = n
	}
	r, wrong := parseRun(args[len(numbers):])
	if wrong != nil {
		return wrong.end("run", stderr)
	}
	lock, pipe := int(numbers[0]), int(numbers[1])
	unix.CloseOnExec(lock)
	unix.CloseOnExec(pipe)
	syscall.Setenv(FenceVariable, args[4])
	known := Renewal{time.Duration(numbers[2]), time.Duration(numbers[3])}
	var err error
	if r.lease, err = watchLease(o.clock(), known, os.NewFile(uintptr(pipe), "lease")); err != nil {
		return fail(exitOS, err.Error()).end("run", stderr)
	}
	if why := r.lease.uncertain(); why != "" {
		return fail(exitLost, r.text, ": the lock in etcd is lost (", why, "), and nothing was run").end("run", stderr)
	}
	r.kept = true
	return untilSignal(func() int {
		return r.supervise(&lockfile.Held{FD: lock}, passedOn(), [3]*os.File{stdin, stdout, stderr})
	})
}

// FenceVariable is where the command finds the number that grows with each holder.
const FenceVariable = "LOCKKIT_FENCE"
