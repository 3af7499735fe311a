package lockfile

import (
	"errors"
	"syscall"
)

// file is an open lock file together with what it was when it was opened.
type file struct {
	fd   int
	stat syscall.Stat_t
}

var errDangling = errors.New("is a symbolic link to a file that does not exist")

// open opens path for locking (2.1). An existing file is opened without O_CREAT,
// because with it fs.protected_regular=2 keeps even root from other users' files
// in a sticky directory. A missing one is created exclusively, so no symbolic
// link is followed to a place where nobody wanted a file. What blocks or has side
// effects when it is opened is refused by its kind, before it is opened.
//
// The descriptor is close-on-exec. access is O_RDONLY or O_RDWR.
func open(path string, access int, devices bool) (file, error) {
	for {
		f := file{fd: -1}
		err := ignoringEINTR(func() error { return syscall.Stat(path, &f.stat) })
		if err == syscall.ENOENT {
			err = create(path, access, &f)
			if err == syscall.EEXIST {
				if isLink(path) {
					return f, &Error{OpOpen, path, errDangling}
				}
				continue // somebody else was faster
			}
			if err != nil {
				return f, &Error{OpCreate, path, err}
			}
			return f, nil
		}
		if err == nil {
			err = refuse(&f.stat, devices)
		}
		if err == nil {
			err = openExisting(path, access, &f)
		}
		if err == syscall.ENOENT {
			continue // removed since the stat
		}
		if err == nil {
			if err = refuse(&f.stat, devices); err != nil { // replaced since the stat
				syscall.Close(f.fd)
			}
		}
		if err != nil {
			return f, &Error{OpOpen, path, err}
		}
		return f, nil
	}
}

func create(path string, access int, f *file) error {
	flags := access | syscall.O_CREAT | syscall.O_EXCL | syscall.O_NOFOLLOW | syscall.O_NOCTTY | syscall.O_CLOEXEC
	return openAndStat(path, flags, f)
}

// openExisting asks not to block, for the case that a FIFO has taken the file's
// place, and takes that back: the child will share the descriptor.
func openExisting(path string, access int, f *file) error {
	err := openAndStat(path, access|syscall.O_NONBLOCK|syscall.O_NOCTTY|syscall.O_CLOEXEC, f)
	if err == nil {
		if err = syscall.SetNonblock(f.fd, false); err != nil {
			syscall.Close(f.fd)
		}
	}
	return err
}

func openAndStat(path string, flags int, f *file) error {
	err := ignoringEINTR(func() (err error) {
		f.fd, err = syscall.Open(path, flags, 0o666)
		return err
	})
	if err != nil {
		return err
	}
	if err = syscall.Fstat(f.fd, &f.stat); err != nil {
		syscall.Close(f.fd)
	}
	return err
}

// refuse says why a file of this kind is not locked. Block devices and the like
// are locked by drop-in users of flock(1) (udev's convention is one), so they may
// pass; what can never be opened without waiting for a peer may not.
func refuse(stat *syscall.Stat_t, devices bool) error {
	switch stat.Mode & syscall.S_IFMT {
	case syscall.S_IFIFO:
		return errors.New("is a FIFO")
	case syscall.S_IFSOCK:
		return errors.New("is a socket")
	case syscall.S_IFCHR, syscall.S_IFBLK:
		if !devices {
			return errors.New("is a device")
		}
	}
	return nil
}

func isLink(path string) bool {
	var stat syscall.Stat_t
	return syscall.Lstat(path, &stat) == nil && stat.Mode&syscall.S_IFMT == syscall.S_IFLNK
}

// stillNamed says whether path leads to f, as `-ef` does (2.2).
func (f *file) stillNamed(path string) (bool, error) {
	var now syscall.Stat_t
	err := ignoringEINTR(func() error { return syscall.Stat(path, &now) })
	if err == syscall.ENOENT {
		return false, nil
	}
	if err != nil {
		return false, &Error{OpOpen, path, err}
	}
	return now.Dev == f.stat.Dev && now.Ino == f.stat.Ino, nil
}

func ignoringEINTR(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return err
		}
	}
}
