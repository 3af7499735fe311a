//go:build linux && (amd64 || arm64)

package rehearse

import (
	"encoding/binary"
	"fmt"
	"path"
	"time"

	"golang.org/x/sys/unix"
)

// Files have the time of the virtual clock. What a run makes or newTimes is stamped with it
// where the call ends, before anybody else moves; whatever else a world shows is no younger
// than the world. So a seed repeats what a script finds newer, older or expired, and an age
// is the time that has passed on the clock which the script reads. Reading a file does not
// change its times.

// toldTimes are those of a file that nobody can set: they are told in the kernel's place.
type toldTimes struct {
	changed time.Time
	born    time.Time // zero where it was there before the runs began
}

// A fileID tells the files of a world apart.
type fileID struct {
	major, minor uint32
	number       uint64
}

// newTimes are those of a file that a call has set to the moment; the time of its last
// change is always among them.
type newTimes uint8

const (
	accessed newTimes = 1 << iota
	modified
	born
)

const made = accessed | modified | born

// now is the next moment of the virtual clock: no two are the same.
func (s *scene) now() time.Time {
	s.passed += time.Microsecond
	return s.base.Add(s.passed)
}

// toItsEnd lets a call happen that is no visible step, and meets it where it ends: files
// may have other times then, or it has asked for them.
func (t *task) toItsEnd(o *order) {
	t.call.quiet = true
	o.toExit = true
}

// setTimes stamps what the call that t has just left has made or changed.
func (s *scene) setTimes(t *task) {
	c := &t.call
	if t.regs.result() < 0 {
		return
	}
	switch c.op {
	case opOpen:
		s.setOpened(t)
	case opMkdir, opMknod, opSymlink:
		s.stampName(c.name, made)
		s.stampName(path.Dir(c.name), modified)
	case opLink:
		s.stampName(c.name2, 0)
		s.stampName(path.Dir(c.name2), modified)
	case opRename:
		s.stampName(c.name2, 0)
		s.stampName(path.Dir(c.name), modified)
		s.stampName(path.Dir(c.name2), modified)
	case opUnlink, opRmdir:
		s.stampName(path.Dir(c.name), modified)
	case opWrite:
		s.stampDescriptor(t, c.target, modified)
	case opMeta, opMetaFd:
		s.setMeta(t)
	}
}

// setOpened stamps a file that was made or emptied by being opened.
func (s *scene) setOpened(t *task) {
	c := &t.call
	switch {
	case c.bits&unix.O_CREAT != 0 && !t.was:
		s.stampDescriptor(t, int(t.regs.result()), made)
		s.stampName(path.Dir(c.name), modified)
	case c.bits&unix.O_TRUNC != 0:
		s.stampDescriptor(t, int(t.regs.result()), modified)
	}
}

// setMeta stamps a file whose mode, owner, times or size were changed.
func (s *scene) setMeta(t *task) {
	c := &t.call
	what := newTimes(0)
	switch c.shape.name {
	case "truncate", "allocate":
		what = modified
	case "utime":
		what = t.madeNew()
	}
	if c.path < 0 {
		s.stampDescriptor(t, c.target, what)
	} else if c.text == "" {
		s.stampDescriptor(t, int(int32(c.args[c.dir])), what)
	} else if fd, own := t.ownDescriptor(c.text); own {
		s.stampDescriptor(t, fd, what)
	} else if c.bits&unix.AT_SYMLINK_NOFOLLOW != 0 {
		s.stampName(c.name, what)
	} else {
		s.stampName(s.followed(t, c.name), what)
	}
}

// madeNew says which times a call has set to that of the moment.
func (t *task) madeNew() newTimes {
	at := t.call.args[1]
	if t.call.number == unix.SYS_UTIMENSAT {
		at = t.call.args[2]
	}
	if at == 0 {
		return accessed | modified
	}
	var p [32]byte
	if _, err := t.read(at, p[:]); err != nil || t.call.number != unix.SYS_UTIMENSAT {
		return 0
	}
	what := newTimes(0)
	if binary.LittleEndian.Uint64(p[8:]) == unix.UTIME_NOW {
		what |= accessed
	}
	if binary.LittleEndian.Uint64(p[24:]) == unix.UTIME_NOW {
		what |= modified
	}
	return what
}

func (s *scene) stampDescriptor(t *task, fd int, what newTimes) {
	at, err := unix.Open(fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd), unix.O_PATH|unix.O_CLOEXEC, 0)
	if err == nil {
		s.stamp(at, what)
		unix.Close(at)
	}
}

func (s *scene) stampName(name string, what newTimes) {
	at, err := unix.Openat2(s.stage.root, "."+name, &unix.OpenHow{
		Flags: unix.O_PATH | unix.O_NOFOLLOW | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err == nil {
		s.stamp(at, what)
		unix.Close(at)
	}
}

// stamp sets times of a file to those of the virtual clock; a file that is not of the world
// is left alone. A time that it had before the runs began is no younger than they are.
func (s *scene) stamp(at int, what newTimes) {
	var st unix.Statx_t
	if unix.Statx(at, "", unix.AT_EMPTY_PATH, unix.STATX_BASIC_STATS|unix.STATX_MNT_ID, &st) != nil || !s.stage.mounts[st.Mnt_id] {
		return
	}
	id := fileID{st.Dev_major, st.Dev_minor, st.Ino}
	old, known := s.stamps[id]
	now := s.now()
	set := func(kind newTimes, has unix.StatxTimestamp) unix.Timespec {
		switch {
		case what&kind != 0:
			return unix.NsecToTimespec(now.UnixNano())
		case !known && has.Sec >= s.base.Unix():
			return unix.NsecToTimespec(s.base.UnixNano())
		}
		return unix.Timespec{Nsec: unix.UTIME_OMIT}
	}
	times := []unix.Timespec{set(accessed, st.Atime), set(modified, st.Mtime)}
	if unix.UtimesNanoAt(at, "", times, unix.AT_EMPTY_PATH) != nil {
		return // it stays one that the world has shown from the beginning
	}
	if what&born != 0 {
		old.born = now
	}
	old.changed = now
	s.stamps[id] = old
}
