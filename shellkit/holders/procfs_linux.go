package holders

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// reader reads the many small files of /proc with as few system calls as can be:
// os.ReadFile needs eight for each of them, because it also asks whether it could
// wait for the file. Paths are relative to /proc. What it returns is valid until the
// next call.
type reader struct {
	proc int // the open directory
	buf  []byte
}

func newReader(proc int) *reader { return &reader{proc, make([]byte, 16<<10)} }

// file reads a whole file.
func (r *reader) file(path string) ([]byte, error) { return r.fileAt(r.proc, path) }

// fileAt reads a whole file below a directory that is open.
func (r *reader) fileAt(dir int, name string) ([]byte, error) {
	fd, err := open(dir, name, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	size := 0
	for {
		n, err := unix.Read(fd, r.buf[size:])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, err
		}
		size += n
		// The kernel gives a page at most at a time, so only 0 is the end; but a
		// text this short came whole.
		if n == 0 || size < 2048 {
			return r.buf[:size], nil
		}
		if size == len(r.buf) {
			r.buf = append(r.buf, make([]byte, len(r.buf))...)
		}
	}
}

// link reads where a symbolic link leads; empty where it cannot be read.
func (r *reader) link(path string) string { return r.linkAt(r.proc, path) }

func (r *reader) linkAt(dir int, name string) string {
	n, err := unix.Readlinkat(dir, name, r.buf)
	if err != nil || n == len(r.buf) {
		return ""
	}
	return string(r.buf[:n])
}

func open(dir int, name string, flags int) (fd int, err error) {
	for {
		fd, err = unix.Openat(dir, name, unix.O_RDONLY|unix.O_CLOEXEC|flags, 0)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

// numbersIn lists the names in a directory that are numbers.
func (r *reader) numbersIn(dir string) ([]int, error) {
	fd, err := open(r.proc, dir, unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	return r.numbersAt(fd, nil)
}

// numbersAt is numbersIn for a directory that is open; it adds to numbers.
func (r *reader) numbersAt(dir int, numbers []int) ([]int, error) {
	for {
		n, err := unix.ReadDirent(dir, r.buf)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return numbers, err
		}
		numbers = parseDirents(r.buf[:n], numbers)
	}
}

// parseDirents finds the numbers among the names in what getdents64(2) filled: the
// size of an entry stands at 16, its name from 19 on.
func parseDirents(text []byte, numbers []int) []int {
	const sizeAt, nameAt = 16, 19
	for len(text) > nameAt {
		size := int(binary.NativeEndian.Uint16(text[sizeAt:]))
		if size <= nameAt || size > len(text) {
			break
		}
		name, _, _ := bytes.Cut(text[nameAt:size], []byte{0})
		if n := atoi(name); n > 0 || string(name) == "0" {
			numbers = append(numbers, n)
		}
		text = text[size:]
	}
	return numbers
}

// stat says which file a path leads to, in the numbers of stat(2). It follows links
// and does not ask a server: a file system that does not answer must not keep us
// waiting.
func stat(dir int, path string) (Inode, error) {
	var x unix.Statx_t
	err := unix.Statx(dir, path, unix.AT_STATX_DONT_SYNC, unix.STATX_INO, &x)
	if err == unix.ENOSYS || err == unix.EPERM { // an old kernel, or a filter of system calls
		var s unix.Stat_t
		err = unix.Fstatat(dir, path, &s, 0)
		return Inode{unix.Major(uint64(s.Dev)), unix.Minor(uint64(s.Dev)), s.Ino}, err
	}
	return Inode{x.Dev_major, x.Dev_minor, x.Ino}, err
}
