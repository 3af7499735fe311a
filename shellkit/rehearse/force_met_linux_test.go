//go:build linux && (amd64 || arm64)

package rehearse

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A trace is one that the script can do: who is said to be inside has work left, and who
// stays out has come to the lock.
func TestTracesAreMet(t *testing.T) {
	needsWorld(t)
	tests := []struct {
		name    string
		promise prove.Property
		dialect source.Dialect
		text    string
		why     string
	}{
		{"a trap that comes back finds no work left", prove.Exclusion, source.Bash,
			"mkdir /run/lock/feed || exit 1\ntrap 'rmdir /run/lock/feed' TERM\nfetch-feed\nrmdir /run/lock/feed\n",
			"B (fetch-feed) and C (fetch-feed)"},
		{"a trap that comes back finds work", prove.Exclusion, source.Dash,
			"mkdir /run/lock/feed || exit 1\ntrap 'rmdir /run/lock/feed' TERM\nfetch-feed\nload-feed\nrmdir /run/lock/feed\n",
			"A (load-feed) and B (fetch-feed)"},
		{"a loop opens the file anew behind its last work", prove.Exclusion, source.Bash,
			"for turn in 1 2; do\n  exec 9>/run/lock/feed\n  flock -n 9 || exit 1\n  (\n    fetch-feed\n    flock -u 9\n  )\n  load-feed\n  exec 9>&-\ndone\n",
			"A (load-feed) and B (fetch-feed)"},
		{"a loop asks anew for what it has given up too early", prove.Exclusion, source.Mksh,
			"for turn in 1 2; do\n  exec 8>/run/lock/feed\n  flock -w 5 8 8<&8 || break\n  flock -u 8 8<&8\n  load-feed\n  exec 8>&-\ndone\n",
			"A (load-feed) and B (load-feed)"},
		{"the last program loses the lock and works on it alone", prove.Exclusion, source.Ksh,
			"exec 9<>/run/lock/feed\nflock -n 9 9<&9 || exit 1\nfetch-feed\nsed -i '/^#/d' /run/lock/feed\n",
			"B (fetch-feed), with a lock on a file that was removed and C (fetch-feed)"},
		{"kill takes a word with nothing in it for the shell's own group", prove.Exclusion, source.Ash,
			"if ! ln -s $$ /run/lock/feed; then\n  kill -0 \"$(readlink /run/lock/feed)\" && exit 1\n  rm -f /run/lock/feed\n  ln -s $$ /run/lock/feed || exit 1\nfi\nfetch-feed\nrm -f /run/lock/feed\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"a job makes the name for its shell", prove.Exclusion, source.Zsh,
			"echo $$ >/run/lock/feed.$$\nln /run/lock/feed.$$ /run/lock/feed &\nwait\ntrap 'rm -f /run/lock/feed' EXIT\nfetch-feed\n",
			"(fetch-feed) and "},
		{"who stays out is given the name that the others were given", prove.Stale, source.Yash,
			"set -u\nlock=/run/lock/$1.feed\nln -s $$ $lock || exit 1\nfetch-feed\nrm -f $lock\n",
			"nobody else lives, and B has ended without the lock"},
		{"a shell tries more often than the trace has", prove.Stale, source.Dash,
			"take() {\n  i=0\n  until mkdir /run/lock/feed; do\n    i=$((i + 1))\n    if [ \"$i\" -ge 3 ]; then return 1; fi\n    sleep 1\n  done\n}\ntake || exit 1\nfetch-feed\nrmdir /run/lock/feed\n",
			"nobody else lives, and B has ended without the lock"},
		{"a process of its own tries more often than the trace has", prove.Stale, source.Yash,
			"take() {\n  i=0\n  until (set -C; echo $$ >/run/lock/feed); do\n    i=$((i + 1))\n    if [ \"$i\" -ge 3 ]; then return 1; fi\n    sleep 1\n  done\n}\ntake || exit 1\nfetch-feed\nrm -f /run/lock/feed\n",
			"nobody else lives, and B has ended without the lock"},
		{"a job begins with what leads on to its program, while its shell waits for another", prove.Leak, source.Dash,
			"exec 9>/run/lock/feed\nflock -n 9 || exit 1\nfetch-feed\nnohup load-feed >/dev/null 2>&1 &\necho \"was $(cat /run/lock/feed)\"\n",
			`"load-feed" keeps /run/lock/feed locked`},
		{"who has asked in vain for more has lost what he had, and does something else", prove.Exclusion, source.Ash,
			"exec 9>>/run/lock/feed\nflock -n -s 9 || exit 1\nif ! flock -n -x 9; then\n  clean-feed\n  exit 0\nfi\nfetch-feed\n",
			"A (fetch-feed), with a lock on the file and B (clean-feed)"},
		{"what stands in a file is read before another one writes there", prove.Exclusion, source.Dash,
			"[ -e /run/lock/feed ] || echo $$ >/run/lock/feed\n[ \"$(head -n 1 /run/lock/feed)\" = $$ ] || exit 1\ntrap 'rm -f /run/lock/feed' EXIT\nfetch-feed\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"a number is written before another one looks for it", prove.Exclusion, source.Dash,
			"trap '[ -n \"$(cat /run/lock/feed)\" ] && rm -f /run/lock/feed' EXIT\ntrap 'exit 1' HUP INT TERM\n(set -C; echo $$ >/run/lock/feed) || exit 1\nfetch-feed\n",
			"A (fetch-feed) and C (fetch-feed)"},
		{"who asks in vain to have it alone shares it no more", prove.Exclusion, source.Dash,
			"exec 9>>/run/lock/feed\nflock -n -s 9 || exit 1\nflock -n -x 9\nfetch-feed\n",
			"A (fetch-feed), with a lock on the file and B (fetch-feed)"},
		{"a run is given an argument that there is to be", prove.Exclusion, source.Ash,
			"[ -n \"${1:-}\" ] || exit 64\nlock=/run/lock/feed\n[ -z \"${1-}\" ] || lock=/run/lock/feed.given\nif [ -f $lock ]; then exit 0; fi\necho $$ >$lock\ntrap 'rm -f /run/lock/feed /run/lock/feed.given' EXIT\nfetch-feed\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"a signal comes in the last turn of a loop", prove.Stale, source.Mksh,
			"(\n  (set -C; echo $$ >/run/lock/feed) || exit 1\n  trap 'rm -f /run/lock/feed' EXIT\n  trap 'exit 1' HUP INT TERM\n  for part in a b; do\n    fetch-feed $part\n  done\n) || exit 1\n",
			"B has ended without the lock"},
		{"a shell waits until the job has begun that it leaves", prove.Leak, source.Zsh,
			"if [ \"${1-}\" = again ]; then\n  fetch-feed && load-feed\n  exit 0\nfi\nexec 9>>/run/lock/feed\nflock -n 9 || exit 1\n\"$0\" again &\n",
			"has ended, and"},
		{"a job closes what it was given before it begins", prove.Exclusion, source.Ksh,
			"exec 9>>/run/lock/feed\nflock -n 9 9<&9 || exit 75\nfetch-feed\nmerge-feed >>./out.log\nfor part in a b; do\n  { load-feed $part; } 9>&- &\ndone\necho through\n",
			"(load-feed"},
		{"a tool that has nothing to do with the lock fails", prove.Stale, source.Ksh,
			"(set -C; echo $$ >/run/lock/feed) || exit 1\ntrap 'rm -f /run/lock/feed' EXIT\ntrap 'exit 1' HUP INT TERM\narea=$(mktemp -d) || exit 1\ntrap 'rm -rf \"$area\"' EXIT\nmkdir \"$area/parts\" || exit 1\nfetch-feed \"$area/parts\"\nrm -f /run/lock/feed\n",
			"B has ended without the lock"},
		{"a shell leaves a job that it has started together with another one", prove.Leak, source.Bash,
			"exec 9>/run/lock/feed\nflock -n 9 || exit 1\nfetch-feed &\nfirst=$!\nload-feed &\nwait $first\n",
			`"load-feed" keeps /run/lock/feed locked`},
		{"what a text does that is not known is no program", prove.Exclusion, source.Mksh,
			"(\n  exec 9>/run/lock/feed\n  flock 9 9<&9 || exit 1\n  eval \"$FEED_HOOK\"\n  fetch-feed\n  for part in a b; do\n    load-feed $part &\n  done\n  wait\n)\n",
			"(load-feed"},
		{"a number stands in what was left behind, whoever meets it", prove.Exclusion, source.Ash,
			"if ! (set -C; echo $$ >/run/lock/feed); then\n  kill -0 \"$(cat /run/lock/feed)\" && exit 1\n  rm -f /run/lock/feed\n  (set -C; echo $$ >/run/lock/feed) || exit 1\nfi\ntrap 'rm -f /run/lock/feed' EXIT\nfetch-feed\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"ln looks whether its target is a folder", prove.Exclusion, source.Ksh,
			"trap '[ -f /run/lock/feed ] && rm -f /run/lock/feed' EXIT\ntrap 'exit 1' HUP INT TERM\necho $$ >/run/lock/feed.$$\nif ! ln /run/lock/feed.$$ /run/lock/feed; then\n  rm -f /run/lock/feed.$$\n  exit 1\nfi\nrm -f /run/lock/feed.$$\nfetch-feed\n: end\n",
			"fetch-feed"},
		{"a name has a byte in it that is no character", prove.Deadlock, source.Bash,
			"exec 8>>/run/lock/caf\xe9.lock\nflock 8 || exit 1\nexec 9>>/run/lock/caf\xe9.lock\nflock 9 || exit 1\nfetch-feed\n",
			"A wait"},
		{"a folder is removed without the gate under which others look at it", prove.Exclusion, source.Dash,
			"exec 8>>/run/lock/feed.gate\nflock 8 || exit 1\nif ! mkdir /run/lock/feed.d; then\n  kill -0 \"$(cat /run/lock/feed.d/pid)\" && exit 0\n  rm -rf /run/lock/feed.d\n  mkdir /run/lock/feed.d || exit 0\nfi\necho $$ >/run/lock/feed.d/pid\nexec 8>&-\ntrap 'rm -rf /run/lock/feed.d' EXIT\ntrap 'exit 1' HUP INT TERM\nfetch-feed\n",
			"fetch-feed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			confirms(t, tt.text, tt.dialect, tt.promise, tt.why)
		})
	}
}
