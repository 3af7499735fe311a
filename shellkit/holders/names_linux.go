package holders

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// names finds the paths of locked files.
type names struct {
	*reader
	mounts []Mount
}

// name fills in f's path, from the first process that lets us see it, if there is one
// with our mounts from that, and where its file system is.
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
			if n.look(f, k) && !f.Foreign {
				return
			}
		}
	}
	for _, w := range f.Waiters {
		if w.FD >= 0 && n.look(f, Keeper{Process: w.Process, FD: w.FD}) && !f.Foreign {
			return
		}
	}
}

// look reads where a descriptor of f leads; false where that cannot be seen. The
// kernel marks a name that is gone with " (deleted)", which is also a fair name for a
// file: it is asked whether the name leads to the file.
func (n *names) look(f *File, k Keeper) bool {
	process := strconv.Itoa(k.Process.PID)
	link := process + "/fd/" + strconv.Itoa(k.FD)
	path := k.path
	if path == "" {
		path = n.link(link)
	}
	if !strings.HasPrefix(path, "/") {
		return false // something without a path, such as memfd:
	}
	f.Path, f.Name, f.Foreign = path, NameUnknown, false
	if there, err := stat(n.proc, path); err == nil && there == f.Inode {
		f.Name = NameSame
		return true
	}
	// On some file systems stat(2) has other numbers than the list of locks.
	file, err := stat(n.proc, link)
	if err != nil {
		return true
	}
	// The kernel names a file as we see it, even if its process has another root;
	// where it has other mounts, as they do.
	view := ""
	if n.link(process+"/ns/mnt") != n.link("self/ns/mnt") &&
		n.leadsTo(path, file) != NameSame && !n.sameFolder(path, process+"/root"+path) {
		view, f.Foreign = process+"/root", true
	}
	f.Name = n.leadsTo(view+path, file)
	if old, marked := strings.CutSuffix(path, " (deleted)"); marked && f.Name != NameSame {
		f.Path, f.Name = old, n.leadsTo(view+old, file)
	}
	return true
}

// sameFolder says that two paths lead into one directory, also where the file itself
// is gone.
func (n *names) sameFolder(a, b string) bool {
	x, err1 := stat(n.proc, filepath.Dir(a))
	y, err2 := stat(n.proc, filepath.Dir(b))
	return err1 == nil && err2 == nil && x == y
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
