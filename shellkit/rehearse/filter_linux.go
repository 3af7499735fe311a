//go:build linux && (amd64 || arm64)

package rehearse

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The offsets of struct seccomp_data.
const (
	dataNumber = 0
	dataArch   = 4
	dataArgs   = 16 // the low half of the first argument: both architectures are little-endian
)

// Requests of ioctl, the same on both architectures.
const (
	setCloseOnExec   = 0x5451
	clearCloseOnExec = 0x5450
)

const seccompFilter = 1 // SECCOMP_SET_MODE_FILTER

const (
	retKill  = 0x80000000
	retErrno = 0x00050000
	retTrace = 0x7ff00000
	retAllow = 0x7fff0000
)

func retErr(e unix.Errno) uint32 { return retErrno | uint32(e) }

// A sieve is a seccomp program in the making. What no rule names is refused with
// ENOSYS, so that a program falls back on something older.
type sieve []unix.SockFilter

func (s *sieve) load(offset uint32) {
	*s = append(*s, unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset})
}

func (s *sieve) ret(action uint32) {
	*s = append(*s, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action})
}

// when adds a rule of two instructions: if the loaded word compares so, that is the answer.
func (s *sieve) when(compare uint16, k, action uint32) {
	*s = append(*s, unix.SockFilter{Code: unix.BPF_JMP | compare | unix.BPF_K, Jf: 1, K: k})
	s.ret(action)
}

// argument adds a rule for a call whose argument decides: the first case that fits
// answers, and otherwise is the answer where none does.
func (s *sieve) argument(nr uintptr, arg uint32, cases []argCase, otherwise uint32) {
	var body sieve
	body.load(dataArgs + 8*arg)
	for _, c := range cases {
		body.when(c.compare, c.k, c.action)
	}
	body.ret(otherwise)
	*s = append(*s, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: uint8(len(body)), K: uint32(nr)})
	*s = append(*s, body...)
}

// An argCase is one line of an argument rule.
type argCase struct {
	compare   uint16
	k, action uint32
}

func equal(action uint32, values ...uint32) []argCase {
	var cases []argCase
	for _, v := range values {
		cases = append(cases, argCase{unix.BPF_JEQ, v, action})
	}
	return cases
}

// forbiddenClone are flags that make a new namespace, or a child that nobody traces.
const forbiddenClone = unix.CLONE_NEWNS | unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET |
	unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP | unix.CLONE_UNTRACED | unix.CLONE_PTRACE | unix.CLONE_PARENT

// Flags of a child that has something in common with who makes it: what one of them has
// written, opened or entered, the other could change while it is judged. Memory and
// descriptors may be common where the one sleeps until the other has its own.
const (
	commonForEver = unix.CLONE_THREAD | unix.CLONE_FS
	commonAtFirst = unix.CLONE_VM | unix.CLONE_FILES | unix.CLONE_SIGHAND
)

// A callTable is what a filter goes by on one architecture, by the numbers that calls have
// there.
type callTable struct {
	arch          uint32
	plain, judged []uintptr

	clone, fcntl, prctl, ioctl, socketpair, setrlimit, fstatat, statx, futex, mmap uintptr // an argument of theirs decides

	walls walls
}

// program is the filter that every run and all it starts lives under.
func program(w walls) []unix.SockFilter {
	t := callTable{arch: auditArch, plain: plainCalls, walls: w, clone: unix.SYS_CLONE, fcntl: unix.SYS_FCNTL, prctl: unix.SYS_PRCTL,
		ioctl: unix.SYS_IOCTL, socketpair: unix.SYS_SOCKETPAIR, setrlimit: unix.SYS_SETRLIMIT, fstatat: unix.SYS_NEWFSTATAT, statx: unix.SYS_STATX,
		futex: unix.SYS_FUTEX, mmap: unix.SYS_MMAP}
	for nr, s := range judgedCalls {
		if w.NoMeeting && (s.op == opFutex || nr == unix.SYS_RECVFROM || nr == unix.SYS_RESTART_SYSCALL) {
			t.plain = append(t.plain[:len(t.plain):len(t.plain)], nr)
			continue
		}
		t.judged = append(t.judged, nr)
	}
	return t.program()
}

// program is an allow-list. Calls of the other architectures of this machine are fatal.
func (t *callTable) program() []unix.SockFilter {
	var s sieve
	s.load(dataArch)
	s = append(s, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: t.arch})
	s.ret(retKill)
	s.load(dataNumber)
	s.when(unix.BPF_JGE, 0x40000000, retErr(unix.ENOSYS)) // x32
	for _, nr := range t.plain {
		s.when(unix.BPF_JEQ, uint32(nr), retAllow)
	}
	for _, nr := range t.judged {
		if slices.Contains([]uintptr{t.fcntl, t.fstatat, t.statx, t.futex, t.mmap}, nr) {
			continue // an argument decides
		}
		s.when(unix.BPF_JEQ, uint32(nr), retTrace)
	}
	t.sharing(&s)
	s.argument(t.futex, 1, equal(retAllow, quickFutexes()...), retTrace)
	s.argument(t.fcntl, 1, append(
		equal(retAllow, unix.F_DUPFD, unix.F_DUPFD_CLOEXEC, unix.F_GETFD, unix.F_SETFD, unix.F_GETFL, unix.F_SETFL,
			unix.F_GETLK, unix.F_OFD_GETLK, unix.F_GETPIPE_SZ, unix.F_GETOWN),
		equal(retTrace, unix.F_SETLK, unix.F_SETLKW, unix.F_OFD_SETLK, unix.F_OFD_SETLKW)...), retErr(unix.EPERM))
	// A question about a descriptor is none about a name, and libraries ask it all the time.
	s.argument(t.fstatat, 3, []argCase{{unix.BPF_JSET, unix.AT_EMPTY_PATH, retAllow}}, retTrace)
	s.argument(t.statx, 2, []argCase{{unix.BPF_JSET, unix.AT_EMPTY_PATH, retAllow}}, retTrace)
	s.argument(t.prctl, 0, equal(retAllow, unix.PR_SET_NAME, unix.PR_GET_NAME, unix.PR_CAPBSET_READ,
		unix.PR_GET_DUMPABLE, unix.PR_SET_PDEATHSIG, unix.PR_SET_VMA), retErr(unix.EINVAL))
	s.argument(t.ioctl, 1, equal(retAllow, unix.TCGETS, unix.TIOCGWINSZ, unix.TIOCINQ, setCloseOnExec,
		clearCloseOnExec, unix.TIOCGPGRP, unix.TIOCGSID), retErr(unix.ENOTTY))
	s.argument(t.setrlimit, 0, equal(retErrno, unix.RLIMIT_CORE), retAllow) // see noDump: it is answered with success and stays
	s.argument(t.socketpair, 0, equal(retAllow, unix.AF_UNIX), retErr(unix.EACCES))
	s.ret(retErr(unix.ENOSYS))
	return s
}

// sharing adds the rules about what one task may have in common with another.
func (t *callTable) sharing(s *sieve) {
	clone := []argCase{{unix.BPF_JSET, forbiddenClone, retErr(unix.EPERM)}}
	shared := uint32(retAllow)
	if !t.walls.NoPrivacy {
		clone = append(clone, argCase{unix.BPF_JSET, commonForEver, retErr(unix.EAGAIN)}, argCase{unix.BPF_JSET, unix.CLONE_VFORK, retAllow},
			argCase{unix.BPF_JSET, commonAtFirst, retErr(unix.EAGAIN)})
		shared = retTrace
	}
	s.argument(t.clone, 0, clone, retAllow)
	s.argument(t.mmap, 3, []argCase{{unix.BPF_JSET, unix.MAP_SHARED, shared}}, retAllow)
}

// quickFutexes are the operations in which nobody sleeps (linux/futex.h), each also as
// one that is private to a process.
func quickFutexes() []uint32 {
	const private = 128
	var list []uint32
	for _, op := range []uint32{1, 3, 4, 5, 7, 8, 10, 12} { // wake, requeue, wake by an operation, unlock, try, wake some
		list = append(list, op, op|private)
	}
	return list
}

func fprog(f []unix.SockFilter) *unix.SockFprog {
	return &unix.SockFprog{Len: uint16(len(f)), Filter: unsafe.SliceData(f)}
}
