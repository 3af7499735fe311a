//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Two dots behind a link lead to the folder above what the link leads to. A lock is named
// by its descriptor, which the kernel knows: only the deeds by name show how names are read.
func TestDotsBehindLinks(t *testing.T) {
	needsWorld(t)
	const opens, makes = "exec 9>%s; flock -n 9 || exit 75; work", "mkdir %s || exit 75; work; rmdir %[1]s"
	for _, tt := range []struct{ name, begin, deeds, at string }{
		{"a link", "ln -sfn /srv/a/b /srv/l", opens, "/srv/l/../lock"},
		{"a link to a link", "ln -sfn /srv/a/b /srv/m; ln -sfn m /srv/l", opens, "/srv/l/../lock"},
		{"dots in a link", "ln -sfn /srv/a/b /srv/m; ln -sfn m/../lock /srv/l", opens, "/srv/l"},
		{"above the root", "", opens, "/../../srv/a/./b/../lock"},
		{"no link", "cd /srv/a/b", opens, "../lock"},
		{"a folder behind a link", "ln -sfn /srv/a/b /srv/l", makes, "/srv/l/../lock"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "script")
			text := "mkdir -p /srv/a/b\n" + tt.begin + "\n" + fmt.Sprintf(tt.deeds, tt.at) + "\n"
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			var names []string
			opt := Options{Choose: func(string, *Report) bool { return false }, Watch: func(_ string, log []Deed) {
				for i := range log {
					if d := &log[i]; d.Changes() && path.Base(d.Made()) == "lock" {
						names = append(names, d.Made())
					}
				}
			}}
			if _, err := Run(context.Background(), Script{Path: file, Shell: "bash"}, opt); err != nil {
				t.Fatal(err)
			}
			slices.Sort(names)
			if names = slices.Compact(names); !slices.Equal(names, []string{"/srv/a/lock"}) {
				t.Errorf("names %q", names)
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
