package rehearse

import (
	"slices"
	"strings"
	"syscall"
)

// asking is what all schedules have shown about getting a lock from the kernel at all.
type asking struct {
	asked  bool // somebody has asked in vain
	got    bool // somebody has got a lock
	worked bool // somebody has worked after it had asked in vain
}

// neverIn tells whether nobody ever gets in: who asks, fails, and does no work then.
func (a *asking) neverIn() bool { return a.asked && !a.got && !a.worked }

// follow takes a schedule in.
func (a *asking) follow(log []event) {
	failed := map[int]bool{}
	for i := range log {
		e := &log[i]
		switch {
		case e.op == "lock" && e.result == 0:
			a.got = true
		case e.op == "lock", e.op == "end" && e.result != 0 && e.asksForLock():
			a.asked, failed[e.run] = true, true
		case e.op == "work":
			a.worked = a.worked || failed[e.run]
		}
	}
}

// asksForLock tells whether an event is of a program that asks for a lock: it may fail
// before it has said so to the kernel.
func (e *event) asksForLock() bool {
	return programOf(e.words) == "flock" && !strings.Contains(e.words+" ", " -u ")
}

// onlyWorks tells whether nothing but work was done in a log: nothing that another run
// could meet.
func onlyWorks(log []event) bool {
	for i := range log {
		if log[i].op == "lock" && log[i].result == -int64(syscall.EBADF) {
			continue // what is not open is met by nobody
		}
		if log[i].op == "create" && programBase(log[i].words) == "mktemp" {
			continue // nor is a file that nobody else can know of
		}
		if log[i].op == "kill" && log[i].result < 0 {
			continue // nor is who is gone
		}
		switch log[i].op {
		case "work", "done", "fork", "end", "stat", "access", "read", "write", "readlink", "sleep", "lacks":
		default:
			return false
		}
	}
	return true
}

// asksForLock tells whether somebody comes as far as to ask for a lock, be it of what is
// not open.
func asksForLock(log []event) bool {
	return slices.ContainsFunc(log, func(e event) bool { return e.op == "lock" })
}

// commandsOf are the commands whose work stand-ins have done, in order.
func commandsOf(log []event) []string {
	var list []string
	for i := range log {
		if e := &log[i]; e.op == "work" && e.run == 0 {
			list = append(list, e.words)
		}
	}
	return list
}
