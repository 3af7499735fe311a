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

// A program that is called behind settings that were not read is noted, but for those that
// every system has.
func TestTakenForAProgramIsNoted(t *testing.T) {
	const text = ". /etc/not-here.conf\nexec 9>/srv/app/lock\nflock -n 9 || exit\nhugo\n"
	noted := func(text string) bool {
		got := prove.Explore([]*protocol.Protocol{loadedAs(t, source.Bash, text).Protocol}, prove.Options{Processes: 2})
		return slices.ContainsFunc(got.Notes, func(n string) bool { return strings.Contains(n, "hugo is taken for a program") })
	}
	if !noted(text) || noted(strings.ReplaceAll(text, "hugo", "curl")) {
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
