package rehearse

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// repeated is code that makes a system call again and again.
func repeated(times, number uint32, args [4]uint32) []byte {
	var b []byte
	load := func(v uint32, op ...byte) { b = binary.LittleEndian.AppendUint32(append(b, op...), v) }
	load(times, 0xbb) // mov ebx, times
	begin := len(b)
	for i, register := range [][]byte{{0xbf}, {0xbe}, {0xba}, {0x41, 0xba}} {
		load(args[i], register...) // mov edi, esi, edx, r10d
	}
	load(number, 0xb8)                          // mov eax, number
	b = append(b, 0x0f, 0x05, 0xff, 0xcb, 0x75) // syscall; dec ebx; jne begin
	return append(b, byte(begin-len(b)-1))
}

// The kernel counts the timers and waiting signals of a user, wherever he has them: those
// of a rehearsal are few, by what is judged and by a limit.
func TestQueueOfSignalsStaysFree(t *testing.T) {
	needsWorld(t)
	const many = 1500
	a := attack{sysCall{code: repeated(many, unix.SYS_TIMER_CREATE, [4]uint32{unix.CLOCK_MONOTONIC, 0, attackMemory + 1<<16})}}
	queued := func(w walls) (n int) {
		var on *scene
		_, err := assault{begin: start{Path: "/attack", Argv: []string{"attack"}, Dir: "/"}, file: worldFile{"/attack", 0o755, a.program()}, walls: w,
			change: func(s *scene) { on = s }, during: func() {
				data, _ := readTable("/proc/%d/status", on.mains[0].pid)
				_, rest, _ := strings.Cut(string(data), "\nSigQ:")
				_, _ = fmt.Sscanf(rest, "%d/", &n) // none is 0, which the last look takes for a fault
			}}.try()
		if err != nil {
			t.Error(err)
		}
		return n
	}
	if n := queued(walls{NoLimits: true}); n > 65 { // one waits for its tracer
		t.Errorf("the supervisor lets %d be made", n)
	}
	if n := queued(walls{NoSeccomp: true}); n > 1024 {
		t.Errorf("the limit lets %d be made", n)
	}
	if n := queued(walls{NoSeccomp: true, NoLimits: true}); n < many {
		t.Errorf("without the two there are %d, so the test shows nothing", n)
	}
}

// What is written into sockets and not read is memory, too, that no process has.
func TestSocketsCountAsMemory(t *testing.T) {
	needsWorld(t)
	a := attack{sysCall{code: repeated(100, unix.SYS_SOCKETPAIR, [4]uint32{unix.AF_UNIX, unix.SOCK_STREAM, 0, attackMemory + 1<<16})},
		sysCall{code: repeated(2*watchEvery, unix.SYS_WRITE, [4]uint32{3, attackMemory, 1})}}
	for _, c := range []struct {
		memory uint64
		want   error
	}{{100 * 2 * 212992, errTooBig}, {1 << 30, nil}} {
		_, err := assault{begin: start{Path: "/attack", Argv: []string{"attack"}, Dir: "/"}, file: worldFile{"/attack", 0o755, a.program()},
			change: func(s *scene) { s.memory = c.memory }, during: func() {}}.try()
		if !errors.Is(err, c.want) {
			t.Errorf("with %d MB: %v", c.memory>>20, err)
		}
	}
}
