package lockfile

import (
	"errors"
	"os"
	"strconv"
	"syscall"
)

// Dir is the directory of named locks: $LOCKKIT_DIR where it is set, else one
// that hangs on the machine and the effective user alone, so that a name is the
// same lock for cron, a login and a service. It need not exist yet.
func Dir() string {
	if dir := os.Getenv("LOCKKIT_DIR"); dir != "" {
		return dir
	}
	return defaultDir(os.Geteuid(), os.Stat)
}

func defaultDir(uid int, stat func(string) (os.FileInfo, error)) string {
	isDir := func(path string) (os.FileMode, bool) {
		info, err := stat(path)
		if err != nil || !info.IsDir() {
			return 0, false
		}
		return info.Mode(), true
	}
	if uid == 0 {
		if _, ok := isDir("/run"); ok {
			return "/run/lock/lockkit"
		}
	}
	user := "lockkit-" + strconv.Itoa(uid)
	if mode, ok := isDir("/run/lock"); ok && mode&os.ModeSticky != 0 {
		return "/run/lock/" + user
	}
	return "/tmp/" + user
}

// EnsureDir makes the directory of named locks, mode 0700, or accepts one that is
// there if it is this user's own and no symbolic link. It never turns to another
// directory instead, because then one name would be two locks. A directory that
// LOCKKIT_DIR names keeps the mode that it has. The error has OpDir.
func EnsureDir(dir string) error {
	info, err := os.Lstat(dir)
	if errors.Is(err, os.ErrNotExist) {
		// Between processes that start together, all but one find it made.
		if err = makeDir(dir); err != nil && !errors.Is(err, os.ErrExist) {
			return &Error{OpDir, dir, cause(err)}
		}
		info, err = os.Lstat(dir)
	}
	switch {
	case err != nil:
		return &Error{OpDir, dir, cause(err)}
	case info.Mode()&os.ModeSymlink != 0:
		return &Error{OpDir, dir, errors.New("is a symbolic link")}
	case !info.IsDir():
		return &Error{OpDir, dir, errors.New("is not a directory")}
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; int(owner) != os.Geteuid() {
		return &Error{OpDir, dir, errors.New("belongs to user " + strconv.Itoa(int(owner)))}
	}
	return nil
}

// makeDir creates dir with mode 0700 whatever the umask is. For the default of
// root it creates /run/lock as well, which a bare container lacks.
func makeDir(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, os.ErrNotExist) && dir == "/run/lock/lockkit" {
		if err = os.Mkdir("/run/lock", 0o755); err == nil || errors.Is(err, os.ErrExist) {
			err = os.Mkdir(dir, 0o700)
		}
	}
	if err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// cause strips the path that Error carries already.
func cause(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}
