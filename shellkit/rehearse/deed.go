package rehearse

import "syscall"

// A Deed is one thing that a run has done, or that was done to it, as a schedule's log
// has it. Names are absolute, with all links but a last one resolved as the world had them.
type Deed struct {
	Run  int // 0 is the first
	Task int // within the run; 0 is the script itself
	// Op is the system call without its variants ("unlink", "mkdir", "stat", …), or "lock",
	// "unlock", "waits"; "create", "truncate" and "open" for an open that has done so or
	// neither; "work" and "done" for a stand-in; "fork", "end" (with its status), "killed"
	// (by a signal), "signal" (sent by the schedule), "sleep", "timer"; "lacks" where a tool,
	// which Words name, was looked for and is nowhere.
	Op          string
	Name, Name2 string
	// Result is what the call has returned: an errno where it is negative. Of "end" it is
	// the status, of "killed" and "signal" the signal, of "fork" the child's Task.
	Result int64
	Flags  uint64 // of the call
	Words  string // the command that does it; "" is the script's shell
	Under  []Lock // of "work": the locks that descriptors of it, or of those who started it, keep alive
	// Mine are the process numbers of the task and of its script: a name with one of them
	// in it is another one in every run.
	Mine [2]int
}

// A Lock is one that the kernel has for a file.
type Lock struct {
	Name   string
	Shared bool
}

// deeds writes a log for those who look from outside.
func deeds(log []event) []Deed {
	list := make([]Deed, 0, len(log))
	for i := range log {
		e := &log[i]
		d := Deed{Run: e.run, Task: e.task, Op: e.op, Name: e.name, Name2: e.name2, Result: e.result, Flags: e.flag, Words: e.words, Mine: [2]int{e.inner, e.script}}
		if e.op == "fork" {
			d.Result = int64(e.inode)
		}
		for _, w := range e.busy {
			if w.run != e.run || w.task != e.task {
				continue
			}
			for _, h := range w.under {
				d.Under = append(d.Under, Lock{h.name, h.shared})
			}
		}
		list = append(list, d)
	}
	return list
}

// Opens tells whether a file was to be opened.
func (d *Deed) Opens() bool { return d.Op == "open" || d.Op == "create" || d.Op == "truncate" }

// Writes tells whether opening a file was to make or empty it.
func (d *Deed) Writes() bool {
	return d.Opens() && d.Flags&(syscall.O_CREAT|syscall.O_TRUNC) != 0
}

// Exclusive tells whether it was to be opened only where it is not there.
func (d *Deed) Exclusive() bool { return d.Opens() && d.Flags&flagExclusive != 0 }

// Makes tells whether a name was to be made; [Deed.Made] is that name.
func (d *Deed) Makes() bool {
	switch d.Op {
	case "create", "mkdir", "symlink", "link", "rename", "mknod":
		return true
	}
	return false
}

// Made is the name that a step is about: of two, the one that it makes.
func (d *Deed) Made() string {
	if d.Name2 != "" {
		return d.Name2
	}
	return d.Name
}

// Looks tells whether it was asked what is at a name.
func (d *Deed) Looks() bool { return d.Op == "stat" || d.Op == "access" || d.Op == "readlink" }

// Changes tells whether a name or a file was to be changed.
func (d *Deed) Changes() bool {
	return d.Op == "unlink" || d.Op == "rmdir" || d.Makes() || d.Writes()
}

// NotEmpty tells whether a folder stays that was to be removed: something stands in it.
func (d *Deed) NotEmpty() bool { return d.Op == "rmdir" && d.Result == -int64(syscall.ENOTEMPTY) }

// Shared and Tries tell how a lock was asked for: together with others, and without
// waiting for it.
func (d *Deed) Shared() bool { return d.Flags&syscall.LOCK_SH != 0 }
func (d *Deed) Tries() bool  { return d.Flags&syscall.LOCK_NB != 0 }

// BrokenOff tells whether a signal ended the call: it is made again, or its task ends.
func (d *Deed) BrokenOff() bool { return d.Result == -int64(syscall.EINTR) || d.Result <= -512 }

// Signal names the signal that was sent or has killed, as "TERM"; "" where it is none.
func (d *Deed) Signal() string {
	if d.Op != "signal" && d.Op != "killed" && d.Op != "kill" {
		return ""
	}
	n := d.Result
	if d.Op == "kill" {
		n = int64(d.Flags)
	}
	switch syscall.Signal(n) {
	case syscall.SIGHUP:
		return "HUP"
	case syscall.SIGINT:
		return "INT"
	case syscall.SIGTERM:
		return "TERM"
	case syscall.SIGKILL:
		return "KILL"
	}
	return ""
}
