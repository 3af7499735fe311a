//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A kernelView numbers what the kernel has, so that one file has one number in all tables
// of a schedule.
type kernelView struct {
	inodes map[[2]uint64]int // by device and number
	open   []openFile        // in the last table
	files  int
}

// An openFile is a descriptor of a task with what it is open on.
type openFile struct {
	pid, fd     int
	process     int // its run, from 1
	file, inode int
	lock, fcntl string
}

// table asks the kernel which names, descriptors, open file descriptions and locks there
// are now, after an event of t, of the names that runs may meet at.
func (s *scene) table(t *task, e *event) *prove.Table {
	opened := [2]int{}
	if (e.op == "open" || e.op == "create" || e.op == "truncate") && e.result >= 0 {
		opened = [2]int{t.pid, int(e.result)}
	}
	return s.tableWith(opened)
}

// tableWith is the table where a task, by its number, has just opened a descriptor.
func (s *scene) tableWith(opened [2]int) *prove.Table {
	v := &s.view
	t := &prove.Table{Names: []prove.NameRow{}, Inodes: []prove.InodeRow{}, Files: []prove.FileRow{}, FDs: []prove.FDRow{}}
	named := map[int]bool{}
	for i, name := range slices.Sorted(maps.Keys(s.script.names)) {
		row := prove.NameRow{Name: i + 1, Path: name}
		if st, ok := s.exists(name); ok {
			row.Inode = v.inode(&st)
			named[row.Inode] = true
		}
		t.Names = append(t.Names, row)
	}
	open := s.openFiles(opened)
	v.open = open
	locks := map[int]string{}
	strongest := func(inode int, lock string) {
		if locks[inode] != "exclusive" && lock != "" {
			locks[inode] = lock
		}
	}
	for _, f := range open {
		if !slices.ContainsFunc(t.Files, func(r prove.FileRow) bool { return r.File == f.file }) {
			t.Files = append(t.Files, prove.FileRow{File: f.file, Inode: f.inode, Lock: f.lock})
		}
		row := prove.FDRow{Process: f.process, FD: f.fd, File: f.file, Fcntl: f.fcntl}
		if !slices.Contains(t.FDs, row) { // a run's own processes share them
			t.FDs = append(t.FDs, row)
		}
		strongest(f.inode, f.lock)
		strongest(f.inode, f.fcntl)
		if !named[f.inode] {
			t.Inodes = appendInode(t.Inodes, prove.InodeRow{Inode: f.inode, Deleted: true})
		}
	}
	for inode := range named {
		t.Inodes = appendInode(t.Inodes, prove.InodeRow{Inode: inode})
	}
	for i := range t.Inodes {
		t.Inodes[i].Lock = locks[t.Inodes[i].Inode]
	}
	slices.SortFunc(t.Inodes, func(a, b prove.InodeRow) int { return a.Inode - b.Inode })
	slices.SortFunc(t.Files, func(a, b prove.FileRow) int { return a.File - b.File })
	return t
}

func appendInode(list []prove.InodeRow, row prove.InodeRow) []prove.InodeRow {
	if slices.ContainsFunc(list, func(r prove.InodeRow) bool { return r.Inode == row.Inode }) {
		return list
	}
	return append(list, row)
}

func (v *kernelView) inode(st *unix.Stat_t) int {
	if v.inodes == nil {
		v.inodes = map[[2]uint64]int{}
	}
	id := [2]uint64{st.Dev, st.Ino}
	if v.inodes[id] == 0 {
		v.inodes[id] = len(v.inodes) + 1
	}
	return v.inodes[id]
}

// openFiles lists the descriptors of all tasks on such names.
func (s *scene) openFiles(opened [2]int) []openFile {
	var list []openFile
	for _, t := range s.tasks {
		if t.at == dead {
			continue
		}
		entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", t.pid)) // a task that is gone has none
		for _, e := range entries {
			fd, _ := strconv.Atoi(e.Name())
			var st unix.Stat_t
			if !s.script.names[s.behind(t, fd)] || unix.Stat(fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd), &st) != nil {
				continue
			}
			f := openFile{pid: t.pid, fd: fd, process: t.run + 1, inode: s.view.inode(&st)}
			f.lock, f.fcntl = t.locksThrough(fd)
			list = append(list, f)
		}
	}
	for i := range list {
		list[i].file = s.view.description(list, i, opened)
	}
	return list
}

// description is the number of the open file description of list[i]: that of a descriptor
// before it which shares it, or the one that it had in the table before, there perhaps as
// another descriptor that is closed by now. What was just opened has a new one.
func (v *kernelView) description(list []openFile, i int, opened [2]int) int {
	f := &list[i]
	for j := range list[:i] {
		if o := &list[j]; o.inode == f.inode && sameDescription(f, o) {
			return o.file
		}
	}
	if opened != [2]int{f.pid, f.fd} {
		here := func(o *openFile) bool { return o.pid == f.pid && o.inode == f.inode }
		for j := range v.open {
			if o := &v.open[j]; here(o) && o.fd == f.fd {
				return o.file
			}
		}
		for j := range v.open {
			o := &v.open[j]
			if here(o) && !slices.ContainsFunc(list, func(now openFile) bool { return here(&now) && now.fd == o.fd }) {
				return o.file
			}
		}
	}
	v.files++
	return v.files
}

// sameDescription asks the kernel whether two descriptors share an open file description.
func sameDescription(a, b *openFile) bool {
	const file = 0 // KCMP_FILE
	r, _, e := unix.Syscall6(unix.SYS_KCMP, uintptr(a.pid), uintptr(b.pid), file, uintptr(a.fd), uintptr(b.fd), 0)
	return e == 0 && r == 0
}

// locksThrough reads the locks that the kernel has for a descriptor: of its open file
// description, and of the process.
func (t *task) locksThrough(fd int) (lock, fcntl string) {
	data, _ := readTable("/proc/%d/fdinfo/%d", t.pid, fd) // a task that is gone has none
	for line := range strings.Lines(string(data)) {
		rest, ok := strings.CutPrefix(line, "lock:")
		if !ok {
			continue
		}
		mode := "exclusive"
		if strings.Contains(rest, " READ ") {
			mode = "shared"
		}
		if strings.Contains(rest, " POSIX ") {
			fcntl = mode
		} else {
			lock = mode
		}
	}
	return lock, fcntl
}
