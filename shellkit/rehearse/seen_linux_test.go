//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// rehearsed runs a script's text and says which promises were seen broken.
func rehearsed(t *testing.T, shell, text string, opt Options) (*Report, []prove.Property) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Run(context.Background(), Script{Path: file, Shell: shell}, opt)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []prove.Property
	for _, b := range r.Breaches {
		if !slices.Contains(kinds, b.Kind) {
			kinds = append(kinds, b.Kind)
		}
	}
	slices.Sort(kinds)
	return r, kinds
}

func TestSeen(t *testing.T) {
	needsWorld(t)
	tests := []struct {
		name, shell, text string
		want              []prove.Property
	}{
		{"flock", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\n./work\n", nil},
		{"removed while others wait", "bash", "exec 9>/srv/app/lock\nflock 9 || exit 75\n./work\nrm -f /srv/app/lock\n", []prove.Property{prove.Exclusion}},
		{"unheeded", "dash", "exec 9>/srv/app/lock\nflock -n 9\n./work\n", []prove.Property{prove.Exclusion}},
		{"mkdir", "dash", "mkdir /srv/app/lock.d || exit 75\ntrap 'rmdir /srv/app/lock.d' EXIT\n./work\n", nil},
		{"check then create", "dash", "[ -e /run/app.lock ] && exit 75\ntouch /run/app.lock\n./work\nrm -f /run/app.lock\n", []prove.Property{prove.Exclusion}},
		{"never removed", "dash", "mkdir /srv/app/lock.d || exit 75\n./work\n", []prove.Property{prove.Stale}},
		{"kept by a job", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\n./watch &\n./work\n", []prove.Property{prove.Leak}},
		{"job that is killed", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\n./watch &\ntrap 'kill '$! EXIT\n./work\n", nil},
		{"job that lives on", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\n(trap '' TERM; exec ./watch) &\ntrap 'kill '$! EXIT\n./work\n", []prove.Property{prove.Leak}},
		{"job without it", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\nnohup ./watch 9>&- &\n./work\n", nil},
		{"shell of a job that keeps a copy", "yash", "(\n  flock -n 9 || exit 75\n  { ./watch; } 9>&- &\n  ./work\n) 9>/srv/app/lock\n", []prove.Property{prove.Leak}},
		{"a lock that is written to under another one", "dash", "exec 8>/srv/app/lock 9>/srv/app/gate\nflock 9\necho $$ >&8\nflock -u 9\nflock -n 8 || exit 75\n./work\n", nil},
		{"a lock that is made under another one", "dash", "exec 9>/srv/app/gate\nflock 9\ndate >/srv/app/lock\nflock -u 9\nexec 8<>/srv/app/lock\nflock -n 8 || exit 75\n./work\n", nil},
		{"a lock that is looked for under another one", "dash", "exec 9>/srv/app/gate\nflock 9\n[ -d /srv/app/lock.d ] && rmdir /srv/app/old.d\nflock -u 9\nmkdir /srv/app/lock.d || exit 75\nmkdir /srv/app/old.d\ntrap 'rmdir /srv/app/lock.d' EXIT\n./work\n", nil},
		{"a lock that is given up before what it is for", "dash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\nflock -u 9\n./work\n", []prove.Property{prove.Exclusion}},
		{"a job that takes the lock itself", "bash", "flock -n /srv/app/lock ./work &\n", nil},
		{"a job that takes the lock itself while something else is done", "bash", "flock -n /srv/app/lock ./work &\n./report\n", nil},
		{"a shell that takes the lock in a job", "dash", "(\n  flock -n 9 || exit 75\n  ./work\n) 9>/srv/app/lock &\n", nil},
		{"a job of a job that takes the lock itself", "bash", "(\n  flock -n 9 || exit 75\n  ./work &\n  ./report\n) 9>/srv/app/lock &\n", []prove.Property{prove.Leak}},
		{"locked twice", "bash", "exec 8>/srv/app/lock 9>/srv/app/lock\nflock 8\nflock 9\n./work\n", []prove.Property{prove.Deadlock}},
		{"pid file under a guard", "bash", `lock=/run/lock/index.lock
(
  flock 9 || exit 1
  if [ -e "$lock" ] && ! kill -0 "$(cat "$lock")"; then rm -f "$lock"; fi
  (set -C; echo $$ >"$lock") || exit 1
) 9>/run/lock/index.guard || exit 1
trap 'rm -f "$lock"' EXIT
build-index
`, nil},
		{"two after each other", "bash", "exec 8>/run/a.lock 9>/run/b.lock\nflock 8\n./copy\nexec 8>&-\nflock 9\n./move\n", nil},
		{"never opened", "dash", "exec 9>/srv/app/lock\nflock -n 8 || exit 1\n./work\n", []prove.Property{prove.Entry}},
		{"loser removes it", "bash", "die() { rm -f /run/job.lock; exit 1; }\n[ -f /run/job.lock ] && die\ntouch /run/job.lock\ncd /nowhere || die\nterraform destroy || die\nsleep 300\nterraform apply || die\nrm -f /run/job.lock\n", []prove.Property{prove.Exclusion}},
		{"unlocks in a trap", "bash", "exec 200>/run/my.lock\nif flock -n 200; then sleep 10; ./work; else exit 1; fi\ntrap 'flock -u 200' EXIT\nexit 0\n", nil},
		{"script as its lock", "bash", "exec 3<\"$0\"\nflock -n 3 || exit 1\n./work\n", nil},
		{"everybody his own", "dash", "exec 9>/run/my.$$.lock\nflock -n 9 || exit 1\n./work\n", []prove.Property{prove.Exclusion}},
		{"waits for so long", "bash", "exec 9>/run/my.lock\nflock -w 5 9 || exit 1\n./work\n", nil},
		{"lets go first", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\nexec 9>&-\n./work\n", []prove.Property{prove.Exclusion}},
		{"a name made of the time", "busybox ash", "d=$(mktemp -d) || exit 1\ntrap 'rm -rf \"$d\"' EXIT\n./work\n", nil},
		{"a child unlocks", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\n( ./merge; flock -u 9 )\n./clean-up\n", []prove.Property{prove.Exclusion}},
		{"opened again", "bash", "exec 9>/srv/app/lock\nflock 9 || exit 75\n./merge\nexec 9</dev/null\n./clean-up\n", []prove.Property{prove.Exclusion}},
		{"closed between", "bash", "exec 9>/srv/app/lock\nflock 9 || exit 75\n./merge\nexec 9>&-\n./clean-up\n", nil},
		{"no command", "bash", "./ready || exit 0\nflock -n /srv/app/lock || exit 75\n./work\n", []prove.Property{prove.Entry}},
		{"nothing to do", "dash", "if ./idle; then exit 0; fi\nexec 9>/srv/app/lock\nflock -n 9\n./work\n", []prove.Property{prove.Exclusion}},
		{"its file is not there", "dash", "exec 9</srv/app/list || exit 75\nflock -n 9\n./work\n", []prove.Property{prove.Exclusion}},
		{"its file is not there, and its shell goes on", "yash", "exec 9</srv/app/list\nflock -n 9 || exit 75\n./work\n", nil},
		{"its file is not there, and the shell keeps the script in one", "zsh", "zsh -s <<'X'\nexec 8</srv/app/list\nflock -n 8 || exit 75\n./work\nX\n", nil},
		{"moved onto a name", "bash", "./ready || exit 0\n[ -e /run/app.lock ] && exit 75\necho $$ >/run/app.lock.$$\nmv /run/app.lock.$$ /run/app.lock\n" +
			"trap 'rm -f /run/app.lock' EXIT\n./work\n", []prove.Property{prove.Exclusion}},
		{"moved away", "dash", "mkdir /run/app.lock || exit 75\n./work\nmv /run/app.lock /run/app.last.$$\n./clean-up\n", nil},
		{"work before it", "dash", "./ready || exit 0\nln -s $$ /run/app.lock || exit 75\ntrap 'rm -f /run/app.lock' EXIT\n./work\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := shellFor(tt.shell, nil); err != nil {
				t.Skip(err)
			}
			t.Parallel()
			r, kinds := rehearsed(t, tt.shell, tt.text, Options{})
			if !slices.Equal(kinds, tt.want) {
				t.Errorf("seen %v, right is %v\n%+v\nunjudged %v\n%v", kinds, tt.want, r.Breaches, r.Unjudged, r.Alone)
			}
		})
	}
}

// A newcomer's stand-ins end as those of the lone run do: what a schedule has drawn for
// others does not keep it out.
func TestNewcomerIsAnsweredAsTheFirst(t *testing.T) {
	needsWorld(t)
	failed := false
	r, kinds := rehearsed(t, "dash", "./ready || exit 0\nexec 9>/srv/app/lock\nflock -n 9 || exit 75\n./work\n", Options{
		Schedules: 12, Seed: 2, Choose: func(name string, _ *Report) bool { return strings.HasPrefix(name, "random") },
		watch: func(p *played) {
			for _, e := range p.log {
				failed = failed || e.op == "done" && e.words == "ready" && e.result != 0
			}
		},
	})
	if !failed {
		t.Error("no schedule in which it is not ready: choose another seed")
	}
	if len(kinds) > 0 {
		t.Errorf("%+v", r.Breaches)
	}
}

// The same script, in every shell that has it, is seen through the same way.
func TestShells(t *testing.T) {
	needsWorld(t)
	for _, shell := range []string{"bash", "dash", "zsh", "mksh", "ksh93", "yash", "busybox ash"} {
		t.Run(shell, func(t *testing.T) {
			if _, err := shellFor(shell, nil); err != nil {
				t.Skip(err)
			}
			t.Parallel()
			good := "( flock -n 9 || exit 75\nwork ) 9>/srv/app/lock\n"
			if r, kinds := rehearsed(t, shell, good, Options{Schedules: 3}); len(kinds) > 0 || !slices.Equal(r.StoodIn, []string{"work"}) {
				t.Errorf("right: seen %+v; stood in %q", r.Breaches, r.StoodIn)
			}
			bad := "( flock 9 || exit 75\nwork\nrm /srv/app/lock ) 9>/srv/app/lock\n"
			if r, kinds := rehearsed(t, shell, bad, Options{}); !slices.Equal(kinds, []prove.Property{prove.Exclusion}) {
				t.Errorf("wrong: seen %v; %+v", kinds, r.Alone)
			}
		})
	}
}

// What a shell does for itself is no step: it pipes, and keeps what it reads in files of
// its own.
func TestWhatShellsDoForThemselves(t *testing.T) {
	needsWorld(t)
	for _, shell := range []string{"bash", "dash", "zsh", "mksh", "ksh93", "yash", "busybox ash"} {
		t.Run(shell, func(t *testing.T) {
			if _, err := shellFor(shell, nil); err != nil {
				t.Skip(err)
			}
			t.Parallel()
			text := "{ read -r lock; } <<X\n/srv/app/lock\nX\nn=$(echo a | cat)\n( flock -n 9 || exit 75\nwork $n ) 9>$lock\n"
			r, kinds := rehearsed(t, shell, text, Options{})
			if len(kinds) > 0 || !slices.Equal(r.StoodIn, []string{"work a"}) {
				t.Errorf("seen %+v; stood in %q", r.Breaches, r.StoodIn)
			}
			for _, s := range r.Alone {
				if strings.Contains(s.Op, "/tmp/") || strings.Contains(s.Op, "/dev/shm/") {
					t.Errorf("step %d is %s", s.Number, s.Op)
				}
			}
		})
	}
}

// A seed repeats a rehearsal step by step.
func TestSameSeedSameSteps(t *testing.T) {
	needsWorld(t)
	text := "exec 9>/srv/app/lock\nflock 9 || exit 75\n./work$RANDOM\n{ ./job $$ | cat; } &\nt=$(mktemp)\nmv $t /srv/app/last\nrm -f /srv/app/lock\nwait\n"
	var first []string
	for i := range 2 {
		var logs []string
		r, _ := rehearsed(t, "bash", text, Options{Schedules: 4, Seed: 5, Choose: func(name string, _ *Report) bool { return strings.HasPrefix(name, "random") }, watch: func(p *played) {
			if strings.HasPrefix(p.name, "random") {
				logs = append(logs, fmt.Sprintf("%s %+v", p.name, p.log))
			}
		}})
		if len(logs) != 4 {
			t.Fatalf("%d random schedules; %v", len(logs), r.Unjudged)
		}
		if i == 0 {
			first = logs
			continue
		}
		for n := range logs {
			if a, b := strip(first[n]), strip(logs[n]); a != b {
				t.Fatalf("schedule %d was\n%s\nand is\n%s", n, a, b)
			}
		}
	}
}

// strip leaves out what is no part of a log: numbers of files, folders of this test, times.
func strip(log string) string {
	log = regexp.MustCompile(`inode:[0-9]+`).ReplaceAllString(log, "inode")
	log = regexp.MustCompile(`pipe:\[[0-9]+\]`).ReplaceAllString(log, "pipe")
	return regexp.MustCompile(`/tmp/Test\w+/[0-9]+/`).ReplaceAllString(log, "/tmp/test/")
}
