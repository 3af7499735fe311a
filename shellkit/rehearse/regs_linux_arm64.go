package rehearse

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// registers are those of a stopped task, seen as a system call.
type registers struct{ r unix.PtraceRegsArm64 }

const (
	noteGeneral = 1     // NT_PRSTATUS
	noteCall    = 0x404 // NT_ARM_SYSTEM_CALL
)

func (g *registers) load(pid int) error  { return unix.PtraceGetRegSetArm64(pid, noteGeneral, &g.r) }
func (g *registers) store(pid int) error { return unix.PtraceSetRegSetArm64(pid, noteGeneral, &g.r) }

func (g *registers) number() uintptr    { return uintptr(g.r.Regs[8]) }
func (g *registers) result() int64      { return int64(g.r.Regs[0]) }
func (g *registers) stack() uint64      { return g.r.Sp }
func (g *registers) setStatus(v uint64) { g.r.Regs[19] = v }

func (g *registers) arg(i int8) uint64       { return g.r.Regs[i] }
func (g *registers) setArg(i int8, v uint64) { g.r.Regs[i] = v }

// skip makes the call at whose entry pid stands not happen; it answers result.
func (g *registers) skip(pid int, result int64) error {
	none := int32(-1)
	iov := unix.Iovec{Base: (*byte)(unsafe.Pointer(&none)), Len: 4}
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_SETREGSET, uintptr(pid), noteCall, uintptr(unsafe.Pointer(&iov)), 0, 0)
	if e != 0 {
		return e
	}
	g.r.Regs[0] = uint64(result)
	return g.store(pid)
}
