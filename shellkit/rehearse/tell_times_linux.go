//go:build linux && (amd64 || arm64)

package rehearse

import (
	"encoding/binary"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A fileAnswer says where in what the kernel tells of a file its times stand, each of them
// as seconds and nanoseconds.
type fileAnswer struct {
	size                     uintptr
	accessed, modified, last uintptr
	born                     uintptr // 0: it is not told
	id                       func(answer []byte) fileID
}

var (
	ofStat = fileAnswer{
		unsafe.Sizeof(unix.Stat_t{}), unsafe.Offsetof(unix.Stat_t{}.Atim), unsafe.Offsetof(unix.Stat_t{}.Mtim), unsafe.Offsetof(unix.Stat_t{}.Ctim), 0,
		func(p []byte) fileID {
			device := binary.LittleEndian.Uint64(p[unsafe.Offsetof(unix.Stat_t{}.Dev):])
			return fileID{unix.Major(device), unix.Minor(device), binary.LittleEndian.Uint64(p[unsafe.Offsetof(unix.Stat_t{}.Ino):])}
		},
	}
	ofStatx = fileAnswer{
		unsafe.Sizeof(unix.Statx_t{}), unsafe.Offsetof(unix.Statx_t{}.Atime), unsafe.Offsetof(unix.Statx_t{}.Mtime), unsafe.Offsetof(unix.Statx_t{}.Ctime), unsafe.Offsetof(unix.Statx_t{}.Btime),
		func(p []byte) fileID {
			return fileID{binary.LittleEndian.Uint32(p[unsafe.Offsetof(unix.Statx_t{}.Dev_major):]), binary.LittleEndian.Uint32(p[unsafe.Offsetof(unix.Statx_t{}.Dev_minor):]),
				binary.LittleEndian.Uint64(p[unsafe.Offsetof(unix.Statx_t{}.Ino):])}
		},
	}
)

// tellTimes puts into the answer that t has just got what the times of a file are by the
// virtual clock.
func (s *scene) tellTimes(t *task) {
	c := &t.call
	if c.op != opLook || c.shape.name != "stat" || t.regs.result() != 0 {
		return
	}
	of, at := &ofStat, c.args[1]
	switch c.number {
	case unix.SYS_STATX:
		of, at = &ofStatx, c.args[4]
	case unix.SYS_NEWFSTATAT:
		at = c.args[2]
	}
	answer := make([]byte, of.size)
	if n, err := t.read(at, answer); err != nil || n < len(answer) {
		return
	}
	if s.retime(of, answer) {
		_ = t.write(at, answer) // where the kernel has just written
	}
}

// retime changes the times in an answer, and tells whether any was another one. Those that a
// file has been stamped with stand in the file itself; the moment of its last change, and of
// its birth, are known from the stamp.
func (s *scene) retime(of *fileAnswer, answer []byte) (changed bool) {
	put := func(at uintptr, when time.Time) {
		binary.LittleEndian.PutUint64(answer[at:], uint64(when.Unix()))
		binary.LittleEndian.PutUint64(answer[at+8:], uint64(when.Nanosecond()))
		changed = true
	}
	notAfterTheBeginning := func(at uintptr) {
		if int64(binary.LittleEndian.Uint64(answer[at:])) >= s.base.Unix() {
			put(at, s.base)
		}
	}
	stamp, stamped := s.stamps[of.id(answer)]
	if stamped {
		put(of.last, stamp.changed)
	} else {
		notAfterTheBeginning(of.accessed)
		notAfterTheBeginning(of.modified)
		notAfterTheBeginning(of.last)
	}
	switch {
	case of.born == 0:
	case stamp.born.IsZero():
		notAfterTheBeginning(of.born)
	default:
		put(of.born, stamp.born)
	}
	return changed
}
