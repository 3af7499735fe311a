package rehearse

import "golang.org/x/sys/unix"

// registers are those of a stopped task, seen as a system call.
type registers struct{ r unix.PtraceRegs }

func (g *registers) load(pid int) error  { return unix.PtraceGetRegs(pid, &g.r) }
func (g *registers) store(pid int) error { return unix.PtraceSetRegs(pid, &g.r) }

func (g *registers) number() uintptr    { return uintptr(g.r.Orig_rax) }
func (g *registers) result() int64      { return int64(g.r.Rax) }
func (g *registers) stack() uint64      { return g.r.Rsp }
func (g *registers) setStatus(v uint64) { g.r.Rdi = v }

func (g *registers) slot(i int8) *uint64 {
	return [...]*uint64{&g.r.Rdi, &g.r.Rsi, &g.r.Rdx, &g.r.R10, &g.r.R8, &g.r.R9}[i]
}

func (g *registers) arg(i int8) uint64       { return *g.slot(i) }
func (g *registers) setArg(i int8, v uint64) { *g.slot(i) = v }

// skip makes the call at whose entry pid stands not happen; it answers result.
func (g *registers) skip(pid int, result int64) error {
	g.r.Orig_rax = ^uint64(0)
	g.r.Rax = uint64(result)
	return g.store(pid)
}
