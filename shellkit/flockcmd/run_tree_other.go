//go:build unix && !linux

package flockcmd

import "syscall"

func adoptOrphans() {}

// seesTree says that no descendants but the command can be seen here.
func seesTree() bool { return false }

// reap reports the end of the command: the rest of its tree is out of sight here.
func reap(command, _ int, children chan<- ended) {
	defer close(children)
	for {
		var how syscall.WaitStatus
		_, err := syscall.Wait4(command, &how, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return
		case how.Exited() || how.Signaled():
			children <- ended{command, how}
			return
		}
	}
}

func signalTree(syscall.Signal, int) {}

func signalOutside(int, syscall.Signal, int) {}

func signalBelow(int, int, syscall.Signal) {}

func isGroup(int) bool { return false }

func ignored(int) uint64 { return 0 }
