//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bytes"
	"encoding/binary"
)

// A processor has a number in ELF files and a code that ends a program with the status
// in the register that setStatus writes.
type processor struct {
	machine uint16
	code    []byte
}

// processors are those that can be rehearsed on, as Go calls them.
var processors = map[string]processor{
	"amd64": {62, []byte{
		0xb8, 231, 0, 0, 0, // mov eax, SYS_exit_group: the status is in rdi
		0x0f, 0x05, // syscall
	}},
	"arm64": {183, []byte{
		0xe0, 0x03, 0x13, 0xaa, // mov x0, x19: x0 is overwritten by the result of execve
		0xc8, 0x0b, 0x80, 0xd2, // mov x8, SYS_exit_group
		0x01, 0x00, 0x00, 0xd4, // svc 0
	}},
}

// standIn is the smallest program there is: it ends with the status that the
// supervisor has put into its first argument register. A stand-in takes the place of
// a program at execve, so the kernel does to descriptors and signals what an exec does.
func standIn(p processor) []byte {
	const base, head = 0x400000, 64 + 56
	var b bytes.Buffer
	b.Write([]byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	size := uint64(head + len(p.code))
	for _, v := range []any{
		uint16(2), p.machine, uint32(1), uint64(base + head), uint64(64), uint64(0), // type, machine, version, entry, phoff, shoff
		uint32(0), uint16(64), uint16(56), uint16(1), uint16(64), uint16(0), uint16(0),
		uint32(1), uint32(5), uint64(0), uint64(base), uint64(base), size, size, uint64(0x1000), // PT_LOAD, r-x
	} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err) // a bytes.Buffer takes every fixed-size value
		}
	}
	b.Write(p.code)
	return b.Bytes()
}
