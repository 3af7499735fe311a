//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What no file can be called is no program that is missing: the script meets the error
// itself, and goes on.
func TestNamesThatAreTooLong(t *testing.T) {
	needsWorld(t)
	file := filepath.Join(t.TempDir(), "script")
	text := "exec 9>/srv/lock\nflock -n 9 || exit 75\nn=$(printf '%0256d' 1)\n$n; x$n; $n$n; work\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Run(context.Background(), Script{Path: file, Shell: "bash"}, Options{Choose: func(string, *Report) bool { return false }})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Locks, []string{"/srv/lock"}) || !slices.Equal(r.StoodIn, []string{"work"}) {
		t.Errorf("locks %q, stood in %q", r.Locks, r.StoodIn)
	}
}
