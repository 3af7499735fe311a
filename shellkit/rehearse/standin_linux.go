//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bytes"
	"encoding/binary"
)

// standIn is the smallest program there is: it ends with the status that the
// supervisor has put into its first argument register. A stand-in takes the place of
// a program at execve, so the kernel does to descriptors and signals what an exec does.
func standIn() []byte {
	const base, head = 0x400000, 64 + 56
	var b bytes.Buffer
	b.Write([]byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	size := uint64(head + len(standInCode))
	for _, v := range []any{
		uint16(2), uint16(elfMachine), uint32(1), uint64(base + head), uint64(64), uint64(0), // type, machine, version, entry, phoff, shoff
		uint32(0), uint16(64), uint16(56), uint16(1), uint16(64), uint16(0), uint16(0),
		uint32(1), uint32(5), uint64(0), uint64(base), uint64(base), size, size, uint64(0x1000), // PT_LOAD, r-x
	} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err) // a bytes.Buffer takes every fixed-size value
		}
	}
	b.Write(standInCode)
	return b.Bytes()
}
