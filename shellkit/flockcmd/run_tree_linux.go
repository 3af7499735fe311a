package flockcmd

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// adoptOrphans makes the command's descendants ours when their parent ends, so
// that they can be waited for. A system that refuses has only the command itself
// waited for; its lock lasts as long as the last that inherited it in any case.
func adoptOrphans() { unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// seesTree says whether the descendants that adoptOrphans makes ours can be seen.
func seesTree() bool {
	var ours int32
	err := unix.Prctl(unix.PR_GET_CHILD_SUBREAPER, uintptr(unsafe.Pointer(&ours)), 0, 0, 0)
	return err == nil && parentOf(os.Getpid()) == os.Getppid()
}

// reap reports every child that ends, the command and orphans alike, and closes
// the channel when there is none left.
func reap(_ int, children chan<- ended) {
	defer close(children)
	for {
		var how syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &how, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return
		case how.Exited() || how.Signaled():
			children <- ended{pid, how}
		}
	}
}

// signalTree sends sig to all our descendants, to a parent before its children: a shell whose
// child is ended first goes on with the next command.
func signalTree(sig syscall.Signal) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return
	}
	parents := map[int]int{}
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			parents[pid] = parentOf(pid)
		}
	}
	for _, pid := range below(os.Getpid(), parents) {
		syscall.Kill(pid, sig)
	}
}

// below lists the descendants of a process, each behind its own parent.
func below(root int, parents map[int]int) []int {
	children := map[int][]int{}
	for pid, parent := range parents {
		children[parent] = append(children[parent], pid)
	}
	list := slices.Clone(children[root])
	for i := 0; i < len(list); i++ {
		list = append(list, children[list[i]]...)
	}
	return list
}

// parentOf is 0 for a process that has gone.
func parentOf(pid int) int {
	n, _ := strconv.Atoi(statField(pid, 4))
	return n
}

// statField is a field of /proc/PID/stat by its number in proc_pid_stat(5), from 3
// on: the second is in parentheses and may contain anything.
func statField(pid, number int) string {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) <= number-3 {
		return ""
	}
	return string(fields[number-3])
}
