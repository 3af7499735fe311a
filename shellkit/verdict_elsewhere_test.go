package shellkit

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A relative name is another file once the shell has gone elsewhere: a clean-up that runs
// there leaves the lock behind. Who comes back, or keeps the whole name, removes it.
func TestRemovedElsewhere(t *testing.T) {
	const (
		take  = "mkdir job.lock || exit 1\ntrap 'rmdir job.lock' EXIT\n"
		noted = "( set -C; echo $$ >.job.pid ) 2>/dev/null || exit 1\ntrap 'rm -f .job.pid' EXIT\n"
	)
	for _, c := range []struct{ name, text string }{
		{"a relative folder", take + "cd out\nwork\n"},
		{"under set -e", "set -e\n" + take + "mkdir -p out\ncd out\nwork\n"},
		{"a folder that nobody knows", take + "cd \"$DIR\" || exit\nwork\n"},
		{"where the script lies", take + "cd \"$(dirname \"$0\")\"\nwork\n"},
		{"the home of the user", take + "cd\nwork\n"},
		{"by pushd, a file", noted + "pushd out >/dev/null\nwork\n"},
		{"by a function", noted + "build() { cd src && work; }\nbuild\n"},
		{"under a name that says nothing", "mkdir seat || exit 1\ntrap 'rmdir seat' EXIT\ncd out\nwork\n"},
		{"named after the script", "L=$(basename \"$0\").lock\nmkdir \"$L\" || exit 1\ntrap 'rmdir \"$L\"' EXIT\ncd out\nwork\n"},
		{"a default", "L=${L:-job.lock}\nmkdir \"$L\" || exit 1\ntrap 'rmdir \"$L\"' EXIT\ncd out\nwork\n"},
		{"by $PWD as it is then", "mkdir job.lock || exit 1\ntrap 'rmdir \"$PWD/job.lock\"' EXIT\ncd out\nwork\n"},
		{"on the ordinary end", "mkdir job.lock || exit 1\ntrap 'rmdir job.lock; exit 1' HUP INT TERM\nwork\ncd out\nrmdir job.lock\n"},
		{"on one way", take + "if [ -n \"$1\" ]; then cd out; fi\nwork\n"},
		{"popd too often", take + "pushd out\npopd\npopd\ncd in\nwork\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken(t, "bash", c.text, prove.Stale)
			said := ""
			for _, f := range Check(loadedAs(t, source.Bash, c.text)) {
				said += f.Rule.Code + " "
			}
			if !strings.Contains(said, "LK607") || strings.Contains(said, "LK703") || strings.Contains(said, "LK600") {
				t.Errorf("lint says %sof\n%s", said, c.text)
			}
		})
	}
	for _, c := range []struct{ name, text string }{
		{"before the lock", "cd \"$(dirname \"$0\")\" || exit 1\n" + take + "work\n"},
		{"before the lock, unheeded", "cd \"$DIR\"\n" + take + "work\n"},
		{"in a subshell", take + "( cd out && work )\nwork\n"},
		{"in a substitution", take + "x=$(cd out && pwd)\nwork \"$x\"\n"},
		{"nowhere", take + "cd .\nwork\n"},
		{"and back", take + "trap 'exit 1' HUP INT TERM\ncd out || exit 1\ncd ..\nwork\n"},
		{"up and down again", take + "cd src\ncd ..\nwork\n"},
		{"from a folder that nobody knows", take + "for d in a \"$X\"; do cd \"$d\"; cd ..; done\nwork\n"},
		{"by cd -", take + "cd \"$X\"\ncd - >/dev/null\nwork\n"},
		{"by popd", noted + "pushd \"$X\"\npushd in\npopd\npopd\nwork\n"},
		{"to where it was", "here=$PWD\n" + take + "cd out\ncd \"$here\"\nwork\n"},
		{"to where it was, in the trap", "here=$(pwd)\nmkdir job.lock || exit 1\ntrap 'cd \"$here\"; rmdir job.lock' EXIT\ncd out\nwork\n"},
		{"with its whole name", "L=$PWD/job.lock\nmkdir \"$L\" || exit 1\ntrap 'rmdir \"$L\"' EXIT\ncd out\nwork\n"},
		{"from below", "mkdir job.lock || exit 1\ncd out || { rmdir job.lock; exit 1; }\ntrap 'rmdir ../job.lock' EXIT\nwork\n"},
		{"from where it could not go", "mkdir job.lock || exit 1\ncd out || { rmdir job.lock; exit 1; }\ncd ..\ntrap 'rmdir job.lock' EXIT\nwork\n"},
		{"a file that is locked stays", "exec 9>job.lock\nflock -n 9 || exit 1\ntrap 'rm -f job.lock' EXIT\ncd out\nwork\n"},
		{"the same name written in two ways", "mkdir ./job.lock || exit 1\ntrap 'rmdir job.lock' EXIT\nwork\n"},
		{"by the name of the folder", "cd \"$DIR\" || exit 1\nmkdir job.lock || exit 1\ntrap 'rmdir \"$DIR/job.lock\"' EXIT\ncd sub\nwork\n"},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, prove.Holds) })
	}
}
