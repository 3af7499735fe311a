//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Two dots behind a link lead to the folder above what the link leads to.
func TestDotsBehindLinks(t *testing.T) {
	needsWorld(t)
	for _, tt := range []struct{ name, text, lock string }{
		{"a link", "ln -sfn /srv/a/b /srv/l; exec 9>/srv/l/../lock", "/srv/a/lock"},
		{"a link to a link", "ln -sfn /srv/a/b /srv/m; ln -sfn m /srv/l; exec 9>/srv/l/../lock", "/srv/a/lock"},
		{"dots in a link", "ln -sfn /srv/a/b /srv/m; ln -sfn m/../lock /srv/l; exec 9>/srv/l", "/srv/a/lock"},
		{"above the root", "exec 9>/../../srv/a/./b/../lock", "/srv/a/lock"},
		{"no link", "cd /srv/a/b; exec 9>../lock", "/srv/a/lock"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "script")
			if err := os.WriteFile(file, []byte("mkdir -p /srv/a/b; "+tt.text+"\nflock -n 9 || exit 75\nwork\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			r, err := Run(context.Background(), Script{Path: file, Shell: "bash"}, Options{Choose: func(string, *Report) bool { return false }})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(r.Locks, tt.lock) {
				t.Errorf("locks %q", r.Locks)
			}
		})
	}
}

// Nothing of the kernel's is written, by whatever way a name leads there.
func TestKernelFilesStay(t *testing.T) {
	needsWorld(t)
	out := hostile(t, `ln -s /proc/self/fd /l; ln -s /l/.. /m; cd /srv
for n in /dev/fd/.. /l/.. /m /proc/self/task/.. /proc/self/fd/../fd/.. ../proc/self /dev/fd/../../1 /proc/self/cwd/../proc/self; do
	(echo 1 >$n/oom_score_adj) && echo "wrote $n"
done
cd /proc/self/task/$$/fd && (echo 1 >/proc/self/cwd/../../../oom_score_adj) && echo wrote from there; echo end`, walls{}, "")
	if strings.Contains(out, "wrote") || !strings.HasSuffix(out, "end\n") {
		t.Errorf("printed %q", out)
	}
}
