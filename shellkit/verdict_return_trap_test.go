package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A RETURN trap of bash runs when the function that has set it returns, and not when the
// shell ends; and it stays for the function's caller.
func TestReturnTrap(t *testing.T) {
	const claim, call = "f() {\nlocal l=/srv/app/x.lock\nmkdir $l || return 0\n", "}\nf\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
		of         prove.Property
	}{
		{"no signal runs it", claim + "trap 'rmdir $l' RETURN\n./work\n" + call, prove.Violated, prove.Stale},
		{"signals are caught as well", claim + "trap 'rmdir $l' RETURN\ntrap 'rmdir $l; exit 1' HUP INT TERM\n./work\ntrap - HUP INT TERM\n" + call, prove.Holds, ""},
		{"it runs before the caller goes on", claim + "trap 'rmdir $l' RETURN\n" + call + "./work\n", prove.Holds, ""},
		{"the caller works on", "g() {\ntrap 'rmdir /srv/app/x.lock' RETURN\n./work\n}\nmkdir /srv/app/x.lock || exit 0\ntrap 'exit 1' HUP INT TERM\ng\n./work\n", prove.Violated, ""},
		{"exit is no return", claim + "trap 'rmdir $l' RETURN\ntrap 'exit 1' HUP INT TERM\n./work\nexit 0\n" + call, prove.Violated, prove.Stale},
		{"taken back", claim + "trap 'rmdir $l' RETURN\ntrap 'rmdir $l; exit 1' HUP INT TERM\n./work\ntrap - RETURN HUP INT TERM\n" + call, prove.Violated, prove.Stale},
		{"a function that is called meanwhile", "say() { echo on; }\n" + claim + "trap 'rmdir $l' RETURN\ntrap 'rmdir $l; exit 1' HUP INT TERM\nsay\n./work\ntrap - HUP INT TERM\n" + call, prove.Holds, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.of == "" {
				ask(t, "bash", c.text, c.want)
			} else {
				askFor(t, "bash", c.text, c.want, c.of)
			}
		})
	}
}

// Who claims a name in a subshell and leaves where that fails wants a lock, also if nobody
// ever gives it up.
func TestClaimedInSubshell(t *testing.T) {
	for _, c := range []struct{ name, shell, text string }{
		{"( )", "bash", "(set -C; echo $$ >/srv/app/run.lock) || exit 1\n./work\n"},
		{"asked before", "dash", "[ -f /srv/app/run.lock ] && exit 0\n(set -C; echo $$ >/srv/app/run.lock) 2>/dev/null || exit 0\n./work\n"},
		{"! ( )", "ksh93", "if ! (set -o noclobber; echo $$ >/srv/app/run.lock); then echo busy; exit 1; fi\n./work\n"},
	} {
		t.Run(c.name, func(t *testing.T) { askFor(t, c.shell, c.text, prove.Violated, prove.Stale) })
	}
}

// Who locks the file that he writes to, by running himself, comes to what the lock is for.
func TestWritesWhatItLocks(t *testing.T) {
	const again = "#!/bin/bash\nF=\"$1\"\nif [[ \"$FLOCKER\" != \"$0\" ]]; then\nexec env FLOCKER=\"$0\" flock -e \"$F\" \"$0\" \"$@\"\nfi\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
		of         prove.Property
	}{
		{"adds a line", again + "echo x >>\"$F\"\n", prove.Holds, ""},
		{"counts", again + "n=$(cat \"$F\")\necho $((n + 1)) >\"$F\"\n", prove.Holds, ""},
		{"makes it", again + "touch \"$F\"\n", prove.Holds, ""},
		{"says something", again + "echo x\n", prove.Violated, prove.Entry},
	} {
		t.Run(c.name, func(t *testing.T) { askFor(t, "bash", c.text, c.want, c.of) })
	}
}
