//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// worldMounts are the mounts that a world has for itself, by their numbers: overlays and
// the file system in memory. A file on any other is not of the world, whatever its name
// says: the null device is the real one, with the mode, owner, times and locks that
// everybody sees.
func worldMounts(keeper int) (map[uint64]bool, error) {
	data, err := readTable("/proc/%d/mountinfo", keeper)
	if err != nil {
		return nil, err
	}
	mounts := map[uint64]bool{}
	for line := range strings.Lines(string(data)) {
		number, rest, _ := strings.Cut(line, " ")
		n, err := strconv.ParseUint(number, 10, 64)
		if _, back, ok := strings.Cut(rest, " - "); err == nil && ok && isWorlds(back) {
			mounts[n] = true
		}
	}
	return mounts, nil
}

// isWorlds says whether a mount is one that buildWorld has made, from what stands behind
// the dash in its line: type, source and options. The source is the name that the world
// gives; an overlay or a tmpfs of the machine has another.
func isWorlds(mount string) bool {
	f := strings.Fields(mount)
	return len(f) > 1 && (f[0] == "overlay" || f[0] == "tmpfs") && f[1] == worldSource
}

// inside says whether the names of a call of t are looked for in the world: not below
// what a descriptor, or a folder that was entered through one, leads to outside.
func (s *scene) inside(t *task) bool {
	c := &t.call
	return s.startsInside(t, c.dir, c.path, c.name) && (c.path2 < 0 || s.startsInside(t, c.dir2, c.path2, c.name2))
}

func (s *scene) startsInside(t *task, dir, arg int8, name string) bool {
	if arg < 0 {
		return true
	}
	raw, err := t.text(t.call.args[arg])
	if err != nil {
		return false
	}
	if strings.HasPrefix(raw, "/") {
		return !strings.HasPrefix(name, "/proc/")
	}
	from := fmt.Sprintf("/proc/%d/cwd", t.pid)
	if dir >= 0 && int32(t.call.args[dir]) != unix.AT_FDCWD {
		from = fmt.Sprintf("/proc/%d/fd/%d", t.pid, int32(t.call.args[dir]))
	}
	return s.onWorld(unix.AT_FDCWD, from)
}

// ours says whether what the call of t is about is of the world, or a pipe of its own.
func (s *scene) ours(t *task) bool {
	c := &t.call
	fd, own := c.target, c.target >= 0
	if c.path >= 0 {
		raw, err := t.text(c.args[c.path])
		if err != nil && c.args[c.path] != 0 {
			return false
		}
		if fd, own = t.ownDescriptor(raw); raw == "" {
			if c.dir < 0 {
				return false
			}
			fd, own = int(int32(c.args[c.dir])), true
		}
	}
	if own && s.behind(t, fd) == "" {
		return true // it is not open: the kernel says so
	}
	if own {
		return s.onWorld(unix.AT_FDCWD, fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd)) || isPipe(s.behind(t, fd))
	}
	if !s.inside(t) {
		return false
	}
	at, err := unix.Openat2(s.stage.root, "."+c.name, &unix.OpenHow{
		Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err != nil {
		return err == unix.ENOENT && !strings.HasPrefix(c.name, "/proc/") // there is nothing that could change
	}
	defer unix.Close(at)
	return s.onWorld(at, "")
}

// isPipe tells of what is behind a descriptor whether it is a pipe, or one of a pair of
// sockets: nobody is at their ends but runs and who collects what they print.
func isPipe(name string) bool {
	return strings.HasPrefix(name, "pipe:") || strings.HasPrefix(name, "socket:")
}

func (s *scene) onWorld(dir int, name string) bool {
	var st unix.Statx_t
	flags := 0
	if name == "" {
		flags = unix.AT_EMPTY_PATH
	}
	if unix.Statx(dir, name, flags, unix.STATX_MNT_ID, &st) != nil {
		return false
	}
	return s.stage.mounts[st.Mnt_id]
}
