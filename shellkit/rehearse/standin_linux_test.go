//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bytes"
	"debug/elf"
	"testing"

	"golang.org/x/sys/unix"
)

// The stand-in is a program of each machine whose first instruction is its own.
func TestStandInIsAProgram(t *testing.T) {
	for name, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		p := processors[name]
		f, err := elf.NewFile(bytes.NewReader(standIn(p)))
		if err != nil {
			t.Fatal(err)
		}
		code := f.Progs[0]
		if f.Type != elf.ET_EXEC || f.Machine != machine || code.Type != elf.PT_LOAD || code.Flags != elf.PF_R|elf.PF_X {
			t.Errorf("%s: %+v, %+v", name, f.FileHeader, code.ProgHeader)
		}
		text := make([]byte, len(p.code))
		if _, err := code.ReadAt(text, int64(f.Entry-code.Vaddr)); err != nil || !bytes.Equal(text, p.code) {
			t.Errorf("%s: at its entry stands %x, %v", name, text, err)
		}
	}
}

// answerOf runs the filter over one call.
func answerOf(t *testing.T, arch uint32, nr uintptr, args ...uint32) uint32 {
	t.Helper()
	return answerFrom(t, program(walls{}), arch, nr, args...)
}

// answerFrom runs a filter over one call, as the kernel does.
func answerFrom(t *testing.T, f []unix.SockFilter, arch uint32, nr uintptr, args ...uint32) uint32 {
	t.Helper()
	var acc uint32
	for pc := 0; pc < len(f); pc++ {
		in := f[pc]
		jump := func(yes bool) {
			if yes {
				pc += int(in.Jt)
			} else {
				pc += int(in.Jf)
			}
		}
		switch in.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			switch {
			case in.K == dataNumber:
				acc = uint32(nr)
			case in.K == dataArch:
				acc = arch
			case int(in.K-dataArgs)/8 < len(args):
				acc = args[(in.K-dataArgs)/8]
			default:
				acc = 0
			}
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			jump(acc == in.K)
		case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
			jump(acc >= in.K)
		case unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K:
			jump(acc&in.K != 0)
		case unix.BPF_RET | unix.BPF_K:
			return in.K
		default:
			t.Fatalf("instruction %d: code %x", pc, in.Code)
		}
	}
	t.Fatal("the filter has no end")
	return 0
}

func TestFilter(t *testing.T) {
	tests := []struct {
		name string
		arch uint32
		nr   uintptr
		args []uint32
		want uint32
	}{
		{"plain", auditArch, unix.SYS_GETPID, nil, retAllow},
		{"judged", auditArch, unix.SYS_OPENAT, nil, retTrace},
		{"unlisted", auditArch, unix.SYS_SOCKET, nil, retErr(unix.ENOSYS)},
		{"foreign", unix.AUDIT_ARCH_I386, 1, nil, retKill},
		{"x32", auditArch, 0x40000000 | unix.SYS_GETPID, nil, retErr(unix.ENOSYS)},
		{"fork", auditArch, unix.SYS_CLONE, []uint32{uint32(unix.SIGCHLD)}, retAllow},
		{"namespace", auditArch, unix.SYS_CLONE, []uint32{unix.CLONE_NEWUSER}, retErr(unix.EPERM)},
		{"untraced child", auditArch, unix.SYS_CLONE, []uint32{unix.CLONE_UNTRACED}, retErr(unix.EPERM)},
		{"thread", auditArch, unix.SYS_CLONE, []uint32{unix.CLONE_VM | unix.CLONE_VFORK | unix.CLONE_THREAD}, retErr(unix.EAGAIN)},
		{"common memory", auditArch, unix.SYS_CLONE, []uint32{unix.CLONE_VM}, retErr(unix.EAGAIN)},
		{"common descriptors", auditArch, unix.SYS_CLONE, []uint32{unix.CLONE_FILES}, retErr(unix.EAGAIN)},
		{"a common folder after exec", auditArch, unix.SYS_CLONE, []uint32{unix.CLONE_FS | unix.CLONE_VFORK}, retErr(unix.EAGAIN)},
		{"vfork", auditArch, unix.SYS_CLONE, []uint32{unix.CLONE_VM | unix.CLONE_VFORK | uint32(unix.SIGCHLD)}, retAllow},
		{"a file of one's own", auditArch, unix.SYS_MMAP, []uint32{0, 0, 0, unix.MAP_PRIVATE}, retAllow},
		{"shared memory", auditArch, unix.SYS_MMAP, []uint32{0, 0, 0, unix.MAP_SHARED | unix.MAP_ANONYMOUS}, retTrace},
		{"wait for a word", auditArch, unix.SYS_FUTEX, []uint32{0, 128}, retTrace},
		{"wake who waits for it", auditArch, unix.SYS_FUTEX, []uint32{0, 129}, retAllow},
		{"copy of a descriptor", auditArch, unix.SYS_FCNTL, []uint32{3, unix.F_DUPFD}, retAllow},
		{"range lock", auditArch, unix.SYS_FCNTL, []uint32{3, unix.F_SETLKW}, retTrace},
		{"lease", auditArch, unix.SYS_FCNTL, []uint32{3, unix.F_SETLEASE}, retErr(unix.EPERM)},
		{"typing for others", auditArch, unix.SYS_IOCTL, []uint32{0, unix.TIOCSTI}, retErr(unix.ENOTTY)},
		{"not to be looked at", auditArch, unix.SYS_PRCTL, []uint32{unix.PR_SET_DUMPABLE}, retErr(unix.EINVAL)},
	}
	for _, tt := range tests {
		if got := answerOf(t, tt.arch, tt.nr, tt.args...); got != tt.want {
			t.Errorf("%s: %x, want %x", tt.name, got, tt.want)
		}
	}
}
