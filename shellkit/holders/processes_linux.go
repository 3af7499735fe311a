package holders

import (
	"iter"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

var zeroTime time.Time

// processes looks each process up once.
type processes struct {
	*reader
	boot  time.Time
	known map[int]*Process
	users map[int]string
	chain map[int][]*Process
}

func newProcesses(r *reader) *processes {
	return &processes{
		reader: r, boot: booted(),
		known: map[int]*Process{}, users: map[int]string{}, chain: map[int][]*Process{},
	}
}

// booted is the moment from which the kernel counts the starts of processes. Its own
// word for it, btime of proc(5), is in whole seconds: with that a process could seem
// to be older than what was done before it was there.
func booted() time.Time {
	var since unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &since) != nil {
		return time.Time{}
	}
	return time.Now().Add(-time.Duration(since.Nano()))
}

// get never fails: a process that has vanished has its number and no more.
func (ps *processes) get(pid int) *Process {
	if p := ps.known[pid]; p != nil {
		return p
	}
	p := ps.read(ps.reader, pid)
	p.User = ps.user(p.UID)
	ps.known[pid] = p
	return p
}

// readAll does what get would do one by one.
func (ps *processes) readAll(pids []int) {
	all := make([]*Process, len(pids))
	share(len(pids), func(turns iter.Seq[int]) {
		r := newReader(ps.proc)
		for i := range turns {
			all[i] = ps.read(r, pids[i])
		}
	})
	for _, p := range all {
		p.User = ps.user(p.UID)
		ps.known[p.PID] = p
	}
}

func (ps *processes) read(r *reader, pid int) *Process {
	dir := strconv.Itoa(pid)
	text, err := r.file(dir + "/stat")
	p, _, ok := parseStat(text, ps.boot)
	if err != nil || pid <= 0 || !ok {
		return &Process{PID: pid, UID: -1, Veiled: pid > 0 && unix.Kill(pid, 0) == unix.EPERM}
	}
	p.PID = pid
	if text, err = r.file(dir + "/status"); err == nil {
		p.parseStatus(text)
	}
	if text, err = r.file(dir + "/cmdline"); err == nil {
		p.Command = parseCmdline(text)
	}
	if p.InnerPID != 0 {
		if text, err = r.file(dir + "/cgroup"); err == nil {
			p.Container = parseContainer(text)
		}
	}
	return &p
}

func (ps *processes) user(uid int) string {
	if uid < 0 {
		return ""
	}
	name, ok := ps.users[uid]
	if !ok {
		name = strconv.Itoa(uid)
		if u, err := user.LookupId(name); err == nil {
			name = u.Username
		}
		ps.users[uid] = name
	}
	return name
}

// fill replaces the bare numbers in f by what is known of the processes.
func (ps *processes) fill(f *File, denied map[int]bool) {
	for n, l := range f.Locks {
		if l.KeptAbove() {
			l.TakerState = f.Locks[n-1].TakerState
			continue
		}
		for i, k := range l.Keepers {
			l.Keepers[i].Process = ps.get(k.Process.PID)
			if k.Process.PID == l.Taker {
				l.TakerState = TakerKeeps
			}
		}
		if l.TakerState != TakerUnknown || l.Taker <= 0 {
			continue
		}
		switch {
		case ps.get(l.Taker).vanished():
			l.TakerState = TakerEnded
		case !denied[l.Taker] && !ps.get(l.Taker).Veiled:
			l.TakerState = TakerLetGo
		}
	}
	if len(f.Waiters) > 0 {
		for _, l := range f.Locks {
			for _, k := range l.Keepers {
				if l.keptBy(k.Process.Parent) {
					k.Process.Awaited = ps.awaits(k.Process.Parent, k.Process)
				}
			}
		}
	}
	f.Waiters = slices.DeleteFunc(f.Waiters, func(w *Waiter) bool {
		return w.Process.PID > 0 && ps.get(w.Process.PID).vanished()
	})
	for _, w := range f.Waiters {
		w.Process = ps.get(w.Process.PID)
		if w.FD < 0 {
			w.FD = ps.descriptorOf(w)
		}
	}
}

// descriptorOf finds the descriptor that a waiter is locking: an argument of the
// system call it is in. -1 where it may not be seen, or has gone on since.
func (ps *processes) descriptorOf(w *Waiter) int {
	for _, call := range ps.lockCalls(w.Process.PID) {
		return call.fd
	}
	return -1
}

// lockCall is a thread that is inside flock(2) or a waiting fcntl(2).
type lockCall struct {
	fd     int
	kind   Kind
	mode   Mode
	thread int
}

func (ps *processes) lockCalls(pid int) (calls []lockCall) {
	dir := strconv.Itoa(pid) + "/task"
	threads, err := ps.numbersIn(dir)
	if err != nil {
		return nil
	}
	for _, thread := range threads {
		if call, ok := asLockCall(ps.systemCall(dir + "/" + strconv.Itoa(thread))); ok {
			call.thread = thread
			calls = append(calls, call)
		}
	}
	return calls
}

// systemCall is the number of the system call that a thread sleeps in and its
// arguments, from /proc/PID/task/TID/syscall. nil where it runs or may not be
// looked into.
func (ps *processes) systemCall(thread string) []uint64 {
	text, err := ps.file(thread + "/syscall")
	if err != nil {
		return nil
	}
	return parseCall(firstLine(text))
}

func parseCall(line string) []uint64 {
	fields := strings.Fields(line)
	if len(fields) < 7 {
		return nil // "running", or -1 outside of a call
	}
	call := make([]uint64, 0, 7)
	for _, field := range fields[:7] {
		n, err := strconv.ParseUint(field, 0, 64)
		if err != nil {
			return nil
		}
		call = append(call, n)
	}
	return call
}

func asLockCall(call []uint64) (c lockCall, ok bool) {
	if call == nil {
		return c, false
	}
	c.fd = int(int32(call[1]))
	switch call[0] {
	case unix.SYS_FLOCK:
		c.kind, c.mode = Flock, Exclusive
		if call[2]&unix.LOCK_SH != 0 {
			c.mode = Shared
		}
		return c, c.fd >= 0
	case unix.SYS_FCNTL:
		switch call[2] {
		case unix.F_SETLKW:
			c.kind = POSIX
		case unix.F_OFD_SETLKW:
			c.kind = OFD
		}
		c.mode = Exclusive // which it is stands in the caller's memory
		return c, c.kind != "" && c.fd >= 0
	}
	return c, false
}
