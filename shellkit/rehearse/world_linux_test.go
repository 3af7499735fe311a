//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// Where something is mounted in the folder that a world would be put together in, another
// one serves: a world sees what is mounted there, and never itself.
func TestMountedInBase(t *testing.T) {
	needsWorld(t)
	const mark = "LOCKKIT_TEST_MOUNTED_IN"
	if mounted := os.Getenv(mark); mounted != "" {
		script := filepath.Join(mounted, "script")
		if err := os.WriteFile(script, []byte("exec 9>/srv/app/lock\nflock -n 9 || exit 75\nread word <"+mounted+"/word\n./work \"$word\"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(mounted, "word"), []byte("seen\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Run(context.Background(), Script{Path: script, Shell: "dash"}, Options{Choose: func(string, *Report) bool { return false }})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(r.StoodIn, "work seen") || !slices.Contains(r.Locks, "/srv/app/lock") {
			t.Errorf("%+v", r)
		}
		return
	}
	if os.Getuid() != 0 {
		t.Skip("only root mounts something")
	}
	for _, base := range []string{"/tmp", "/run"} {
		folder, err := os.MkdirTemp(base, "lockkit-test-")
		if err != nil {
			t.Fatal(err)
		}
		defer os.Remove(folder)
		inner := exec.Command("unshare", "--mount", "sh", "-c",
			`mount -t tmpfs none "$0" && exec "$@"`, folder, os.Args[0], "-test.run=^TestMountedInBase$", "-test.v")
		inner.Env = append(os.Environ(), mark+"="+folder)
		if out, err := inner.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", base, err, out)
		}
	}
}

func TestBases(t *testing.T) {
	b := worldBuilder{real: map[string]int{"/usr": 1, "/mnt": 2, "/etc": 3, "/tmp/.X11-unix": 4}}
	if got := b.bases(); !slices.Equal(got, []string{"/mnt", "/etc", "/tmp/.X11-unix", "/usr"}) {
		t.Errorf("%q", got)
	}
}
