package rehearse

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A path on a page of its own, of which a racer changes one letter again and again: with
// the one it is a name of the world, with the other it leads outside.
const (
	racedPath = "/proc/self/fd/7/file"
	racedAt   = attackMemory + 1<<16
	raceIsRun = racedAt + 64 // a byte that is set then
)

// race makes another task that shares its memory, which sleeps for a moment and then
// changes a path, while the attacker calls for a change of mode by that path.
func race() attack {
	const shared = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_THREAD
	const from, to = 3, 4
	moment := make([]byte, 16)
	a := attack{do(unix.SYS_PIPE2, room(8), 0), do(unix.SYS_WRITE, to, racedPath, len(racedPath)+1), do(unix.SYS_READ, from, uint64(racedAt), len(racedPath)+1)}
	at := ""
	for part := range strings.SplitSeq(strings.Replace(racedPath[1:], "p", "w", 1), "/") {
		at += "/" + part
		a = append(a, do(unix.SYS_MKDIR, at, 0o755))
	}
	a = append(a, do(unix.SYS_CLONE, shared, uint64(racedAt+1<<15), 0, 0, 0))
	a = append(a, sysCall{code: onlyWhoWasMade(flipping())})
	for range 4 {
		a = append(a, do(unix.SYS_NANOSLEEP, moment, 0)) // it lets the other one go
	}
	return append(a, sysCall{code: untilTheRaceIsRun(repeated(20000, unix.SYS_CHMOD, [4]uint32{racedAt, 0o777}))})
}

// untilTheRaceIsRun ends what is repeated when the racer is done.
func untilTheRaceIsRun(code []byte) []byte {
	head, back := code[:len(code)-4], code[len(code)-1] // before dec ebx; jne begin
	look := binary.LittleEndian.AppendUint32([]byte{0x80, 0x3c, 0x25}, raceIsRun)
	look = append(look, 0, 0x75, 4) // cmp byte [raceIsRun], 0; jne behind
	return append(append(head, look...), 0xff, 0xcb, 0x75, back-byte(len(look)))
}

// onlyWhoWasMade is code for the one of two tasks in which a fork has returned 0.
func onlyWhoWasMade(code []byte) []byte {
	skip := []byte{0x48, 0x85, 0xc0, 0x0f, 0x85, 0, 0, 0, 0} // test rax, rax; jne behind
	binary.LittleEndian.PutUint32(skip[5:], uint32(len(code)))
	return append(skip, code...)
}

// flipping waits in a futex for a moment, changes the path a few hundred million times, and ends.
func flipping() []byte {
	var b bytes.Buffer
	number := func(op [2]byte, v uint64) {
		b.Write(op[:])
		_ = binary.Write(&b, binary.LittleEndian, v) // a bytes.Buffer takes it
	}
	b.Write([]byte{0x6a, 0})                // push 0
	number([2]byte{0x48, 0xb8}, 5e8)        // mov rax, nanoseconds
	b.Write([]byte{0x50, 0x6a, 0})          // push rax; push 0: a timespec
	b.Write([]byte{0x49, 0x89, 0xe2})       // mov r10, rsp
	b.Write([]byte{0x48, 0x8d, 0x7c, 0x24}) // lea rdi, [rsp+16]: a word that is 0
	b.WriteByte(16)                         //
	b.Write([]byte{0x31, 0xf6, 0x31, 0xd2}) // FUTEX_WAIT; while it is 0
	number([2]byte{0x48, 0xb8}, unix.SYS_FUTEX)
	b.Write([]byte{0x0f, 0x05}) // syscall
	number([2]byte{0x48, 0xbb}, racedAt+1)
	number([2]byte{0x48, 0xb9}, 3e8)
	loop := []byte{0xc6, 0x03, 'w', 0xc6, 0x03, 'p', 0x48, 0xff, 0xc9, 0x75} // mov byte [rbx], …; dec rcx; jne loop
	b.Write(append(loop, byte(256-len(loop)-1)))
	b.Write(append(binary.LittleEndian.AppendUint32([]byte{0xc6, 0x04, 0x25}, raceIsRun), 1)) // mov byte [raceIsRun], 1
	b.Write([]byte{0x31, 0xff, 0xb8, unix.SYS_EXIT, 0, 0, 0, 0x0f, 0x05})
	return b.Bytes()
}

// What the supervisor has judged is what the kernel does, also where another task tries to
// change it in between: because nobody else moves, and because nobody else has the memory.
func TestNothingChangesWhileItIsJudged(t *testing.T) {
	needsWorld(t)
	changed := func(w walls) bool {
		dir := victims(t)
		before := look(t, dir)
		w.NoLandlock = true
		if r := race().run(t, w, dir, nil); len(r) == 0 {
			t.Errorf("%+v: the attacker said nothing", w)
		}
		return look(t, dir) != before
	}
	if changed(walls{NoMeeting: true}) {
		t.Error("privacy does not hold")
	}
	if changed(walls{NoPrivacy: true}) {
		t.Error("who wakes goes on beside who moves")
	}
	for range 20 { // who wins is a matter of luck
		if changed(walls{NoMeeting: true, NoPrivacy: true}) {
			return
		}
	}
	t.Skip("without the two nothing happened either, so nothing was shown")
}

// What a task maps as common with others is its own copy, and none to write into.
func TestMapsAreOnesOwn(t *testing.T) {
	needsWorld(t)
	a := attack{do(unix.SYS_OPEN, "/own", unix.O_CREAT|unix.O_RDWR, 0o600), do(unix.SYS_MMAP, 0, 4096, unix.PROT_READ, unix.MAP_SHARED, resultOf(0), 0),
		do(unix.SYS_MPROTECT, resultOf(1), 4096, unix.PROT_READ|unix.PROT_WRITE), do(unix.SYS_MMAP, 0, 4096, unix.PROT_WRITE, unix.MAP_SHARED, resultOf(0), 0),
		do(unix.SYS_MMAP, 0, 4096, unix.PROT_READ, unix.MAP_SHARED|unix.MAP_ANONYMOUS, -1, 0)}
	shared := func(w walls) (r []int64, maps string) {
		var on *scene
		out := assault{begin: start{Path: "/attack", Argv: []string{"attack"}, Dir: "/"}, file: worldFile{"/attack", 0o755, a.program()}, walls: w,
			change: func(s *scene) { on = s }, during: func() {
				data, _ := readTable("/proc/%d/maps", on.mains[0].pid)
				for line := range strings.Lines(string(data)) {
					if f := strings.Fields(line); len(f) > 1 && strings.HasSuffix(f[1], "s") {
						maps += line
					}
				}
			}}.run(t)
		for p := []byte(out); len(p) >= 8; p = p[8:] {
			r = append(r, int64(binary.LittleEndian.Uint64(p)))
		}
		return r, maps
	}
	if r, maps := shared(walls{}); maps != "" || len(r) != len(a) || r[1] < 0 || r[2] != 0 || r[3] != -int64(unix.ENODEV) || r[4] < 0 {
		t.Errorf("%s: %s", refused(r), maps)
	}
	if r, maps := shared(walls{NoPrivacy: true}); strings.Count(maps, "\n") != 3 {
		t.Errorf("without the wall: %s: %s", refused(r), maps)
	}
}
