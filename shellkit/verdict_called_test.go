package shellkit

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A file that was not read and is called as settings are gives values to variables, and
// what is called behind it is a program; one that may be a library may define anything.
func TestSettingsThatAreNotThere(t *testing.T) {
	const (
		holds, unknown = prove.Holds, prove.Unknown
		on             = "exec 9>/srv/app/lock\nflock -n 9 || exit\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", ". /etc/sysconfig/not-here\n" + on + "pg_basebackup -D /srv/b\n", holds},
		{"dash", "[ -r \"$HOME/.jobrc\" ] && . \"$HOME/.jobrc\"\n" + on + "hugo --minify\n", holds},
		{"bash", "set -a; . ./not-here.env; set +a\n" + on + "terraform apply\n", holds},
		{"zsh", "source ../venv/bin/activate\n" + on + "celery inspect ping\n", holds},
		{"bash", "source ./not-here.sh\n" + on + "hugo --minify\n", unknown},
		{"bash", ". /lib/lsb/not-here-functions\n" + on + "notify start\n", unknown},
		{"bash", ". \"$SETTINGS\"\n" + on + "hugo --minify\n", unknown},
		{"bash", ". /etc/not-here.conf\n. ./not-here.sh\n" + on + "hugo --minify\n", unknown},
		// Nobody calls a program so.
		{"bash", ". /etc/not-here.conf\n" + on + "release_lock\nwork\n", unknown},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
	noted := func(text string) bool {
		got := prove.Explore([]*protocol.Protocol{loadedAs(t, source.Bash, text).Protocol}, prove.Options{Processes: 2})
		return slices.ContainsFunc(got.Notes, func(n string) bool { return strings.Contains(n, "hugo is taken for a program") })
	}
	if text := ". /etc/not-here.conf\n" + on + "hugo\n"; !noted(text) || noted(strings.ReplaceAll(text, "hugo", "curl")) {
		t.Error("what is taken for a program is not noted, or what every system has is")
	}
}

// A function that is called as a tool for locks is what it does, in whichever file it stands.
func TestFunctionsCalledLikeTools(t *testing.T) {
	const library = "take() { exec 9>/srv/app/lock; flock -n 9; }\nunlock() { exec 9>&-; }\nlockfile() { echo \"$1 is locked\"; }\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"take || exit\nwork\nunlock\n", prove.Holds},
		{"take || exit\nunlock\nwork\n", prove.Violated},
		{"take || exit\nlockfile /srv/app/lock\nwork\nunlock || exit\n", prove.Holds},
		{"take || exit\nwork\n\\unlock\nif unlock; then :; fi\n", prove.Holds},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "own.sh"), []byte(library), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := source.New(filepath.Join(dir, "job.sh"), []byte("#!/bin/bash\n. \"$(dirname \"$0\")/own.sh\"\n"+c.text))
		if err != nil {
			t.Fatal(err)
		}
		s, err := Load(f, source.Bash, source.Read)
		if err != nil {
			t.Fatal(err)
		}
		if got := prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{Processes: 2}); got.Verdict != c.want {
			t.Errorf("%s, want %s: %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.text, s.Protocol)
		}
	}
}

// Standard output and error are descriptors as any other: what they have open may be locked.
func TestLocksOnOutput(t *testing.T) {
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", "exec >>/srv/app/log 2>&1\nflock -n 1 || exit\nwork\n", prove.Holds},
		{"dash", "exec 2>/srv/app/log\nflock -n 2 || exit\nwork\n", prove.Holds},
		{"bash", "{ flock -n 1 || exit; work; } >/srv/app/log\n", prove.Holds},
		{"bash", "exec >>/srv/app/log\nflock -n 1\nwork\n", prove.Violated},
		{"bash", "{ flock -n 1 || exit; } >/srv/app/log\nwork\n", prove.Violated},
		{"bash", "exec >>/srv/app/log\nflock -n 1 || exit\nexec >/dev/null\nwork\n", prove.Violated},
		{"bash", "exec >>/srv/app/log\nflock -n 1 || exit\nwork >/srv/app/out\nmore\n", prove.Holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}

// A lock that is only ever shared holds, and it is said that it excludes nobody.
func TestSharedByAllIsNoted(t *testing.T) {
	for text, want := range map[string]bool{
		"exec 9>/srv/app/lock\nflock -s -n 9 || exit\nwork\n":                           true,
		"( flock --shared 9 || exit; work ) 9>/srv/app/lock\n":                          true,
		"exec 9>/srv/app/lock\nflock -s -n 9 || exit\nwork\nflock -x 9 || exit\nmore\n": false,
		"exec 9>/srv/app/lock\nflock -n 9 || exit\nwork\n":                              false,
	} {
		got := prove.Explore([]*protocol.Protocol{loaded(t, text).Protocol}, prove.Options{Processes: 2})
		if slices.ContainsFunc(got.Notes, func(n string) bool { return strings.HasSuffix(n, "it excludes nobody") }) != want {
			t.Errorf("noted %v, want %v: %s", got.Notes, want, text)
		}
	}
}
