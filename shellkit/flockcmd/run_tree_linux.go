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
// the channel when there is none left but keeper.
func reap(_, keeper int, children chan<- ended) {
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
			if keeper != 0 && !hasChild(keeper) {
				return
			}
		}
	}
}

// hasChild says whether we have a child but this one.
func hasChild(but int) bool {
	for pid, parent := range parents() {
		if parent == os.Getpid() && pid != but {
			return true
		}
	}
	return false
}

// signalTree sends sig to all our descendants but keeper, who has none.
func signalTree(sig syscall.Signal, keeper int) { signalBelow(os.Getpid(), keeper, sig) }

// signalBelow sends sig to all descendants of root but one, to a parent before its children:
// a shell whose child is ended first goes on with the next command.
func signalBelow(root, but int, sig syscall.Signal) {
	for _, pid := range below(root, parents()) {
		if pid != but {
			syscall.Kill(pid, sig)
		}
	}
}

// signalOutside sends sig to those of our descendants, but keeper, that are not in a process group.
func signalOutside(group int, sig syscall.Signal, keeper int) {
	for _, pid := range below(os.Getpid(), parents()) {
		if pid != keeper && statField(pid, 5) != strconv.Itoa(group) {
			syscall.Kill(pid, sig)
		}
	}
}

// parents are those of all processes that can be seen.
func parents() map[int]int {
	of := map[int]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return of
	}
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			of[pid] = parentOf(pid)
		}
	}
	return of
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

// isGroup says whether somebody lives in a process group.
func isGroup(leader int) bool {
	for pid := range parents() {
		if statField(pid, 5) == strconv.Itoa(leader) && statField(pid, 3) != "Z" {
			return true
		}
	}
	return false
}

// ignored are the signals that a process ignores, the first in the lowest bit.
func ignored(pid int) uint64 {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	_, rest, _ := bytes.Cut(text, []byte("\nSigIgn:"))
	mask, _, _ := bytes.Cut(rest, []byte("\n"))
	bits, _ := strconv.ParseUint(string(bytes.TrimSpace(mask)), 16, 64)
	return bits
}
