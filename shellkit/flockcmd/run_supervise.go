package flockcmd

import (
	"os"
	"syscall"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
	"golang.org/x/sys/unix"
)

// ended is a child that has ended.
type ended struct {
	pid int
	how syscall.WaitStatus
}

// supervise runs the command, passes signals on to it, and releases the lock when
// it has ended. Returning, a command lets go what it has left behind, a daemon for
// example (3.2). With -k, and when a signal was meant to end it all, its whole
// tree is waited for: a killed shell must not free the lock under its rsync.
func (r *run) supervise(held *lockfile.Held, signals <-chan os.Signal, streams [3]*os.File) int {
	adoptOrphans()
	pid, err := r.start(held, streams)
	if err != nil {
		status := exitNotExec
		if err == syscall.ENOENT || err == syscall.ENOTDIR {
			status = exitNotFound
		}
		return fail(status, "cannot execute ", r.command[0], ": ", err.Error()).end("run", streams[2])
	}
	beDeadly(syscall.SIGQUIT, syscall.SIGALRM)
	children := make(chan ended)
	go reap(pid, children)

	running, status := true, exitOK
	var passed syscall.Signal
	var kill <-chan time.Time
	for {
		select {
		case child, some := <-children:
			if !some {
				held.Close()
				return status
			}
			if child.pid != pid {
				continue
			}
			running = false
			status = statusOf(child.how)
			if !r.keep && passed == 0 && !child.how.Signaled() {
				held.Unlock()
				held.Close()
				return status
			}
			if passed != 0 {
				signalTree(passed)
			}
		case sig := <-signals:
			passed = sig.(syscall.Signal)
			switch {
			case !running:
				signalTree(passed)
			case !fromTerminal(passed):
				syscall.Kill(pid, passed)
			}
			if kill == nil && r.killAfter >= 0 {
				kill = time.After(r.killAfter)
			}
		case <-kill:
			if running {
				syscall.Kill(pid, syscall.SIGKILL)
			}
			signalTree(syscall.SIGKILL)
			// Until nobody is left: one may have been born meanwhile.
			kill = time.After(50 * time.Millisecond)
		}
	}
}

func (r *run) start(held *lockfile.Held, streams [3]*os.File) (pid int, err error) {
	attr := syscall.ProcAttr{Env: syscall.Environ()}
	for _, stream := range streams {
		attr.Files = append(attr.Files, stream.Fd())
	}
	if !r.closeFD {
		attr.Files = append(attr.Files, childFiles(held.FD)...)
	}
	err = execute(r.command, func(path string, argv []string) (err error) {
		pid, err = syscall.ForkExec(path, argv, &attr)
		return err
	})
	return pid, err
}

// fromTerminal says whether the terminal has sent sig, and so to the command as
// well: a second Ctrl-C means more to many programs than the first. It is taken
// for that if we and the command are what the terminal has in the foreground.
func fromTerminal(sig syscall.Signal) bool {
	if sig != syscall.SIGINT && sig != syscall.SIGQUIT {
		return false
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDONLY|syscall.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	foreground, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	if err != nil {
		return false
	}
	ours, err := unix.Getpgid(0)
	return err == nil && ours == foreground
}
