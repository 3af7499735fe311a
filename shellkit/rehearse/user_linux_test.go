package rehearse

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// An ordinary user rehearses what root will run: names in folders of root, and programs
// that are not here.
func TestOrdinaryUser(t *testing.T) {
	needsWorld(t)
	if os.Getuid() == 0 {
		asOrdinaryUser(t, t.Name())
		return
	}
	file := filepath.Join(t.TempDir(), "script")
	text := "exec 9>/usr/share/lockkit-test.lock\nflock -n 9 || exit 75\nlockkit-not-here\nrm -f /usr/share/lockkit-test.lock\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Run(context.Background(), Script{Path: file, Shell: "bash"}, Options{Choose: func(string, *Report) bool { return false }})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Locks, []string{"/usr/share/lockkit-test.lock"}) || !slices.Equal(r.StoodIn, []string{"lockkit-not-here"}) {
		t.Errorf("locks %q, stood in %q, %v", r.Locks, r.StoodIn, r.Alone)
	}
	if _, err := os.Lstat("/usr/share/lockkit-test.lock"); err == nil {
		t.Error("the real folder has it too")
	}
}

// The walls stand as well where an ordinary user rehearses, and files have the same times.
func TestWallsOfOrdinaryUser(t *testing.T) {
	needsWorld(t)
	if os.Getuid() != 0 {
		t.Skip("the tests of the walls are this one already")
	}
	asOrdinaryUser(t, "TestWallsHold|TestTableOfWalls|TestLentDescriptor|TestRealLockIsFree|TestFifoStaysShut|TestNoNetwork|TestSignalsStayInside|TestBounds|TestTimesAreOfTheClock|TestNewerInEachShell|TestSameTimes")
}

// asOrdinaryUser runs tests again, as a user who owns nothing.
func asOrdinaryUser(t *testing.T, tests string) {
	dir, err := os.MkdirTemp("/tmp", "lockkit-user-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	const user = 65534
	program, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, "own")
	for _, step := range []error{os.WriteFile(dir+"/test", program, 0o755), os.Chmod(dir, 0o755), os.Mkdir(own, 0o700), os.Chown(own, user, user)} {
		if step != nil {
			t.Fatal(step)
		}
	}
	cmd := exec.Command(dir+"/test", "-test.run=^("+tests+")$", "-test.v")
	cmd.Dir, cmd.Env = own, []string{"TMPDIR=" + own, "PATH=/usr/bin:/bin"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	case strings.Contains(string(out), "--- SKIP"):
		t.Skipf("%s", out)
	}
}
