package rehearse

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"
)

// A run that crashes leaves no core file, and starts no program of the machine that takes
// one: its limit is the one of which the kernel says so, and no run can change it.
func TestNoDump(t *testing.T) {
	needsWorld(t)
	const at = attackMemory + 1<<16
	text := attack{do(unix.SYS_SETRLIMIT, unix.RLIMIT_CORE, make([]byte, 16)),
		do(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_CORE, make([]byte, 16), 0),
		do(unix.SYS_SETRLIMIT, unix.RLIMIT_CORE|1<<32, make([]byte, 16)),
		do(unix.SYS_GETRLIMIT, unix.RLIMIT_CORE, uint64(at)), do(unix.SYS_WRITE, 1, uint64(at), 16)}
	out := assault{begin: start{Path: "/attack", Argv: []string{"attack"}, Dir: "/"}, file: worldFile{"/attack", 0o755, text.program()}}.run(t)
	if len(out) < 16 {
		t.Fatalf("printed %q", out)
	}
	soft, hard := binary.LittleEndian.Uint64([]byte(out)), binary.LittleEndian.Uint64([]byte(out[8:]))
	if soft != noDump || hard != noDump {
		t.Errorf("the limits are %d and %d", soft, hard)
	}
}
