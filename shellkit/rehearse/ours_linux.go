//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"os"
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
	return (c.path < 0 || s.startsInside(t, c.dir, c.text, c.name)) && (c.path2 < 0 || s.startsInside(t, c.dir2, c.text2, c.name2))
}

func (s *scene) startsInside(t *task, dir int8, text, name string) bool {
	if strings.HasPrefix(text, "/") {
		return !strings.HasPrefix(name, "/proc/")
	}
	inside, err := s.onWorld(unix.AT_FDCWD, t.from(dir))
	return inside && err == nil
}

// from is the folder from which a call of t looks for a relative path: that of an argument,
// or the one where it is.
func (t *task) from(dir int8) string {
	if dir >= 0 && int32(t.call.args[dir]) != unix.AT_FDCWD {
		return fmt.Sprintf("/proc/%d/fd/%d", t.pid, int32(t.call.args[dir]))
	}
	return fmt.Sprintf("/proc/%d/cwd", t.pid)
}

// ours says whether what the call of t is about is of the world, or a pipe of its own.
func (s *scene) ours(t *task) bool {
	c := &t.call
	switch {
	case c.path < 0:
		return s.oursBehind(fmt.Sprintf("/proc/%d/fd/%d", t.pid, c.target))
	case c.text == "":
		return c.dir >= 0 && s.oursBehind(t.from(c.dir))
	}
	if fd, own := t.ownDescriptor(c.text); own {
		return s.oursBehind(fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd))
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
	of, err := s.onWorld(at, "")
	return of && err == nil
}

// oursBehind says whether a link of the kernel's to what a task has open leads into the
// world, or to a pipe. Where there is no such link nothing is open: the kernel says so.
func (s *scene) oursBehind(link string) bool {
	of, err := s.onWorld(unix.AT_FDCWD, link)
	if of || err != nil {
		return of || err == unix.ENOENT
	}
	name, err := os.Readlink(link)
	return err == nil && isPipe(name)
}

// isPipe tells of what is behind a descriptor whether it is a pipe, or one of a pair of
// sockets: nobody is at their ends but runs and who collects what they print.
func isPipe(name string) bool {
	return strings.HasPrefix(name, "pipe:") || strings.HasPrefix(name, "socket:")
}

// onWorld says whether a file lies on a mount of the world's.
func (s *scene) onWorld(dir int, name string) (bool, error) {
	var st unix.Statx_t
	flags := 0
	if name == "" {
		flags = unix.AT_EMPTY_PATH
	}
	if err := unix.Statx(dir, name, flags, unix.STATX_MNT_ID, &st); err != nil {
		return false, err
	}
	return s.stage.mounts[st.Mnt_id], nil
}
