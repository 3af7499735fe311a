package flockcmd

import (
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// keepCommand is the word by which lockkit-etcd starts itself as a keeper.
const keepCommand = "keep"

// besideChild runs a command that is a child of ours already (see childOption). So it is we who
// watch over it, and the lock in etcd is kept by a process beside the command: the keeper.
// Whichever of the two is stopped or killed, the other one ends the work in time.
func (h *holder) besideChild() int {
	stderr := h.streams[2]
	if _, err := h.on.Connect(h.place, h.text); err != nil {
		return unable(err).end("run", stderr)
	}
	if err := lockfile.EnsureDir(path.Dir(h.lock.Path)); err != nil {
		return h.refused(err).end("run", stderr)
	}
	start := time.Now()
	signals := passedOn()
	endWithParent(syscall.SIGTERM) // the function ends as it would in the shell itself
	held, status := h.acquire(signals, stderr)
	if held == nil {
		return status
	}
	defer held.Unlock()
	k, err := h.startKeeper(start)
	if err != nil {
		return fail(exitOS, "cannot start the process that keeps ", h.text, ": ", err.Error()).end("run", stderr)
	}
	known, fence := k.await(signals)
	if fence == 0 {
		return k.status(h.run, stderr)
	}
	held.Write(h.himself())
	status = h.watch(k, known, fence, signals)
	k.dismiss(h.run, stderr)
	return status
}

// watch lets the child begin and ends it when the lease runs out.
func (h *holder) watch(k *keeper, known Renewal, fence int64, signals <-chan os.Signal) int {
	stderr := h.streams[2]
	var err error
	if h.lease, err = watchLease(h.on.clock(), known, k.pipe); err != nil {
		return fail(exitOS, err.Error()).end("run", stderr)
	}
	k.news = h.lease.news
	if why := h.lease.uncertain(); why != "" {
		return fail(exitLost, h.text, ": the lock in etcd is lost (", why, "), and nothing was run").end("run", stderr)
	}
	h.fence = strconv.FormatInt(fence, 10)
	h.kept, h.closeFD, h.run.keeper = true, true, k.pid
	return h.supervise(&lockfile.Held{FD: noDescriptor}, signals, h.streams)
}

// keeper is the process that stands in etcd's queue and renews the lease, as its starter
// sees it.
type keeper struct {
	pid     int
	control *os.File // where it is told that the work has ended; its end says that we have
	pipe    *os.File // on which it says what it has got, and then the News
	news    <-chan News
}

func (h *holder) startKeeper(start time.Time) (*keeper, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	hear, control, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer hear.Close()
	pipe, tell, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer tell.Close()
	stderr := h.streams[2].Fd()
	args := []string{
		etcdProgram, keepCommand, strconv.Itoa(os.Getpid()), strconv.Itoa(h.child.pid),
		strconv.FormatInt(int64(time.Since(start)), 10),
	}
	pid, err := syscall.ForkExec(self, append(args, h.args...), &syscall.ProcAttr{
		Env: syscall.Environ(), Files: []uintptr{hear.Fd(), stderr, stderr, tell.Fd()},
	})
	return &keeper{pid: pid, control: control, pipe: pipe}, err
}

// await waits until the keeper has the lock; fence is 0 where it ends without. Meanwhile
// signals are its own.
func (k *keeper) await(signals <-chan os.Signal) (known Renewal, fence int64) {
	line := make(chan string)
	go func() { line <- firstLine(k.pipe) }()
	for {
		select {
		case text := <-line:
			if _, err := fmt.Sscanf(text, "got %d %d %d", &known.At, &known.TTL, &fence); err != nil {
				fence = 0
			}
			return known, fence
		case sig := <-signals:
			if !fromTerminal(sig.(syscall.Signal)) {
				syscall.Kill(k.pid, sig.(syscall.Signal))
			}
		}
	}
}

// firstLine reads no byte more than that.
func firstLine(from *os.File) string {
	var line strings.Builder
	for one := make([]byte, 1); ; {
		if n, err := from.Read(one); n == 0 || err != nil || one[0] == '\n' {
			return line.String()
		}
		line.WriteByte(one[0])
	}
}

// status is that of a keeper that has ended without the lock, which has said why: with -E 0
// it is 0 for all that.
func (k *keeper) status(r *run, stderr *os.File) int {
	var how syscall.WaitStatus
	for {
		if _, err := syscall.Wait4(k.pid, &how, 0, nil); err != syscall.EINTR {
			break
		}
	}
	if how.Signaled() {
		return fail(exitOS, r.text, ": the process that waited for it in etcd was killed").end("run", stderr)
	}
	return how.ExitStatus()
}

// dismiss tells the keeper that the work has ended, and waits until it has given the lock
// back; one that does not answer is stopped, or etcd does not.
func (k *keeper) dismiss(r *run, stderr *os.File) {
	k.control.WriteString("ended\n")
	k.control.Close()
	patience := time.NewTimer(dismissal)
	for {
		select {
		case _, more := <-k.news:
			if !more {
				return
			}
		case <-patience.C:
			syscall.Kill(k.pid, syscall.SIGKILL)
			r.line(stderr, r.text+" stays locked in etcd until its lease has run out")
			return
		}
	}
}

// dismissal is longer than an etcd that does not answer is asked to take a lock back.
const dismissal = 4 * time.Second

// Keep is the keeper. args are the pid of who has started it, that of the command, the
// nanoseconds that it has waited already, and then the arguments of run.
func (o On) Keep(args []string, stdin, _, stderr *os.File) int {
	var numbers [3]int
	for i := range numbers {
		n, err := strconv.Atoi(args[min(i, len(args)-1)])
		if err != nil || len(args) <= len(numbers) {
			return fail(exitUsage, "this is not for people to call").end(keepCommand, stderr)
		}
		numbers[i] = n
	}
	r, wrong := parseRun(args[len(numbers):])
	if wrong != nil {
		return wrong.end("run", stderr)
	}
	unix.CloseOnExec(3)
	tell := os.NewFile(3, "news")
	h := &holder{run: r, on: o, pid: numbers[0], streams: [3]*os.File{stdin, tell, stderr}}
	queue, err := o.Connect(h.place, h.text)
	if err != nil {
		return unable(err).end("run", stderr)
	}
	signals := passedOn()
	tenure, status := h.stand(queue, signals, time.Now().Add(-time.Duration(numbers[2])))
	if tenure == nil {
		return status
	}
	known := tenure.Renewal()
	fmt.Fprintf(tell, "got %d %d %d\n", known.At, known.TTL, tenure.Fence())
	h.keep(tenure, numbers[1])
	return exitOK
}

// keep renews until the work has ended, and ends it where nobody else does.
func (h *holder) keep(tenure Tenure, command int) {
	clock, stderr := h.on.clock(), h.streams[2]
	end := tenure.Renewal().End()
	alarm, err := clock.Alarm()
	if err != nil {
		return // whoever watches hears that we have gone
	}
	alarm.Set(end)
	word := make(chan string)
	go func() { word <- firstLine(h.streams[0]) }()
	lost := false
	var late <-chan time.Time
	for {
		select {
		case text := <-word:
			if text == "" {
				h.line(stderr, h.text+": the process that watched over "+h.command[0]+" was killed, and what it ran is ended")
				for killGroup(command) {
					time.Sleep(again)
				}
			}
			if err := tenure.Release(); err != nil && !lost {
				h.line(stderr, h.text+" stays locked in etcd until its lease has run out: "+err.Error())
			}
			return
		case n := <-tenure.News():
			n.send(h.streams[1]) // who has gone is heard of by the end of the other pipe
			if end = n.Renewed.End(); n.Lost != "" {
				end, lost = clock.Now(), true
			}
			alarm.Set(end)
		case <-alarm.C():
			if clock.Now() >= end && late == nil {
				late = time.After(hearing)
			}
		case <-late:
			lost, late = true, time.After(again)
			signalBelow(h.pid, os.Getpid(), syscall.SIGKILL) // it is stopped
			killGroup(command)
		}
	}
}

// killGroup kills a process, all that it has started and its process group, and says whether
// there was anybody to kill.
func killGroup(leader int) bool {
	signalBelow(leader, 0, syscall.SIGKILL)
	syscall.Kill(-leader, syscall.SIGKILL)
	return isGroup(leader)
}
