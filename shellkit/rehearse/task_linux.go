//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// standing says where a task is.
type standing uint8

const (
	fresh    standing = iota // it has not moved since it was made
	pending                  // before a visible call
	asleep                   // in a call that waits for somebody else
	returned                 // after a call that waited
	working                  // it is a stand-in
	ending                   // before its end: its descriptors are still open
	dead
)

// A task is one traced thread; nearly always that is a process.
type task struct {
	pid, inner int
	run, id    int
	parent     *task
	at         standing
	regs       registers
	call       call   // what it stands before, sleeps in, or has returned from
	got        bool   // it has got a lock, or made a name that was not there
	was        bool   // the name that the call may make was there before it
	command    string // what it has become at its last exec
	next       string // what it becomes if its execve succeeds
	standsIn   bool   // that, or what it is, is a stand-in
	works      int    // how many stand-ins its run had before this one
	mayWait    bool   // what it does now may wait for somebody else
	vfork      bool   // it sleeps until a child of its has moved on
	aside      bool   // who has started it has gone on without it
	yields     bool   // it has slept, or is part of a job that has: others go first
	moved      int    // when it was last let move

	calls, stat window // on what it does

	timers      int    // how many it has made
	timerSignal int    // of the last one
	timerValue  uint64 // and what that signal carries
	deadline    int64  // when a timer of it goes off on the virtual clock; 0 is never
	fired       bool
}

func (t *task) main() bool { return t.id == 0 }

// memory of a tracee

func (t *task) read(addr uint64, p []byte) (int, error) {
	local := []unix.Iovec{{Base: &p[0]}}
	local[0].SetLen(len(p))
	return unix.ProcessVMReadv(t.pid, local, []unix.RemoteIovec{{Base: uintptr(addr), Len: len(p)}}, 0)
}

func (t *task) write(addr uint64, p []byte) error {
	if addr > math.MaxInt64 {
		return unix.EFAULT // no program has memory there
	}
	f, err := os.OpenFile(fmt.Sprintf("/proc/%d/mem", t.pid), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteAt(p, int64(addr))
	return err
}

// longestPath is the room for a path and the zero byte at its end (PATH_MAX): the kernel
// takes none that is longer.
const longestPath = 4096

// text reads a string that ends with a zero byte. Of one that is longer than most there is
// the beginning, and ENAMETOOLONG.
func (t *task) text(addr uint64, most int) (string, error) {
	var all []byte
	var short [256]byte                                                                                        // most are no longer
	for p := short[:min(len(short), int(4096-addr%4096))]; len(all) < most; p = make([]byte, 4096-addr%4096) { // never across a page that may be missing
		n, err := t.read(addr, p)
		if err != nil {
			return "", err
		}
		if i := bytes.IndexByte(p[:n], 0); i >= 0 && len(all)+i < most {
			return string(append(all, p[:i]...)), nil
		}
		all, addr = append(all, p[:n]...), addr+uint64(n)
	}
	return string(all[:most]), unix.ENAMETOOLONG
}

// mostWords is how many words of a command are looked at, and how much of each.
const (
	mostWords   = 256
	longestWord = 1 << 16
)

// words reads an argument vector. One that cannot be read is an error: what a program is
// called decides what it is.
func (t *task) words(addr uint64) ([]string, error) {
	var list []string
	for ; addr != 0 && len(list) < mostWords; addr += 8 {
		var p [8]byte
		if _, err := t.read(addr, p[:]); err != nil {
			return nil, err
		}
		at := binary.LittleEndian.Uint64(p[:])
		if at == 0 {
			break
		}
		w, err := t.text(at, longestWord)
		if err != nil && err != unix.ENAMETOOLONG {
			return nil, err
		}
		list = append(list, w)
	}
	return list, nil
}

// scratch is memory below the stack that nothing uses at a system call.
func (t *task) scratch() uint64 { return (t.regs.stack() - 1024) &^ 15 }

// doomed says whether a signal waits for the task that ends it as soon as it moves.
func (t *task) doomed() bool {
	data, err := readTable("/proc/%d/status", t.pid)
	if err != nil {
		return false
	}
	sets := map[string]uint64{}
	for line := range strings.Lines(string(data)) {
		if name, set, found := strings.Cut(line, ":"); found && strings.HasPrefix(name, "S") {
			sets[name], _ = strconv.ParseUint(strings.TrimSpace(set), 16, 64)
		}
	}
	waits := (sets["SigPnd"] | sets["ShdPnd"]) &^ (sets["SigBlk"] | sets["SigIgn"] | sets["SigCgt"])
	for _, sig := range []unix.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGKILL, unix.SIGUSR1, unix.SIGUSR2, unix.SIGPIPE, unix.SIGALRM, unix.SIGTERM} {
		if waits&(1<<(sig-1)) != 0 {
			return true
		}
	}
	return false
}

// Entries of what the kernel tells a new program.
const (
	auxIgnore = 1
	auxRandom = 25
	auxVdso   = 33
)

// plainWorld makes a program that was just executed ask the kernel for the time, and
// draws the same random bytes each time: the vdso is taken out of what it is told.
func (t *task) plainWorld(seed uint64) error {
	if err := t.regs.load(t.pid); err != nil {
		return err
	}
	told := stackReader{t: t, at: t.regs.stack() + 8} // behind the number of arguments
	for range 2 {                                     // arguments, environment
		for told.word() != 0 {
		}
	}
	for {
		at := told.at
		kind, value := told.word(), told.word()
		var err error
		switch kind {
		case 0:
			return told.err
		case auxVdso:
			err = t.write(at, binary.LittleEndian.AppendUint64(nil, auxIgnore))
		case auxRandom:
			var noise [16]byte
			draw(noise[:], seed)
			err = t.write(value, noise[:])
		}
		if err != nil {
			return err
		}
	}
}

// A stackReader reads one word of a task's stack after the other, a page at a time.
type stackReader struct {
	t    *task
	at   uint64
	page []byte // what was read and not returned
	err  error
}

// word is 0 where nothing can be read any more.
func (r *stackReader) word() uint64 {
	if len(r.page) < 8 {
		page := make([]byte, 4096-r.at%4096)
		n, err := r.t.read(r.at, page)
		if err != nil || n < 8 {
			r.err = errors.Join(err, unix.EFAULT)
			return 0
		}
		r.page = page[:n]
	}
	v := binary.LittleEndian.Uint64(r.page)
	r.page, r.at = r.page[8:], r.at+8
	return v
}
