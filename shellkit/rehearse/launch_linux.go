//go:build linux && (amd64 || arm64)

package rehearse

import (
	"errors"
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A launcher starts runs. Everything that a new process needs is laid out before the
// fork: between fork and exec only system calls are made, no memory is asked for.
type launcher struct {
	images []image // of each run
	fence  int
	filter *unix.SockFprog
	limits []limit
	drop   []uintptr // capabilities to give up
	walls  walls
	lent   int // -1 but in tests
}

// An image is a start as the kernel wants it.
type image struct {
	path       *byte
	argv, envv []*byte
	dir        *byte
}

func newImage(s *start) (image, error) {
	path, err1 := syscall.BytePtrFromString(s.Path)
	dir, err2 := syscall.BytePtrFromString(s.Dir)
	argv, err3 := syscall.SlicePtrFromStrings(s.Argv)
	envv, err4 := syscall.SlicePtrFromStrings(s.Env)
	return image{path, argv, envv, dir}, errors.Join(err1, err2, err3, err4)
}

type limit struct {
	resource uintptr
	value    unix.Rlimit
}

// noDump is the one limit of a core file, in bytes, under which none is written and none is
// handed to a program either (core(5), core_pattern that begins with |): that program runs
// outside of every world. A limit of 0 does not keep the kernel from it.
const noDump = 1

const noRandomAddresses = 0x0040000 // ADDR_NO_RANDOMIZE

// kept are the capabilities with which a run acts on the files of its own world.
const kept = 1<<unix.CAP_CHOWN | 1<<unix.CAP_DAC_OVERRIDE | 1<<unix.CAP_DAC_READ_SEARCH | 1<<unix.CAP_FOWNER |
	1<<unix.CAP_FSETID | 1<<unix.CAP_KILL | 1<<unix.CAP_SETGID | 1<<unix.CAP_SETUID

func newLauncher(o *orders, lent int) (*launcher, error) {
	l := &launcher{fence: -1, lent: lent, walls: o.Walls, limits: []limit{
		{unix.RLIMIT_CORE, unix.Rlimit{Cur: noDump, Max: noDump}},
		{unix.RLIMIT_CPU, unix.Rlimit{Cur: 20, Max: 20}},
		{unix.RLIMIT_FSIZE, unix.Rlimit{Cur: 64 << 20, Max: 64 << 20}},
		{unix.RLIMIT_AS, unix.Rlimit{Cur: 1 << 30, Max: 1 << 30}},
		{unix.RLIMIT_NOFILE, unix.Rlimit{Cur: 1024, Max: 1024}},
		{unix.RLIMIT_NPROC, unix.Rlimit{Cur: 512, Max: 512}},
		{unix.RLIMIT_MEMLOCK, unix.Rlimit{}},
		{unix.RLIMIT_MSGQUEUE, unix.Rlimit{}},
		{unix.RLIMIT_SIGPENDING, unix.Rlimit{Cur: 1024, Max: 1024}}, // timers are counted here, too
	}}
	if o.Walls.NoLimits {
		l.limits = nil
	}
	for i := range o.Runs {
		p, err := newImage(&o.Runs[i])
		if err != nil {
			return nil, err
		}
		l.images = append(l.images, p)
	}
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		if kept>>c&1 == 0 && !o.Walls.NoDrop {
			l.drop = append(l.drop, c)
		}
	}
	l.filter = fprog(program(o.Walls))
	if !o.Walls.NoLandlock {
		var err error
		if l.fence, err = fence("/"); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// fenceIn puts the calling thread, and with it all runs, into one Landlock domain: they
// may signal each other and nobody else.
func (l *launcher) fenceIn() error {
	if l.walls.NoLandlock {
		return nil
	}
	if _, _, e := unix.RawSyscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(l.fence), 0, 0); e != 0 {
		return fmt.Errorf("landlock: %w", e)
	}
	return nil
}

// launch starts run i. It sends one byte to the supervisor, waits for one, which says
// that it is traced, and becomes the script.
func (l *launcher) launch(i, numbers int) error {
	var in [2]int
	if err := unix.Pipe2(in[:], unix.O_CLOEXEC); err != nil {
		return err
	}
	defer unix.Close(in[0])
	defer unix.Close(in[1])
	defer unix.Close(keeperOutput + i)
	for try := range 20 { // a thread of this program may have taken the number
		want := firstRun*(i+1) + 2*try
		if err := number(numbers, want); err != nil {
			return err
		}
		all := ^uint64(0)
		var old uint64
		rawMask(&all, &old)
		pid, e := l.fork(&l.images[i], in[0], keeperOutput+i, want)
		rawMask(&old, nil)
		if e != 0 {
			return e
		}
		if pid == want {
			return nil
		}
	}
	return fmt.Errorf("run %d gets no process number of its own", i)
}

func rawMask(set, old *uint64) {
	unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
}

// Nothing after the fork may look at its stack (nosplit): the runtime's locks may be held
// by threads that the child does not have.
//
// fork returns in the keeper only. A child for which anything fails, its number
// to begin with, ends with 125 and never reaches the script.
//
//go:norace
//go:noinline
//go:nosplit
func (l *launcher) fork(p *image, in, out, want int) (pid int, err syscall.Errno) {
	child, _, e := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if e != 0 || child != 0 {
		return int(child), e
	}
	if own, _, _ := unix.RawSyscall(unix.SYS_GETPID, 0, 0, 0); own == uintptr(want) {
		l.become(p, uintptr(in), uintptr(out))
	}
	for {
		unix.RawSyscall(unix.SYS_EXIT_GROUP, 125, 0, 0)
	}
}

// become runs in the child, and returns where a step fails.
//
//go:norace
//go:noinline
//go:nosplit
func (l *launcher) become(p *image, in, out uintptr) {
	var act [4]uint64 // SIG_DFL
	for sig := uintptr(1); sig <= 64; sig++ {
		unix.RawSyscall6(unix.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(&act)), 0, 8, 0, 0)
	}
	unix.RawSyscall(unix.SYS_SETSID, 0, 0, 0)
	unix.RawSyscall(unix.SYS_PERSONALITY, noRandomAddresses, 0, 0) // bash draws from its addresses
	for fd, from := range [3]uintptr{in, out, out} {
		if _, _, e := unix.RawSyscall(unix.SYS_DUP3, from, uintptr(fd), 0); e != 0 {
			return
		}
	}
	if _, _, e := unix.RawSyscall(unix.SYS_CLOSE_RANGE, 3, ^uintptr(0)>>33, unix.CLOSE_RANGE_CLOEXEC); e != 0 {
		return
	}
	if l.lent >= 0 {
		unix.RawSyscall(unix.SYS_DUP3, uintptr(l.lent), 7, 0)
	}
	for i := range l.limits {
		r := &l.limits[i]
		if _, _, e := unix.RawSyscall6(unix.SYS_PRLIMIT64, 0, r.resource, uintptr(unsafe.Pointer(&r.value)), 0, 0, 0); e != 0 {
			return
		}
	}
	if _, _, e := unix.RawSyscall(unix.SYS_CHDIR, uintptr(unsafe.Pointer(p.dir)), 0, 0); e != 0 {
		return
	}
	for _, c := range l.drop {
		unix.RawSyscall(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, c, 0) // a capability that this kernel does not know is none
	}
	if _, _, e := unix.RawSyscall6(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0); e != 0 {
		return
	}
	var b byte
	if _, _, e := unix.RawSyscall(unix.SYS_WRITE, keeperControl, uintptr(unsafe.Pointer(&b)), 1); e != 0 {
		return
	}
	if n, _, e := unix.RawSyscall(unix.SYS_READ, keeperControl, uintptr(unsafe.Pointer(&b)), 1); e != 0 || n != 1 {
		return
	}
	if !l.walls.NoSeccomp {
		if _, _, e := unix.RawSyscall(unix.SYS_SECCOMP, seccompFilter, 0, uintptr(unsafe.Pointer(l.filter))); e != 0 {
			return
		}
	}
	var none uint64
	unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&none)), 0, 8, 0, 0)
	unix.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(p.path)), uintptr(unsafe.Pointer(&p.argv[0])), uintptr(unsafe.Pointer(&p.envv[0])))
}
