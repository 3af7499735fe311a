package rehearse

import (
	"bytes"
	"encoding/binary"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// An attack is a program that makes system calls, one after the other, whatever comes of
// them: what no shell does, and no tool that a world has. Then it prints what they have
// returned.
type attack []sysCall

// A sysCall is one call of an attack. Its arguments are numbers, texts and bytes, for
// which it gets the address, and results of calls before it.
type sysCall struct {
	number uintptr
	args   []any
	code   []byte // what a processor does in its place, with the result of the call before in rax
}

func do(number uintptr, args ...any) sysCall { return sysCall{number: number, args: args} }

// resultOf stands for what a call of the attack, counted from 0, has returned.
type resultOf int

// room stands for the address of so many bytes that nobody else uses.
type room int

const (
	attackBase   = 0x400000
	attackMemory = 0x500000 // results, then room
)

// program makes an ELF file of an attack.
func (a attack) program() []byte {
	var code, data bytes.Buffer
	const most = 1 << 16 // of the code
	text := func(p []byte) uint64 {
		at := attackBase + most + uint64(data.Len())
		data.Write(p)
		return at
	}
	immediate := func(op [2]byte, v uint64) {
		code.Write(op[:])
		_ = binary.Write(&code, binary.LittleEndian, v)
	}
	rooms := uint64(attackMemory + 8*len(a))
	load := [6][2]byte{{0x48, 0xbf}, {0x48, 0xbe}, {0x48, 0xba}, {0x49, 0xba}, {0x49, 0xb8}, {0x49, 0xb9}} // mov rdi … r9, number
	fetch := [6][3]byte{{0x48, 0x8b, 0x38}, {0x48, 0x8b, 0x30}, {0x48, 0x8b, 0x10}, {0x4c, 0x8b, 0x10}, {0x4c, 0x8b, 0x00}, {0x4c, 0x8b, 0x08}}
	emit := func(c sysCall) {
		if c.code != nil {
			code.Write(c.code)
			return
		}
		for i, arg := range c.args {
			switch v := arg.(type) {
			case int:
				immediate(load[i], uint64(v))
			case uint64:
				immediate(load[i], v)
			case string:
				immediate(load[i], text(append([]byte(v), 0)))
			case []byte:
				immediate(load[i], text(v))
			case room:
				immediate(load[i], rooms)
				rooms += uint64(v)
			case resultOf:
				immediate([2]byte{0x48, 0xb8}, attackMemory+8*uint64(v)) // mov rax, address
				code.Write(fetch[i][:])                                  // mov rdi … r9, [rax]
			}
		}
		immediate([2]byte{0x48, 0xb8}, uint64(c.number)) // mov rax, number
		code.Write([]byte{0x0f, 0x05})                   // syscall
	}
	for i, c := range a {
		emit(c)
		immediate([2]byte{0x49, 0xbb}, attackMemory+8*uint64(i)) // mov r11, address
		code.Write([]byte{0x49, 0x89, 0x03})                     // mov [r11], rax
	}
	emit(do(unix.SYS_WRITE, 1, uint64(attackMemory), 8*len(a)))
	emit(do(unix.SYS_PAUSE))
	emit(do(unix.SYS_EXIT_GROUP, 0))
	if code.Len() > most {
		panic("an attack that is too long")
	}
	return elfFile(append(append(code.Bytes(), make([]byte, most-code.Len())...), data.Bytes()...))
}

// elfFile wraps code and data that lie at attackBase, with memory behind.
func elfFile(body []byte) []byte {
	var b bytes.Buffer
	const head, page = 64 + 2*56, 0x1000
	b.Write([]byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	for _, v := range []any{
		uint16(2), processors["amd64"].machine, uint32(1), uint64(attackBase), uint64(64), uint64(0),
		uint32(0), uint16(64), uint16(56), uint16(2), uint16(64), uint16(0), uint16(0),
		uint32(1), uint32(5), uint64(page), uint64(attackBase), uint64(attackBase), uint64(len(body)), uint64(len(body)), uint64(page),
		uint32(1), uint32(6), uint64(0), uint64(attackMemory), uint64(attackMemory), uint64(0), uint64(1 << 20), uint64(page),
	} {
		_ = binary.Write(&b, binary.LittleEndian, v) // a bytes.Buffer takes every fixed-size value
	}
	b.Write(make([]byte, page-head))
	b.Write(body)
	return b.Bytes()
}

// run makes an attack in a world, and returns what its calls have returned. during is
// called while the attacker still lives, and has all that it got.
func (a attack) run(t *testing.T, w walls, lent string, during func()) []int64 {
	t.Helper()
	begin := start{Path: "/attack", Argv: []string{"attack"}, Dir: "/"}
	out := assault{begin: begin, file: worldFile{begin.Path, 0o755, a.program()}, walls: w, lent: lent, during: during}.run(t)
	var results []int64
	for p := []byte(out); len(p) >= 8 && len(results) < len(a); p = p[8:] {
		results = append(results, int64(binary.LittleEndian.Uint64(p)))
	}
	return results
}

// refused tells whether some call of an attack was refused, in words.
func refused(results []int64) string {
	var words []string
	for _, r := range results {
		if r < 0 && r > -4096 {
			words = append(words, syscall.Errno(-r).Error())
		} else {
			words = append(words, "ok")
		}
	}
	return strings.Join(words, ", ")
}
