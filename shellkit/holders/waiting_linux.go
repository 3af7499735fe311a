package holders

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// above is pid and its ancestors as far as each does nothing but wait for the one
// before. What stops pid stops them all.
func (ps *processes) above(pid int) []*Process {
	if chain, ok := ps.chain[pid]; ok {
		return chain
	}
	p := ps.get(pid)
	chain := []*Process{p}
	for range 64 { // no process tree is as deep; numbers that are reused could form a circle
		if p.Parent <= 1 || !ps.awaits(p.Parent, p) {
			break
		}
		p = ps.get(p.Parent)
		chain = append(chain, p)
	}
	ps.chain[pid] = chain
	return chain
}

// awaits says whether a process is blocked until its child ends: in a wait call,
// in sigsuspend (zsh), or reading what the child writes, as for a command
// substitution. Of several children a shell waits for the one in the foreground;
// where that cannot be told, the answer is no.
func (ps *processes) awaits(parent int, child *Process) bool {
	dir := strconv.Itoa(parent)
	call := ps.systemCall(dir + "/task/" + dir)
	if call != nil {
		switch call[0] {
		case unix.SYS_WAIT4:
			if only := int(int32(call[1])); only > 0 {
				return only == child.PID
			}
			return ps.inForeground(parent, child)
		case unix.SYS_WAITID, unix.SYS_RT_SIGSUSPEND:
			return ps.inForeground(parent, child)
		case unix.SYS_READ:
			return ps.writesTo(child, dir+"/fd/"+strconv.Itoa(int(int32(call[1]))))
		}
		return false
	}
	// Who may not trace a process may still see in what it sleeps.
	text, err := ps.file(dir + "/wchan")
	switch place := string(text); {
	case err != nil:
		return false
	case place == "do_wait" || place == "sigsuspend":
		return ps.inForeground(parent, child)
	case place == "pipe_read" || place == "anon_pipe_read":
		fds, err := ps.numbersIn(dir + "/fd")
		return err == nil && slices.ContainsFunc(fds, func(fd int) bool {
			return ps.writesTo(child, dir+"/fd/"+strconv.Itoa(fd))
		})
	}
	return false
}

// inForeground says that a process which waits is waiting for this child: it has no
// other one that it could be waiting for.
func (ps *processes) inForeground(parent int, child *Process) bool {
	dir := strconv.Itoa(parent) + "/task"
	threads, err := ps.numbersIn(dir)
	if err != nil {
		return false
	}
	above := ps.get(parent)
	background := child.inBackgroundOf(above)
	for _, thread := range threads {
		text, err := ps.file(dir + "/" + strconv.Itoa(thread) + "/children")
		if err != nil {
			return false
		}
		for _, number := range strings.Fields(string(text)) {
			other := ps.get(atoi([]byte(number)))
			switch {
			case other.PID == child.PID || other.State == 'Z' || other.vanished():
			case background || !other.inBackgroundOf(above):
				return false
			}
		}
	}
	return true
}

// inBackgroundOf says that a shell started p with &: what it started so ignores INT
// and QUIT, or, with job control, is in another group than the terminal listens to.
// `(exec program) &` does not show.
func (p *Process) inBackgroundOf(shell *Process) bool {
	if p.foreground > 0 && p.Group != shell.Group {
		return p.Group != p.foreground
	}
	return p.deaf && !shell.deaf
}

// writesTo says that a process's standard output is the pipe at the other end of
// this descriptor.
func (ps *processes) writesTo(p *Process, end string) bool {
	link := ps.link(end)
	return strings.HasPrefix(link, "pipe:") && link == ps.link(strconv.Itoa(p.PID)+"/fd/1")
}

// addWaitersByCall finds the waiters that /proc/locks hides, in a nested pid
// namespace, or names no process for, which is so with OFD locks: they are inside
// a locking call on a file that somebody has locked.
func addWaitersByCall(p *Picture, mounts []Mount, seen *scanned, ps *processes) {
	devices := newDevices(mounts)
	byInode := map[Inode]*File{}
	for _, f := range p.Files {
		byInode[f.Inode] = f
	}
	for _, pid := range seen.pids {
		for _, call := range ps.lockCalls(pid) {
			text, err := ps.file(strconv.Itoa(pid) + "/fdinfo/" + strconv.Itoa(call.fd))
			if err != nil {
				continue
			}
			if inode, ok := devices.inode(parseFdinfo(text)); ok && byInode[inode] != nil {
				byInode[inode].addWaiter(pid, call, p.Nested)
			}
		}
	}
}

// addWaiter gives its process to a waiter that has none, or adds one if waiters
// may be hidden.
func (f *File) addWaiter(pid int, call lockCall, hidden bool) {
	for _, w := range f.Waiters {
		if w.Process.PID == pid {
			return
		}
	}
	for _, w := range f.Waiters {
		if w.Process.PID <= 0 && w.Kind == call.kind {
			w.Process, w.FD = &Process{PID: pid}, call.fd
			return
		}
	}
	if hidden {
		f.Waiters = append(f.Waiters, &Waiter{
			File: f, Process: &Process{PID: pid}, FD: call.fd,
			Kind: call.kind, Mode: call.mode, Range: Range{0, ToEOF},
		})
	}
}

// lacksProcess says that a waiter is listed without its process.
func lacksProcess(f *File) bool {
	return slices.ContainsFunc(f.Waiters, func(w *Waiter) bool { return w.Process.PID <= 0 })
}

// devices maps a mount to the number of its file system.
type devices map[int]Mount

func newDevices(mounts []Mount) devices {
	d := devices{}
	for _, m := range mounts {
		d[m.ID] = m
	}
	return d
}

// inode needs what Linux says since 5.14.
func (d devices) inode(f fdinfo) (Inode, bool) {
	m, ok := d[f.mount]
	return Inode{m.Major, m.Minor, f.inode}, ok && f.inode != 0
}

// kcmp compares two open file descriptions (kcmp(2)). It needs the right to trace
// both processes.
func kcmp(a, b kept) (order int, ok bool) {
	const file = 0 // KCMP_FILE
	r, _, errno := unix.Syscall6(unix.SYS_KCMP, uintptr(a.pid), uintptr(b.pid), file, uintptr(a.fd), uintptr(b.fd), 0)
	switch {
	case errno != 0:
		return 0, false
	case r == 1:
		return -1, true
	case r == 0:
		return 0, true
	}
	return 1, true
}
