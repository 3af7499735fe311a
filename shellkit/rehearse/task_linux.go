//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bytes"
	"encoding/binary"
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
	vfork      bool   // it sleeps until a child of its has moved on
	aside      bool   // who has started it has gone on without it

	timerSignal int    // of the timer that it has made
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

// text reads a string that ends with a zero byte; nothing is longer than a path may be.
func (t *task) text(addr uint64) (string, error) {
	if addr == 0 {
		return "", unix.EFAULT
	}
	var all []byte
	for len(all) < 1<<16 {
		p := make([]byte, 4096-addr%4096) // never across a page that may be missing
		n, err := t.read(addr, p)
		if err != nil {
			return "", err
		}
		if i := bytes.IndexByte(p[:n], 0); i >= 0 {
			return string(append(all, p[:i]...)), nil
		}
		all, addr = append(all, p[:n]...), addr+uint64(n)
	}
	return "", unix.ENAMETOOLONG
}

// words reads an argument vector.
func (t *task) words(addr uint64) []string {
	var list []string
	for len(list) < 256 {
		var p [8]byte
		if _, err := t.read(addr, p[:]); err != nil {
			break
		}
		at := binary.LittleEndian.Uint64(p[:])
		if at == 0 {
			break
		}
		w, err := t.text(at)
		if err != nil {
			break
		}
		list, addr = append(list, w), addr+8
	}
	return list
}

// scratch is memory below the stack that nothing uses at a system call.
func (t *task) scratch() uint64 { return (t.regs.stack() - 1024) &^ 15 }

// blocked says whether the task waits in a system call for what others do. Neither of
// the two files alone says it: a task that is being woken still has its call, and one
// that is about to look again already sleeps by its state, while it is on a processor.
func (t *task) blocked() bool {
	if state := t.state(); state != 'S' && !(state == 'D' && t.vfork) {
		return false
	}
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/syscall", t.pid))
	return err == nil && !bytes.HasPrefix(data, []byte("running"))
}

// state is the letter that the kernel has for what the task does, 0 where it is gone.
func (t *task) state() byte {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", t.pid))
	i := bytes.LastIndexByte(data, ')')
	if err != nil || i < 0 || i+2 >= len(data) {
		return 0
	}
	return data[i+2]
}

// doomed says whether a signal waits for the task that ends it as soon as it moves.
func (t *task) doomed() bool {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.pid))
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

// stopped says whether the task stands still for its tracer.
func (t *task) stopped() bool { return t.state() == 't' }

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
	p := make([]byte, 1<<16)
	n, err := t.read(t.regs.stack(), p[:min(len(p), int(stackTop(t.pid)-t.regs.stack()))])
	if err != nil {
		return err
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(p[8*i:]) }
	i, last := 1, n/8-1
	for range 2 { // arguments, environment
		for i < last && word(i) != 0 {
			i++
		}
		i++
	}
	for ; i+1 <= last && word(i) != 0; i += 2 {
		at := t.regs.stack() + uint64(8*i)
		switch word(i) {
		case auxVdso:
			err = t.write(at, binary.LittleEndian.AppendUint64(nil, auxIgnore))
		case auxRandom:
			var noise [16]byte
			draw(noise[:], seed)
			err = t.write(word(i+1), noise[:])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stackTop is where the stack of pid ends.
func stackTop(pid int) uint64 {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid)) // without it there is nothing to read
	for line := range strings.Lines(string(data)) {
		if strings.Contains(line, "[stack]") {
			var from, to uint64
			if n, _ := fmt.Sscanf(line, "%x-%x", &from, &to); n == 2 {
				return to
			}
		}
	}
	return 0
}
