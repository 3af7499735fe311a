package rehearse

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// hiddenPath is where hidden has put its text.
const hiddenPath = resultOf(0)

// hidden begins an attack with a page that may be written and not read, and a text on it:
// the kernel reads it all the same, where a processor cannot tell the one from the other.
func hidden(text string) attack {
	const from, to = 3, 4 // the first descriptors that are free
	return attack{do(unix.SYS_MMAP, 0, 4096, unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS, -1, 0), do(unix.SYS_PIPE2, room(8), 0),
		do(unix.SYS_WRITE, to, text, len(text)+1), do(unix.SYS_READ, from, hiddenPath, len(text)+1)}
}

// Whoever cannot be told what it wants to become becomes nothing: neither by a path, nor by
// a name, that nobody but the kernel can read.
func TestHiddenPrograms(t *testing.T) {
	needsWorld(t)
	none := make([]byte, 8)
	for name, tt := range map[string]struct {
		text string
		exec sysCall
	}{
		"path":  {"/bin/true", do(unix.SYS_EXECVE, hiddenPath, none, none)},
		"words": {"sh", do(unix.SYS_EXECVE, "/bin/true", uint64(attackMemory), none)}, // there is the address of the page, and then a zero
	} {
		r := append(hidden(tt.text), tt.exec).run(t, walls{}, "", nil)
		if len(r) == 0 || r[len(r)-1] != -int64(unix.EFAULT) {
			t.Errorf("%s: %s", name, refused(r))
		}
	}
}

// A folder outside may be called like one that a world has for itself.
func TestFolderCalledLikeTheWorlds(t *testing.T) {
	needsWorld(t)
	dir, err := os.MkdirTemp("/dev", "lockkit-test-")
	if err != nil {
		t.Skip(err)
	}
	defer os.RemoveAll(dir)
	r := attack{do(unix.SYS_OPENAT, 7, "new", unix.O_CREAT|unix.O_WRONLY, 0o600), do(unix.SYS_FCHDIR, 7), do(unix.SYS_OPEN, "new", unix.O_CREAT|unix.O_RDWR, 0o600)}.
		run(t, only(bySeccomp), dir, nil)
	if made, _ := os.ReadDir(dir); len(made) > 0 {
		t.Errorf("there is %s: %s", made[0], refused(r))
	}
}
