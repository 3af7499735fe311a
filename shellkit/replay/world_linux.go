package replay

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// inode names a real file.
type inode struct{ device, number uint64 }

func (i inode) String() string { return fmt.Sprint(i.number) }

// inodes tells which real file each of the model's stands for.
type inodes map[int]inode

// match holds a real inode against the model's: the same one each time, and never
// one that another of the model's stands for.
func (known inodes) match(model int, real inode) bool {
	if at, ok := known[model]; ok {
		return at == real
	}
	for _, at := range known {
		if at == real {
			return false
		}
	}
	known[model] = real
	return true
}

// compare holds the world against what the model says the kernel has.
func (s *stage) compare(want *prove.Table) error {
	there := map[int]bool{}
	for _, row := range want.Inodes {
		there[row.Inode] = true
	}
	for model := range s.seen {
		if !there[model] {
			delete(s.seen, model) // its number is free for another file
		}
	}
	if err := s.compareNames(want); err != nil {
		return err
	}
	return s.compareDescriptors(want)
}

func (s *stage) compareNames(want *prove.Table) error {
	for name := range s.names {
		var stat unix.Stat_t
		err := unix.Lstat(s.place(name), &stat)
		model := inodeOf(want, name)
		switch {
		case err != nil && model != 0:
			return &Difference{What: fmt.Sprintf("%s is not there, the model has inode %d", s.called(want, name), model)}
		case err == nil && model == 0:
			return &Difference{What: fmt.Sprintf("%s is there, in the model it is not", s.called(want, name))}
		case err == nil && !s.seen.match(model, inode{stat.Dev, stat.Ino}):
			return &Difference{What: fmt.Sprintf("%s leads to another file than in the model, where it is inode %d", s.called(want, name), model)}
		}
	}
	return nil
}

// called is how the script writes a name.
func (s *stage) called(t *prove.Table, name int) string {
	for _, row := range append(t.Names, s.start.Names...) {
		if row.Name == name {
			return row.Path
		}
	}
	return "the lock"
}

func (s *stage) compareDescriptors(want *prove.Table) error {
	files := map[int]prove.FileRow{}
	for _, f := range want.Files {
		files[f.File] = f
	}
	open := map[[2]int]prove.FileRow{}
	for _, fd := range want.FDs {
		open[[2]int{fd.Process, fd.FD}] = files[fd.File]
	}
	for number, a := range s.actors {
		if len(a.pids) == 0 || !lives(a.pid()) {
			continue
		}
		for _, fd := range s.follows[s.script[number]] {
			model, is := open[[2]int{number, fd}]
			if err := s.compareDescriptor(a, fd, model, is); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *stage) compareDescriptor(a *actor, fd int, model prove.FileRow, is bool) error {
	digit := s.digits[s.script[a.number]][fd]
	real, lock, err := descriptor(a.pid(), digit)
	if err != nil && is && a.aside {
		real, lock, err = descriptor(a.pid(), s.putAside(a.pid(), func(at inode, lock string) bool {
			return at == s.seen[model.Inode] && lock == model.Lock
		}))
	}
	who := fmt.Sprintf("descriptor %d of %s", fd, prove.Letter(a.number))
	switch {
	case err != nil && is:
		return &Difference{What: who + " is not open"}
	case err == nil && !is:
		if s.ours(real) {
			return &Difference{What: who + " is open, in the model it is not"}
		}
	case err != nil:
	case !s.seen.match(model.Inode, real):
		return &Difference{What: fmt.Sprintf("%s leads to another file than in the model, where it is inode %d", who, model.Inode)}
	case lock != model.Lock && !(a.asking && model.Lock == ""):
		return &Difference{What: fmt.Sprintf("%s has %s, in the model it has %s", who, lockWord(lock), lockWord(model.Lock))}
	}
	return nil
}

// putAside finds the descriptor under which a shell keeps an open file description
// while it runs a program that does not inherit it, -1 for none.
func (s *stage) putAside(pid int, is func(at inode, lock string) bool) int {
	for fd := 10; fd < 128; fd++ {
		if at, lock, err := descriptor(pid, fd); err == nil && is(at, lock) {
			return fd
		}
	}
	return -1
}

func lockWord(lock string) string {
	if lock == "" {
		return "no lock"
	}
	return "a lock that is " + lock
}

// ours tells whether a file is one of the model's: others are nothing to locks.
func (s *stage) ours(real inode) bool {
	for _, at := range s.seen {
		if at == real {
			return true
		}
	}
	return false
}

// descriptor looks at a process's descriptor from outside: the file behind it and
// the flock(2) lock on its open file description.
func descriptor(pid, fd int) (at inode, lock string, err error) {
	var stat unix.Stat_t
	if err := unix.Stat(fmt.Sprintf("/proc/%d/fd/%d", pid, fd), &stat); err != nil {
		return at, "", err
	}
	info, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", pid, fd))
	if err != nil {
		return at, "", err
	}
	for line := range bytes.Lines(info) {
		words := bytes.Fields(line)
		if len(words) < 5 || string(words[0]) != "lock:" || string(words[2]) != "FLOCK" {
			continue
		}
		lock = "exclusive"
		if string(words[4]) == "READ" {
			lock = "shared"
		}
	}
	return inode{stat.Dev, stat.Ino}, lock, nil
}

// waitsForLock waits until the kernel shows that a process, or a program that it
// runs, waits for a lock.
func (s *stage) waitsForLock(a *actor, event int) error {
	pause := time.Millisecond
	for until := time.Now().Add(patience); time.Now().Before(until); pause = min(2*pause, 20*time.Millisecond) {
		if s.waits(a) {
			return nil
		}
		if rep, came := s.told(a.run, event); came {
			return &Difference{What: "it does not wait: status " + rep.word + s.message()}
		}
		if _, err := s.rest(a.run, never, time.Now().Add(pause)); err != nil {
			return err
		}
	}
	return &Difference{What: "it is not seen to wait" + s.message()}
}

// waits tells whether the kernel lists the process, or a program that it runs, among
// those that wait for a flock(2) lock.
func (s *stage) waits(a *actor) bool {
	list, err := os.ReadFile("/proc/locks")
	if err != nil {
		return false
	}
	var mine []int
	for _, pid := range a.pids {
		mine = append(append(mine, pid), s.foreground(pid)...)
	}
	for line := range bytes.Lines(list) {
		words := bytes.Fields(line) // 1: -> FLOCK ADVISORY WRITE pid …
		if len(words) < 6 || string(words[1]) != "->" || string(words[2]) != "FLOCK" {
			continue
		}
		if pid, err := strconv.Atoi(string(words[5])); err == nil && slices.Contains(mine, pid) {
			return true
		}
	}
	return false
}
