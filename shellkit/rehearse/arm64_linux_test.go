//go:build linux && (amd64 || arm64)

package rehearse

import (
	"encoding/binary"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// arm64Number looks calls up by the numbers that they have on arm64.
func arm64Number(t *testing.T) func(name string) (uintptr, bool) {
	t.Helper()
	p, err := build.Import("golang.org/x/sys/unix", ".", build.FindOnly)
	if err != nil {
		t.Skip("the sources of x/sys are not here: ", err)
	}
	text, err := os.ReadFile(filepath.Join(p.Dir, "zsysnum_linux_arm64.go"))
	if err != nil {
		t.Skip("the sources of x/sys are not here: ", err)
	}
	numbers := map[string]uintptr{}
	for line := range strings.Lines(string(text)) {
		var name string
		var n uintptr
		if c, _ := fmt.Sscanf(strings.TrimSpace(line), "%s = %d", &name, &n); c == 2 {
			numbers[name] = n
		}
	}
	return func(name string) (uintptr, bool) { n, ok := numbers[name]; return n, ok }
}

// namesIn lists the system calls that the value of a variable names in a source file of
// this package.
func namesIn(t *testing.T, file, variable string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if spec.Names[0].Name != variable || len(spec.Values) == 0 {
			return false
		}
		ast.Inspect(spec.Values[0], func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && strings.HasPrefix(s.Sel.Name, "SYS_") {
				names = append(names, s.Sel.Name)
			}
			return true
		})
		return false
	})
	return names
}

// The filter of arm64, made of its own numbers, lets through what is on the lists, stops
// what is judged, and refuses all else.
func TestFilterOfArm64(t *testing.T) {
	number := arm64Number(t)
	of := func(name string) uintptr {
		n, ok := number(name)
		if !ok {
			t.Errorf("arm64 has no %s", name)
		}
		return n
	}
	table := callTable{arch: unix.AUDIT_ARCH_AARCH64, clone: of("SYS_CLONE"), fcntl: of("SYS_FCNTL"), prctl: of("SYS_PRCTL"), ioctl: of("SYS_IOCTL"), socketpair: of("SYS_SOCKETPAIR"),
		setrlimit: of("SYS_SETRLIMIT"), fstatat: of("SYS_NEWFSTATAT"), statx: of("SYS_STATX"), futex: of("SYS_FUTEX"), mmap: of("SYS_MMAP")}
	listed := map[uintptr]bool{table.clone: true, table.fcntl: true, table.prctl: true, table.ioctl: true, table.socketpair: true, table.setrlimit: true}
	plain, judged := namesIn(t, "calls_linux.go", "plainCalls"), namesIn(t, "calls_linux.go", "judgedCalls")
	if len(plain) < 80 || len(judged) < 50 {
		t.Fatalf("%d plain calls and %d judged ones were read", len(plain), len(judged))
	}
	for _, name := range plain {
		table.plain = append(table.plain, of(name))
	}
	for _, name := range judged {
		table.judged = append(table.judged, of(name))
	}
	f := table.program()
	ask := func(nr uintptr, args ...uint32) uint32 { return answerFrom(t, f, unix.AUDIT_ARCH_AARCH64, nr, args...) }
	for i, nr := range table.plain {
		if listed[nr] = true; ask(nr) != retAllow {
			t.Errorf("%s is not let through", plain[i])
		}
	}
	for i, nr := range table.judged {
		if listed[nr] = true; nr != table.fcntl && nr != table.mmap && ask(nr) != retTrace {
			t.Errorf("%s does not stop", judged[i])
		}
	}
	for nr := range uintptr(600) {
		if !listed[nr] && ask(nr) != retErr(unix.ENOSYS) {
			t.Errorf("call %d gets %x", nr, ask(nr))
		}
	}
	if ask(table.clone, unix.CLONE_NEWUSER) != retErr(unix.EPERM) || ask(table.fcntl, 3, unix.F_SETLK) != retTrace || ask(table.ioctl, 0, unix.TIOCSTI) != retErr(unix.ENOTTY) ||
		ask(table.setrlimit, unix.RLIMIT_CORE) != retErrno || ask(table.setrlimit, unix.RLIMIT_NOFILE) != retAllow {
		t.Error("arguments do not decide")
	}
	if ask(table.clone, unix.CLONE_VM) != retErr(unix.EAGAIN) || ask(table.futex, 0, 1) != retAllow ||
		ask(table.mmap, 0, 0, 0, unix.MAP_SHARED) != retTrace || ask(table.mmap, 0, 0, 0, unix.MAP_PRIVATE) != retAllow {
		t.Error("what is shared does not decide")
	}
	if ask(table.fstatat, 7, 0, 0, unix.AT_EMPTY_PATH) != retAllow || ask(table.statx, 7, 0, unix.AT_EMPTY_PATH) != retAllow ||
		ask(table.fstatat, 7, 0, 0, unix.AT_SYMLINK_NOFOLLOW) != retTrace || ask(table.statx, 7, 0, unix.AT_SYMLINK_NOFOLLOW) != retTrace {
		t.Error("a question about a descriptor stops, or one about a name does not")
	}
	for _, other := range []uint32{unix.AUDIT_ARCH_X86_64, unix.AUDIT_ARCH_ARM} {
		if answerFrom(t, f, other, table.plain[0]) != retKill {
			t.Errorf("architecture %x is not fatal", other)
		}
	}
}

// The stand-in of arm64, instruction by instruction.
func TestStandInOfArm64(t *testing.T) {
	number := arm64Number(t)
	exit, _ := number("SYS_EXIT_GROUP")
	want := []uint32{
		0xaa000000 | 19<<16 | 31<<5, // orr x0, xzr, x19
		0xd2800000 | uint32(exit)<<5 | 8,
		0xd4000001,
	}
	for i, w := range want {
		if got := binary.LittleEndian.Uint32(processors["arm64"].code[4*i:]); got != w {
			t.Errorf("instruction %d is %x, and not %x", i, got, w)
		}
	}
}
