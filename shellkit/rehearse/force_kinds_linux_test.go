//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Each of these is a way in which a trace says less than the script shows, or says it by
// other steps.
func TestForcedKinds(t *testing.T) {
	needsWorld(t)
	tests := []struct {
		name    string
		dialect source.Dialect
		text    string
		why     string
	}{
		{"a descriptor is opened on what nobody looks at", source.Bash,
			"exec 9>/run/lock/feed\nflock -n 9 || exit 1\nfetch-feed\nexec 9</dev/null\nparse-feed\n",
			"A (parse-feed) and B (fetch-feed"},
		{"the last program takes the place of the shell that has the lock", source.Dash,
			"(\n  flock -n 9 || exit 1\n  for part in a b; do\n    fetch-feed $part\n  done\n  parse-feed 9>&-\n) 9>/run/lock/feed\n",
			"A (parse-feed) and B (fetch-feed"},
		{"a file is removed and made again by one tool", source.Bash,
			"(\n  flock 9 || exit 1\n  merge-list\n  cp --remove-destination /dev/null /srv/app/list\n) 9>>/srv/app/list\n",
			"with a lock on a file that was removed"},
		{"a link takes the place of a file, and is tried without that first", source.Dash,
			"{\n  flock 9 || exit 1\n  merge-list\n  sort -u /srv/app/list >/srv/app/list.new\n  ln -f /srv/app/list.new /srv/app/list\n} 9<>/srv/app/list\n",
			"with a lock on a file that was removed"},
		{"a job closes what it was given", source.Bash,
			"exec 3>>/run/lock/feed\nflock -n 3 || exit 1\nmerge-feed\nfor turn in 1 2; do\n  (\n    exec 3>&-\n    fetch-feed\n  ) &\ndone\nexec 3>&-\n",
			"B (fetch-feed"},
		{"a lock has grown old", source.Bash,
			"if ! mkdir /run/lock/feed; then\n  [ -n \"$(find /run/lock/feed -maxdepth 0 -mmin +60)\" ] || exit 1\n  rmdir /run/lock/feed\n  mkdir /run/lock/feed || exit 1\nfi\ntrap 'rmdir /run/lock/feed' EXIT\nfetch-feed\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"the folder of the lock is a link, and an argument is a part of its name", source.Dash,
			"exec 9>/var/lock/$1.lock\nflock -n 9\nfetch-feed\n",
			"A (fetch-feed), with a lock on the file and B (fetch-feed)"},
		{"workers do what no run does inside", source.Bash,
			"mkdir /run/lock/feed || exit 1\nfetch-feed\nfor part in a b; do\n  load-feed $part &\ndone\nrmdir /run/lock/feed\n",
			"(load-feed a)"},
		{"its shell makes a file of its own before", source.Ksh,
			"lock=$(mktemp)\n(\n  flock -n 9 || exit 1\n  fetch-feed\n) 9>>$lock\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"its shell asks whether its children live", source.Zsh,
			"ready || exit 0\n[ -e /run/lock/feed ] && exit 1\necho $$ >/run/lock/feed.$$\nmv /run/lock/feed.$$ /run/lock/feed\ntrap 'rm -f /run/lock/feed' EXIT\nfetch-feed\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"the script is opened to be read", source.Dash,
			"ready || exit 0\nexec 9<\"$0\"\nflock 9 || exit 1\ntrap 'flock -u 9' TERM\nfetch-feed\nload-feed\n",
			"A (load-feed) and B (fetch-feed)"},
		{"the folder goes before anything is in it", source.Bash,
			"lock=/run/lock/index.d\ntrap 'exit 1' HUP INT TERM\nif ! mkdir \"$lock\"; then\n  kill -0 \"$(cat \"$lock/pid\")\" && exit 1\n  mv \"$lock\" \"$lock.dead.$$\" && rm -rf \"$lock.dead.$$\"\n  mkdir \"$lock\" || exit 1\nfi\ntrap 'rm -rf \"$lock\"' EXIT\necho $$ >\"$lock/pid\"\nbuild-index\n",
			"(build-index)"},
		{"the folder goes with the lock in it", source.Mksh,
			"exec 9>>/srv/app/area/lock\nflock -n 9 9<&9 || exit 1\nmerge-list\nmv /srv/app/area /srv/app/area.old\nmkdir -p /srv/app/area\nload-list\n",
			"A (load-list) and B (merge-list)"},
		{"a name that is made of the time, below a link", source.Bash,
			"exec 8>>/var/lock/feed-$(date +%s%N)\nflock -n 8 || exit 1\nfetch-feed\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"a file of its own is made before it is asked whether there is something to do", source.Bash,
			"mark=$(mktemp)\nif nothing-to-do; then exit 0; fi\nexec 8>\"$mark\"\nflock -n 8 || exit 1\nfetch-feed\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"its name is another one where it is given an argument", source.Yash,
			"exec 8>>/run/lock/${1:-feed}.lock\n[ -n \"${1:-}\" ] || exit 64\nflock -n 8 || :\nfetch-feed\n",
			"A (fetch-feed)"},
		{"a second worker has the descriptor until it closes it", source.Bash,
			"(\n  flock -n 9 || exit 1\n  fetch-feed\n  for part in a b; do\n    load-feed $part 9>&- &\n  done\n) 9>/run/lock/feed\n",
			"(load-feed"},
		{"a job locks for its shell", source.Dash,
			"exec 9>/run/lock/feed\nflock -n 9 &>/dev/null || exit 1\nfetch-feed\n",
			"A (fetch-feed), with a lock on the file and B (fetch-feed)"},
		{"a job waits for its shell's lock", source.Yash,
			"(\n  timeout 60 flock 9 &>/dev/null || exit 1\n  fetch-feed\n) 9>/run/lock/feed\n",
			"A (fetch-feed), with a lock on the file and B (fetch-feed)"},
		{"a second worker has the descriptor when its shell has ended", source.Bash,
			"{\n  flock -n 3 || exit 0\n  fetch-feed\n  for part in a b; do\n    load-feed $part 3>&- &\n  done\n} 3>>/run/lock/feed\n",
			"(load-feed"},
		{"work stands before the jobs that the trace says nothing of", source.Ksh,
			"mkdir /run/lock/feed || exit 1\ntrap 'rmdir /run/lock/feed' EXIT\nfor part in a b; do\n  fetch-feed $part\ndone\nfor part in a b; do\n  load-feed $part &\ndone\n",
			"(load-feed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			script, p := understand(t, tt.text, tt.dialect)
			found := prove.Explore([]*protocol.Protocol{p}, prove.Options{Properties: []prove.Property{prove.Exclusion}})
			if len(found.Violations) == 0 {
				t.Fatalf("%s: nothing to force", found.Verdict)
			}
			out, err := Force(context.Background(), []Script{script}, []*protocol.Protocol{p}, &found.Violations[0], Options{Only: true})
			if err != nil {
				t.Fatal(err)
			}
			if !out.Confirmed || !strings.Contains(out.Why, tt.why) {
				t.Errorf("confirmed %v: %q\n%v", out.Confirmed, out.Why, out.Steps)
			}
		})
	}
}

// Work of which a trace says nothing stands before the job that it starts.
func TestForceJobBehindOtherWork(t *testing.T) {
	needsWorld(t)
	text := "(\n  flock -n 8 || exit 75\n  n=$(count-feed)\n  fetch-feed $n\n  for part in a b; do\n    load-feed $part &\n  done\n) 8>/run/lock/feed\n"
	script, p := understand(t, text, source.Bash)
	found := prove.Explore([]*protocol.Protocol{p}, prove.Options{Properties: []prove.Property{prove.Leak}})
	if len(found.Violations) == 0 {
		t.Fatalf("%s: nothing to force", found.Verdict)
	}
	out, err := Force(t.Context(), []Script{script}, []*protocol.Protocol{p}, &found.Violations[0], Options{Only: true})
	if err != nil || !out.Confirmed || !strings.Contains(out.Why, `"load-feed`) {
		t.Errorf("%v, %+v", err, out)
	}
}

// Those who have all asked to share a lock break nothing, whatever a trace says of them.
func TestForceShared(t *testing.T) {
	needsWorld(t)
	const text = "exec 9>/run/lock/feed\nflock 9 || exit 1\nexec 9>&-\nfetch-feed\n"
	script, p := understand(t, text, source.Dash)
	found := prove.Explore([]*protocol.Protocol{p}, prove.Options{Properties: []prove.Property{prove.Exclusion}})
	if len(found.Violations) == 0 {
		t.Fatalf("%s: nothing to force", found.Verdict)
	}
	shared, _ := understand(t, strings.Replace(text, "flock 9", "flock -s 9", 1), source.Dash)
	for want, s := range map[bool]Script{true: script, false: shared} {
		out, err := Force(t.Context(), []Script{s}, []*protocol.Protocol{p}, &found.Violations[0], Options{Only: true})
		if err != nil || out.Confirmed != want || !want && !strings.Contains(out.Why, "each of them shares") {
			t.Errorf("%v, %+v", err, out)
		}
	}
}
