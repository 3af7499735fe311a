package rehearse

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// What a run may use up is bounded: the disk of its world, memory, and what it prints.
func TestBounds(t *testing.T) {
	needsWorld(t)
	var fill attack
	for _, name := range []string{"/a", "/b", "/c", "/d", "/e", "/f"} {
		fill = append(fill, do(unix.SYS_OPENAT, unix.AT_FDCWD, name, unix.O_CREAT|unix.O_WRONLY, 0o600), do(unix.SYS_FALLOCATE, resultOf(len(fill)), 0, 0, 60<<20))
	}
	if r := fill.run(t, walls{}, "", nil); r[1] != 0 || !slices.Contains(r, -int64(unix.ENOSPC)) {
		t.Errorf("the disk of a world: %s", refused(r))
	}
	memory := attack{do(unix.SYS_MMAP, 0, 2<<30, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS, -1, 0),
		do(unix.SYS_MLOCK, 0x400000, 4096), do(unix.SYS_MEMFD_CREATE, "x", 0)}
	if r := memory.run(t, walls{}, "", nil); refused(r) != "cannot allocate memory, function not implemented, function not implemented" {
		t.Errorf("memory: %s", refused(r))
	}
	loud := assault{begin: start{Path: "/bin/bash", Argv: []string{"bash", "-c", "while :; do echo more, more and more; done"}, Dir: "/"}, file: worldFile{"/none", 0o600, nil}, stops: 8000}
	out := loud.run(t)
	if len(out) > 2*most || !strings.HasSuffix(out, "ended: "+errTooLong.Error()) {
		t.Errorf("%d bytes were kept; %.80q", len(out), out[max(0, len(out)-80):])
	}
}
