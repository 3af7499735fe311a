package flockcmd

import (
	"errors"
	"os"
	"os/signal"
	"path"
	"strconv"
	"syscall"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// Run is `lockkit run`: with_lock where there is no shell, with its options and
// exit statuses (CONTRACT.md, section 3).
//
// Like Flock it changes signal dispositions, with the same limit, and it reaps every
// child: the process is to exit with the status that it returns.
func Run(args []string, stdin, stdout, stderr *os.File) int {
	r, wrong := parseRun(args)
	if wrong != nil {
		return wrong.end("run", stderr)
	}
	if r.help {
		out := output{file: stdout}
		out.print(runHelp)
		return out.status("run", exitOK, stderr)
	}
	if r.on != "" {
		return unable(HandOn(append([]string{"run"}, args...))).end("run", stderr)
	}
	return untilSignal(func() int {
		return r.do([3]*os.File{stdin, stdout, stderr})
	}, syscall.SIGQUIT, syscall.SIGALRM)
}

func (r *run) do(streams [3]*os.File) int {
	if r.child != nil && r.through == nil { // it inherits no descriptor of ours, as a program does
		return usage("run", "--", childOption, " is for the functions of lockkit init").end("run", streams[2])
	}
	if r.through != nil {
		if err := r.borrow(); err != nil {
			return r.refused(err).end("run", streams[2])
		}
		if r.child == nil {
			return r.lend(streams)
		}
	}
	if r.max > 0 && !seesTree() {
		return fail(exitUnavailable, "--max needs a system that shows what the command has started").end("run", streams[2])
	}
	if r.child != nil {
		return r.supervise(r.lent, passedOn(), streams)
	}
	if r.lock.Named {
		if err := lockfile.EnsureDir(path.Dir(r.lock.Path)); err != nil {
			return r.refused(err).end("run", streams[2])
		}
	}
	signals := passedOn()
	held, status := r.acquire(signals, streams[2])
	if held == nil {
		return status
	}
	if r.lock.Named {
		// A full disk keeps nobody from running: the lock is held all the same.
		held.Write(lockfile.Holder{PID: os.Getpid(), Since: time.Now(), Name: path.Base(r.command[0])})
	}
	return r.supervise(held, signals, streams)
}

// passedOn receives the signals that go on to the command, but for those that
// were ignored when this program was started: nohup means the command too.
func passedOn() chan os.Signal {
	signals := make(chan os.Signal, 8)
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM} {
		if !signal.Ignored(sig) {
			signal.Notify(signals, sig)
		}
	}
	return signals
}

// otherNumber is for a lock that others use with another number of slots.
func (r *run) otherNumber(e *lockfile.SlotsError) *failure {
	here := "without -j"
	if e.Want > 0 {
		here = "with -j " + strconv.Itoa(e.Want)
	}
	there := "another number of slots"
	if e.Have > 0 {
		there = "-j " + strconv.Itoa(e.Have)
	}
	f := usage("run", r.text, " is used with ", there, ", and here ", here)
	f.hint = "all users of a lock give the same number; it can be changed when nobody is inside"
	return f
}

// refused turns an error of lockfile into with_lock's status.
func (r *run) refused(err error) *failure {
	if other, ok := errors.AsType[*lockfile.SlotsError](err); ok {
		return r.otherNumber(other)
	}
	e, ok := errors.AsType[*lockfile.Error](err)
	if !ok {
		return fail(exitOS, r.text, ": ", err.Error())
	}
	if r.wantsOther(e) {
		return fail(exitData)
	}
	switch e.Op {
	case lockfile.OpName:
		f := usage("run", "'", r.text, "' is ", e.Err.Error())
		f.hint = "a name has letters, digits, _ . -; a path has a slash, as in ./" + harmless(r.text)
		if errors.Is(e, lockfile.ErrRelativeDir) {
			f.hint = "LOCKKIT_DIR=" + harmless(lockfile.Dir()) + " would be another lock in another folder"
		}
		return f
	case lockfile.OpDir:
		return fail(exitCantCreate, "cannot use the lock directory ", e.Path, ": ", e.Err.Error())
	case lockfile.OpOpen:
		return fail(exitNoInput, "cannot open ", e.Path, ": ", e.Err.Error())
	case lockfile.OpWrite:
		return fail(exitCantCreate, "cannot write ", e.Path, ": ", e.Err.Error())
	case lockfile.OpCreate:
		return fail(exitCantCreate, "cannot create ", e.Path, ": ", e.Err.Error())
	}
	if errors.Is(e, lockfile.ErrNoLocks) || errors.Is(e, lockfile.ErrPretended) ||
		r.request.Range != nil && e.Op == lockfile.OpLock && e.Errno() == syscall.EINVAL { // a kernel that knows no such locks
		return fail(exitUnavailable, r.text, ": ", e.Err.Error())
	}
	return fail(exitOS, "cannot lock ", r.text, ": ", e.Err.Error())
}
