package flockcmd

import (
	"errors"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// Flock is `lockkit flock`, the drop-in for flock(1) of util-linux: the same
// options and exit statuses. It differs where flock(1) would let two in: the FILE
// form makes sure that FILE is still what it has locked (CONTRACT.md 2.2).
// Texts of --verbose are flock(1)'s; errors are worded as lockkit words them.
//
// It changes signal dispositions of the process, which is to exit with the status
// that it returns. One limit is Go's: of the signals that were ignored when the
// process was started, only HUP and INT are known to have been and stay ignored, for
// us and for the command; the runtime forgets about the others before we are asked.
func Flock(args []string, stdin, stdout, stderr *os.File) int {
	c, wrong := parseFlock(args)
	if wrong != nil {
		return wrong.end("flock", stderr)
	}
	out := output{file: stdout}
	switch c.only {
	case 'h':
		out.print(flockHelp)
		return out.status("flock", exitOK, stderr)
	case 'V':
		out.print(flockVersion)
		return out.status("flock", exitOK, stderr)
	}
	var spared []syscall.Signal
	if c.request.Wait > 0 {
		// A timed wait lives through other people's ALRM, as flock(1)'s does.
		spared = append(spared, syscall.SIGALRM)
	}
	c.request.Busy = func() { beDeadly(spared...) }
	status := untilSignal(func() int {
		return c.do(&out, [3]*os.File{stdin, stdout, stderr})
	}, spared...)
	return out.status("flock", status, stderr)
}

// do takes the lock and runs the command.
func (c *call) do(out *output, streams [3]*os.File) int {
	stderr := streams[2]
	fd := c.fd
	if c.badWait {
		if wrong := c.reachable(); wrong != nil {
			return wrong.end("flock", stderr)
		}
		return fail(exitOS, "cannot wait for such a time").end("flock", stderr)
	}
	if fd >= 0 && !inherited(fd) {
		return fail(exitData, c.target(), ": ", syscall.EBADF.Error()).end("flock", stderr)
	}
	start := time.Now()
	fd, err := c.lock()
	took := time.Since(start)
	switch {
	case err == lockfile.ErrBusy:
		c.say(stderr, "flock: failed to get lock\n")
		return c.conflict
	case err == lockfile.ErrTimeout:
		c.say(stderr, "flock: timeout while waiting to get lock\n")
		return c.conflict
	case err != nil:
		return c.refused(err).end("flock", stderr)
	}
	if c.verbose {
		text := "flock: getting lock took " + strconv.FormatFloat(took.Seconds(), 'f', 6, 64) + " seconds\n"
		if len(c.command) > 0 {
			text += "flock: executing " + c.command[0] + "\n"
		}
		out.print(text)
	}
	if len(c.command) == 0 {
		return exitOK
	}
	return c.run(fd, streams)
}

// lock returns the descriptor that has the lock.
func (c *call) lock() (int, error) {
	switch {
	case c.fd >= 0 && c.unlock:
		return c.fd, lockfile.Unlock(c.fd, c.request.Range)
	case c.fd >= 0:
		return c.fd, lockfile.Lock(c.fd, c.request)
	case c.unlock:
		// As flock(1) does: opens FILE and runs the command, locked by nobody,
		// because that is what was asked for.
		return lockfile.Open(c.file, c.request)
	}
	held, err := lockfile.Acquire(c.file, c.request)
	if err != nil {
		return -1, err
	}
	return held.FD, nil
}

// reachable opens what would be locked, as flock(1) does before anything else.
func (c *call) reachable() *failure {
	if c.fd >= 0 {
		return nil
	}
	fd, err := lockfile.Open(c.file, c.request)
	if err != nil {
		return c.refused(err)
	}
	syscall.Close(fd)
	return nil
}

// refused turns an error of lockfile into flock(1)'s status.
func (c *call) refused(err error) *failure {
	e, ok := errors.AsType[*lockfile.Error](err)
	if !ok {
		return fail(exitOS, c.target(), ": ", err.Error())
	}
	errno := e.Errno()
	if e.Op == lockfile.OpLock {
		switch {
		case errno == syscall.ENOLCK || errno == syscall.ENOMEM:
			return fail(exitOS, c.target(), ": ", errno.Error())
		case errors.Is(e, lockfile.ErrNoLocks):
			return fail(exitUnavailable, c.target(), ": ", e.Err.Error())
		}
		return fail(exitData, c.target(), ": ", e.Err.Error())
	}
	status := exitNoInput
	switch errno {
	case syscall.ENOMEM, syscall.EMFILE, syscall.ENFILE:
		status = exitOS
	case syscall.EROFS, syscall.ENOSPC:
		status = exitCantCreate
	}
	return fail(status, "cannot open lock file ", c.target(), ": ", e.Err.Error())
}

func (c *call) target() string {
	if c.fd < 0 {
		return c.file
	}
	if c.fd == noDescriptor {
		return "negative descriptor"
	}
	return strconv.Itoa(c.fd)
}

func (c *call) say(stderr *os.File, text string) {
	if c.verbose {
		stderr.WriteString(text)
	}
}

// output is standard output, with the memory of what could not be written.
type output struct {
	file *os.File
	err  error
}

// print goes round os.File, whose Write lets a closed pipe end the process: the
// command is still to run.
func (o *output) print(text string) {
	if o.err == nil && Closed(o.file) {
		o.err = syscall.EBADF
	}
	for rest := []byte(text); len(rest) > 0 && o.err == nil; {
		n, err := syscall.Write(int(o.file.Fd()), rest)
		if err == syscall.EPIPE {
			return // whoever read it has seen enough
		}
		if err != nil && err != syscall.EINTR {
			o.err = err
		}
		rest = rest[max(n, 0):]
	}
}

// status is the status for command to end with: lost output is not success.
func (o *output) status(command string, status int, stderr *os.File) int {
	if o.err == nil || status != exitOK {
		return status
	}
	lost := exitFailure // flock(1)'s
	if command != "flock" {
		lost = exitWrite
	}
	return fail(lost, "cannot write: ", o.err.Error()).end(command, stderr)
}
