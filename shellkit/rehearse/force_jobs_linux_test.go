//go:build linux && (amd64 || arm64)

package rehearse

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What a trace calls a job is the process that the shell has started as one, whatever it
// becomes: it is neither one of its own children nor what a substitution runs.
func TestJobsAreFound(t *testing.T) {
	needsWorld(t)
	again := "if ready; then exit 0; fi\nif [ \"${1-}\" = again ]; then\n  fetch-feed\n  exit 0\nfi\nexec 9>>/run/lock/feed\nflock -n 9 || exit 1\n\"$0\" again &\n"
	made := "mkdir /run/lock/feed 2>/dev/null &\nwait\nfetch-feed\nrmdir /run/lock/feed\n"
	tests := []struct {
		name    string
		promise prove.Property
		dialect source.Dialect
		text    string
		why     string
	}{
		{"the script itself, whose shell env finds", prove.Leak, source.Zsh, "#!/usr/bin/env zsh\n" + again, "again\" keeps /run/lock/feed locked"},
		{"the script itself, whose shell env finds", prove.Leak, source.Bash, "#!/usr/bin/env bash\n" + again, "again\" keeps /run/lock/feed locked"},
		{"the script itself, by its shell", prove.Leak, source.Dash, "#!/bin/dash\n" + again, "again\" keeps /run/lock/feed locked"},
		{"what stands behind a substitution", prove.Exclusion, source.Mksh, "kind=$(echo fast)\n[ \"$kind\" = fast ] || exit 1\n" + made, "(fetch-feed)"},
		{"what stands behind a substitution", prove.Exclusion, source.Dash, "kind=$(echo fast)\n[ \"$kind\" = fast ] || exit 1\n" + made, "(fetch-feed)"},
		{"what stands behind a substitution of a program", prove.Exclusion, source.Bash, "kind=$(which-kind)\n" + made, "(fetch-feed)"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" in "+string(tt.dialect), func(t *testing.T) {
			t.Parallel()
			confirms(t, tt.text, tt.dialect, tt.promise, tt.why)
		})
	}
}

// A shell that puts a signal off while it waits for several jobs is shown to die, or to come
// to its trap, where it does.
func TestSignalsInWaits(t *testing.T) {
	needsWorld(t)
	lock := "exec 9>>/run/lock/feed\nif ! flock -n 9 9<&9; then\n  exit 1\nfi\n"
	jobs := "fetch-feed &\nfirst=$!\nload-feed &\nsecond=$!\n"
	for _, tt := range []struct {
		name    string
		dialect source.Dialect
		text    string
	}{
		{"two jobs", source.Mksh, lock + jobs + "wait \"$first\" \"$second\"\n"},
		{"three jobs", source.Mksh, lock + jobs + "merge-feed &\nwait \"$first\" \"$second\" $!\n"},
		{"a trap", source.Ksh, lock + "trap 'exit 3' INT\n" + jobs + "wait \"$first\" \"$second\"\n"},
		{"no trap", source.Ksh, lock + jobs + "wait \"$first\" \"$second\"\n"},
		{"all jobs", source.Mksh, lock + jobs + "wait\n"},
	} {
		t.Run(tt.name+" in "+string(tt.dialect), func(t *testing.T) {
			t.Parallel()
			confirms(t, tt.text, tt.dialect, prove.Exclusion, "-feed)")
		})
	}
}

// A tool that really runs hears of a signal before it does anything.
func TestSignalsInTools(t *testing.T) {
	needsWorld(t)
	for _, tt := range []struct {
		tool    string
		dialect source.Dialect
	}{
		{"cp -a /srv/feed /srv/copy", source.Bash},
		{"mv /srv/feed /srv/old", source.Dash},
		{"find /srv/feed -mtime +30 -delete", source.Mksh},
		{"for part in a b; do cp /srv/$part /srv/copy; done", source.Zsh},
	} {
		t.Run(tt.tool+" in "+string(tt.dialect), func(t *testing.T) {
			t.Parallel()
			confirms(t, "mkdir /run/lock/feed || exit 1\n"+tt.tool+"\nrmdir /run/lock/feed\n", tt.dialect, prove.Stale, "has ended without the lock")
		})
	}
}
