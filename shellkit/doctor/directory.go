package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// Directory looks at the directory of named locks. It creates nothing.
func Directory() Section {
	dir := lockfile.Dir()
	given := os.Getenv("LOCKKIT_DIR") != ""
	s := Section{Title: "lock directory " + dir}
	whence := "it follows from the machine and the user alone"
	if given {
		whence = "LOCKKIT_DIR names it: only who sets that alike meets you there"
	}
	s.add(Fine, "choice", whence, "")
	if !filepath.IsAbs(dir) {
		s.add(Problem, "state", "is not an absolute path: one name would be another lock in another folder; named locks are refused with 64", "set LOCKKIT_DIR to an absolute path")
		return s
	}
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.notThere(dir)
	case err != nil:
		s.add(Problem, "access", "cannot be looked at: "+err.Error(), "set LOCKKIT_DIR to a directory of your own")
	case info.Mode()&fs.ModeSymlink != 0:
		s.add(Problem, "kind", "is a symbolic link; named locks are refused with 73", "remove the link")
	case !info.IsDir():
		s.add(Problem, "kind", "is not a directory; named locks are refused with 73", "move it out of the way")
	default:
		s.there(dir, info, given)
	}
	if root, private := privateTmp(dir); private {
		s.add(Note, "PrivateTmp", "this process has a /tmp of its own ("+root+"): processes outside of that service use another directory", "give a path outside of /tmp")
	}
	s.add(Note, "reach", "one name is one lock for one user on one machine", "across users, containers or PrivateTmp= give a path instead of a name")
	return s
}

func (s *Section) notThere(dir string) {
	parent := filepath.Dir(dir)
	switch {
	case unix.Access(parent, unix.W_OK|unix.X_OK) == nil:
		s.add(Fine, "state", "not there yet; the first named lock makes it, mode 0700", "")
	case !isDir(parent) && parent == "/run/lock" && os.Geteuid() == 0:
		s.add(Fine, "state", "not there yet; the first named lock makes it and "+parent, "")
	default:
		s.add(Problem, "state", "not there, and "+parent+" is not writable; named locks are refused with 73", "create it with mode 0700, or set LOCKKIT_DIR")
	}
}

func (s *Section) there(dir string, info fs.FileInfo, given bool) {
	owner := int(info.Sys().(*syscall.Stat_t).Uid)
	if owner != os.Geteuid() {
		s.add(Problem, "owner", fmt.Sprintf("belongs to user %d; named locks are refused with 73", owner), "give a path for a lock that users share")
		return
	}
	mode := info.Mode().Perm()
	switch {
	case mode&0o022 != 0:
		s.add(Problem, "mode", fmt.Sprintf("mode %04o: others can remove and replace lock files", mode), "chmod 0700 "+dir)
	case mode != 0o700 && !given:
		s.add(Note, "mode", fmt.Sprintf("mode %04o instead of 0700", mode), "chmod 0700 "+dir)
	default:
		s.add(Fine, "mode", fmt.Sprintf("there, yours, mode %04o", mode), "")
	}
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		s.add(Problem, "access", "is not writable: "+err.Error(), "chmod 0700 "+dir)
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// privateTmp recognises systemd's PrivateTmp= by what is mounted on /tmp.
func privateTmp(dir string) (root string, private bool) {
	if !strings.HasPrefix(dir, "/tmp/") {
		return "", false
	}
	mounts, err := holders.Mounts()
	if err != nil {
		return "", false
	}
	for _, m := range mounts {
		if m.Point == "/tmp" && strings.Contains(m.Root, "systemd-private-") {
			return m.Root, true
		}
	}
	return "", false
}
