package holders

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// names finds the paths of locked files.
type names struct {
	*reader
	mounts []Mount
}

// name fills in f's path, from the first process that lets us see it, and where
// its file system is.
func (n *names) name(f *File) {
	for _, m := range n.mounts {
		if m.Major == f.Inode.Major && m.Minor == f.Inode.Minor && (f.Mount == "" || m.Root == "/") {
			f.Mount, f.FSType = m.Point, m.FSType
			if m.Root == "/" {
				break
			}
		}
	}
	for _, l := range f.Locks {
		for _, k := range l.Keepers {
			if f.Path, f.Name = n.look(f, k); f.Path != "" {
				return
			}
		}
	}
	for _, w := range f.Waiters {
		if w.FD >= 0 {
			if f.Path, f.Name = n.look(f, Keeper{Process: w.Process, FD: w.FD}); f.Path != "" {
				return
			}
		}
	}
}

// look reads where a descriptor of f leads. The kernel marks a name that is gone
// with " (deleted)", which is also a fair name for a file: it is asked whether the
// name leads to the file.
func (n *names) look(f *File, k Keeper) (path string, state NameState) {
	process := strconv.Itoa(k.Process.PID)
	link := process + "/fd/" + strconv.Itoa(k.FD)
	if path = k.path; path == "" {
		path = n.link(link)
	}
	if !strings.HasPrefix(path, "/") {
		return "", NameUnknown // something without a path, such as memfd:
	}
	if there, err := stat(n.proc, path); err == nil && there == f.Inode {
		return path, NameSame
	}
	// On some file systems stat(2) has other numbers than the list of locks.
	file, err := stat(n.proc, link)
	if err != nil {
		return path, NameUnknown
	}
	// The kernel names a file as we see it, even if its process has another root;
	// where it has other mounts, as they do.
	view := ""
	if n.link(process+"/ns/mnt") != n.link("self/ns/mnt") {
		view = process + "/root"
	}
	state = n.leadsTo(view+path, file)
	if old, marked := strings.CutSuffix(path, " (deleted)"); marked && state != NameSame {
		return old, n.leadsTo(view+old, file)
	}
	return path, state
}

func (n *names) leadsTo(path string, file Inode) NameState {
	there, err := stat(n.proc, path)
	switch {
	case err == nil && there == file:
		return NameSame
	case err == nil:
		return NameOther
	case errors.Is(err, fs.ErrNotExist):
		return NameRemoved
	}
	return NameUnknown
}

// Find says which file a path leads to, in the kernel's own numbers, and where
// that is mounted. It opens nothing that could have an effect: not a device, not a
// FIFO, and no permission to read is needed.
func Find(path string) (Inode, Mount, error) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return Inode{}, Mount{}, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	mounts, err := Mounts()
	if err != nil {
		return Inode{}, Mount{}, err
	}
	text, err := os.ReadFile("/proc/self/fdinfo/" + strconv.Itoa(fd))
	if err != nil {
		return Inode{}, Mount{}, err
	}
	d := newDevices(mounts)
	about := parseFdinfo(text)
	if inode, ok := d.inode(about); ok {
		return inode, d[about.mount], nil
	}
	var stat unix.Stat_t
	if err = unix.Fstat(fd, &stat); err != nil {
		return Inode{}, Mount{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return Inode{unix.Major(stat.Dev), unix.Minor(stat.Dev), stat.Ino}, d[about.mount], nil
}
