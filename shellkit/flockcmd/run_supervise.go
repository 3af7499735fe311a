package flockcmd

import (
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// ended is a child that has ended.
type ended struct {
	pid int
	how syscall.WaitStatus
}

// course is the command's, from its start until the lock is free.
type course struct {
	*run
	pid     int
	running bool
	passed  syscall.Signal   // the last signal that was meant to end the command; 0 before that
	kill    <-chan time.Time // when what has not ended is killed; nil while nobody asks for that
	late    bool             // --max has run out
	killed  bool             // after which something had to be killed
	lost    bool             // the lock in etcd is not surely held any longer
	stderr  *os.File
}

// again is the pause between two rounds of killing: somebody may be born during one.
const again = 50 * time.Millisecond

// supervise runs the command, passes signals on to it, and releases the lock when
// it has ended. Returning, a command lets go what it has left behind, a daemon for
// example (3.2). With -k, and when a signal or --max was meant to end it all, its whole
// tree is waited for: a killed shell must not free the lock under its rsync.
func (r *run) supervise(held *lockfile.Held, signals <-chan os.Signal, streams [3]*os.File) int {
	adoptOrphans()
	pid, failed := r.begin(held, streams)
	if failed != nil {
		return failed.end("run", streams[2])
	}
	var max <-chan time.Time
	if r.max > 0 {
		max = time.After(r.max)
	}
	beDeadly(syscall.SIGQUIT, syscall.SIGALRM, syscall.SIGTSTP)
	stops := r.child.stops()
	children := make(chan ended)
	go reap(pid, r.keeper, children)

	c := &course{run: r, pid: pid, running: true, stderr: streams[2]}
	status := exitOK
	for {
		alarm, timer, news := r.lease.channels()
		select {
		case child, some := <-children:
			if !some {
				held.Close()
				return c.status(status)
			}
			if child.pid != pid {
				continue
			}
			c.running = false
			status = statusOf(child.how)
			if r.lease != nil && child.how.Signaled() && !c.lost {
				c.ring() // it may have been killed because we were stopped for too long
			}
			if !r.keep && c.passed == 0 && !child.how.Signaled() {
				if !r.kept {
					held.Unlock()
				}
				held.Close()
				return status
			}
			if c.passed != 0 && !c.late { // at the end of --max all have been told
				signalTree(c.passed, c.keeper)
			}
		case sig := <-signals:
			c.pass(sig.(syscall.Signal))
		case <-stops:
			c.pause()
		case <-max:
			c.end()
		case <-c.kill:
			c.killAll()
		case <-alarm:
			c.ring()
		case <-timer:
			c.ring()
		case n, heard := <-news:
			if why := r.lease.take(n, heard); why != "" {
				c.lose(why)
				c.killAll()
			}
		}
	}
}

// pass hands a signal on to the command, or to what that has left.
func (c *course) pass(sig syscall.Signal) {
	c.passed = sig
	switch {
	case !c.running:
		signalTree(sig, c.keeper)
	case c.child != nil:
		c.child.signal(sig)
	case !fromTerminal(sig):
		syscall.Kill(c.pid, sig)
	}
	if c.kill == nil && c.killAfter >= 0 {
		c.kill = time.After(c.killAfter)
	}
}

// defaultKillAfter is how long after --max a tree has to end by itself.
const defaultKillAfter = 10 * time.Second

// end asks the whole tree to end, since its time is over; also who is stopped shall hear it.
func (c *course) end() {
	c.line(c.stderr, c.text+": "+c.command[0]+" has run for "+plainSeconds(c.max)+" s (--max) and is ended")
	c.late, c.passed = true, syscall.SIGTERM
	c.tell(syscall.SIGTERM)
	c.tell(syscall.SIGCONT)
	if c.kill != nil {
		return
	}
	after := c.killAfter
	if after < 0 {
		after = defaultKillAfter
	}
	c.kill = time.After(after)
}

// tell sends sig to the whole tree, once to each. Nobody of a process group can be born unnoticed
// meanwhile; of others who is born while they are listed is missed.
func (c *course) tell(sig syscall.Signal) {
	if c.child == nil {
		signalTree(sig, c.keeper)
		return
	}
	syscall.Kill(-c.pid, sig)
	signalOutside(c.pid, sig, c.keeper)
}

// killAll kills what is left of the tree, round by round until nobody is.
func (c *course) killAll() {
	if c.running {
		syscall.Kill(c.pid, syscall.SIGKILL)
	}
	signalTree(syscall.SIGKILL, c.keeper)
	c.killed = c.late
	c.kill = time.After(again)
}

// status is what the end means to whoever started us: the command's own status, or
// timeout(1)'s where --max has ended it.
func (c *course) status(own int) int {
	switch {
	case c.lost:
		return exitLost
	case c.killed:
		return exitKilled
	case c.late:
		return exitTooLong
	}
	return own
}

func plainSeconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

// begin starts the command, or lets the child begin that stands for it.
func (r *run) begin(held *lockfile.Held, streams [3]*os.File) (pid int, failed *failure) {
	if r.child != nil {
		return r.child.pid, r.child.begin(streams[0], r.fence)
	}
	pid, err := r.start(held, streams)
	switch err {
	case nil:
		return pid, nil
	case syscall.ENOENT, syscall.ENOTDIR:
		return 0, fail(exitNotFound, "cannot execute ", r.command[0], ": ", err.Error())
	}
	return 0, fail(exitNotExec, "cannot execute ", r.command[0], ": ", err.Error())
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
