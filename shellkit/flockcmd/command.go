package flockcmd

import (
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// run executes the command under the lock on fd and returns its status.
func (c *call) run(fd int, streams [3]*os.File) int {
	if c.noFork {
		if c.fd < 0 {
			handOver(fd)
		}
		err := execute(c.command, func(path string, argv []string) error {
			return syscall.Exec(path, argv, syscall.Environ())
		})
		return c.notExecuted(err).end("flock", streams[2])
	}
	attr := syscall.ProcAttr{Env: syscall.Environ()}
	for _, stream := range streams {
		attr.Files = append(attr.Files, stream.Fd())
	}
	switch {
	case c.fd < 0 && !c.closeFD:
		attr.Files = append(attr.Files, childFiles(fd)...)
	case c.fd >= 0 && c.closeFD:
		unix.CloseOnExec(fd)
	}
	pid := 0
	err := execute(c.command, func(path string, argv []string) (err error) {
		pid, err = syscall.ForkExec(path, argv, &attr)
		return err
	})
	if err != nil {
		return c.notExecuted(err).end("flock", streams[2])
	}
	beDeadly()
	return wait(pid)
}

func (c *call) notExecuted(err error) *failure {
	if err == syscall.ENOMEM || err == syscall.EAGAIN {
		return fail(exitOS, "cannot execute ", c.command[0], ": ", err.Error())
	}
	return fail(exitUnavailable, "cannot execute ", c.command[0], ": ", err.Error())
}

// childFiles lists the child's descriptors from 3 up to the lock's, which becomes
// the lowest that is free in the child.
func childFiles(lock int) []uintptr {
	free := lowestFree()
	files := make([]uintptr, 0, free-2)
	for fd := 3; fd < free; fd++ {
		files = append(files, uintptr(fd))
	}
	return append(files, uintptr(lock))
}

// handOver gives the lock to the program that this one becomes.
func handOver(lock int) int {
	free := lowestFree()
	if free != lock {
		// What may be open there is the runtime's, which ends here too.
		syscall.Close(free)
		if fd, err := unix.FcntlInt(uintptr(lock), unix.F_DUPFD, free); err == nil {
			return fd
		}
	}
	unix.FcntlInt(uintptr(lock), unix.F_SETFD, 0)
	return lock
}

// execute finds argv[0] and starts it as execvp(3) does: along PATH, past what is
// missing or forbidden; a file that is no program is a script for /bin/sh.
func execute(argv []string, start func(path string, argv []string) error) error {
	name := argv[0]
	if name == "" {
		return syscall.ENOENT
	}
	if strings.Contains(name, "/") {
		return startOrScript(name, argv, start)
	}
	path, set := syscall.Getenv("PATH")
	if !set {
		path = "/bin:/usr/bin"
	}
	result := error(syscall.ENOENT)
	for dir := range strings.SplitSeq(path, ":") {
		if dir == "" {
			dir = "."
		}
		file := dir + "/" + name
		var stat syscall.Stat_t
		err := syscall.Stat(file, &stat)
		if err == nil {
			err = startOrScript(file, argv, start)
		}
		switch err {
		case nil:
			return nil
		case syscall.EACCES:
			result = err
		case syscall.ENOENT, syscall.ENOTDIR, syscall.ESTALE, syscall.ENODEV, syscall.ETIMEDOUT:
		default:
			return err
		}
	}
	return result
}

func startOrScript(path string, argv []string, start func(string, []string) error) error {
	err := start(path, argv)
	if err != syscall.ENOEXEC {
		return err
	}
	script := append([]string{"/bin/sh", path}, argv[1:]...)
	return start("/bin/sh", script)
}

// wait waits for process pid to end.
func wait(pid int) int {
	for {
		var how syscall.WaitStatus
		_, err := syscall.Wait4(pid, &how, 0, nil)
		if err == nil {
			return statusOf(how)
		}
		if err != syscall.EINTR {
			return exitFailure
		}
	}
}

// statusOf is the status that a shell gives for the end of a process.
func statusOf(how syscall.WaitStatus) int {
	if how.Signaled() {
		return exitSignal + int(how.Signal())
	}
	return how.ExitStatus()
}
