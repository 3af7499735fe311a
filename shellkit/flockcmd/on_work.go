package flockcmd

import (
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// work has the command run by a guard, tells the guard of the lease, and gives the lock in
// etcd back when the command has ended. The status is the guard's.
func (h *holder) work(held *lockfile.Held, tenure Tenure, signals <-chan os.Signal) int {
	stderr := h.streams[2]
	read, write, err := os.Pipe()
	if err != nil {
		tenure.Release()
		return fail(exitOS, "cannot make a pipe: ", err.Error()).end("run", stderr)
	}
	adoptOrphans()
	guard, err := h.startGuard(held.FD, int(read.Fd()), tenure)
	read.Close()
	if err != nil {
		tenure.Release()
		return fail(exitOS, "cannot start the process that watches over ", h.command[0], ": ", err.Error()).end("run", stderr)
	}
	beDeadly(syscall.SIGQUIT, syscall.SIGALRM)
	children := make(chan ended)
	go reap(guard, 0, children)

	// The guard ends the work in time. Should it be stopped itself, it is done from here, a
	// little later and without asking.
	alarm, err := h.on.clock().Alarm()
	if err != nil {
		signalTree(syscall.SIGKILL, 0)
		return fail(exitOS, err.Error()).end("run", stderr)
	}
	end := tenure.Renewal().End()
	alarm.Set(end)

	c := &course{run: h.run, pid: guard, running: true, stderr: stderr}
	status, late := exitOK, false
	for over := false; !over; {
		select {
		case child, some := <-children:
			switch {
			case !some:
				over = true
			case child.pid == guard && !child.how.Signaled():
				status, over = statusOf(child.how), true
			case child.pid == guard:
				c.running, status = false, statusOf(child.how)
				if !c.lost {
					h.orphaned(c)
				}
			}
		case sig := <-signals:
			if c.running {
				c.passed = sig.(syscall.Signal)
				if !fromTerminal(c.passed) {
					syscall.Kill(guard, c.passed)
				}
			} else {
				c.pass(sig.(syscall.Signal))
			}
		case n := <-tenure.News():
			n.send(write) // a guard that has gone is heard of by its end
			if end = n.Renewed.End(); n.Lost != "" {
				end = h.on.clock().Now()
			}
			if !c.lost {
				alarm.Set(end)
			}
		case <-alarm.C():
			if h.on.clock().Now() >= end && c.kill == nil {
				c.kill, late = time.After(hearing), true
			}
		case <-c.kill:
			c.lost = c.lost || late && c.running
			c.killAll()
		}
	}
	if c.lost {
		status = exitLost
	}
	if err := tenure.Release(); err != nil && status != exitLost {
		h.line(stderr, h.text+" stays locked in etcd until its lease has run out: "+err.Error())
	}
	return status
}

// hearing is what a guard is given to end the work of a lost lease by itself: it may have
// been stopped no longer than we were.
const hearing = 200 * time.Millisecond

// orphaned ends what a guard that was killed has left behind: nobody watches over it now.
func (h *holder) orphaned(c *course) {
	c.stderr.WriteString("lockkit: " + harmless(h.text+": the process that watched over "+h.command[0]+" was killed, and what it ran is ended") + "\n")
	signalTree(syscall.SIGTERM, 0)
	signalTree(syscall.SIGCONT, 0)
	c.killAll()
}

// startGuard starts this program again, as the guard. What was handed to us, the guard
// hands to the command.
func (h *holder) startGuard(lock, pipe int, tenure Tenure) (pid int, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	attr := syscall.ProcAttr{Env: syscall.Environ()}
	for _, stream := range h.streams {
		attr.Files = append(attr.Files, stream.Fd())
	}
	var numbers [2]int
	for fd, next := 3, 0; next < len(numbers); fd++ {
		if inherited(fd) {
			attr.Files = append(attr.Files, uintptr(fd))
			continue
		}
		numbers[next] = fd
		attr.Files = append(attr.Files, uintptr([2]int{lock, pipe}[next]))
		next++
	}
	known := tenure.Renewal()
	args := []string{etcdProgram, guardCommand}
	for _, n := range []int64{int64(numbers[0]), int64(numbers[1]), int64(known.At), int64(known.TTL), tenure.Fence()} {
		args = append(args, strconv.FormatInt(n, 10))
	}
	return syscall.ForkExec(self, append(args, h.args...), &attr)
}
