//go:build linux && (amd64 || arm64)

package rehearse

import (
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
		{"a program with a longer time of its own runs what waits for the lock", source.Bash,
			"exec 7<>/run/lock/feed\n! timeout 60 flock -w 3 7 || exit 0\nfetch-feed\n",
			"with a lock on the file and B"},
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
		{"a job that locks is started in the step that opens its file", source.Dash,
			"ready || exit 0\n(\n  timeout 60 flock -w 5 9 &>/dev/null || exit 1\n  fetch-feed\n) 9<>/run/lock/feed\n",
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
		{"a command of a case is none of its patterns", source.Bash,
			"name=${1:-feed}\ncase ${1-} in\n  --help) ;;\n  *)\n    echo $$ >/run/lock/$name.$$\n    rc=0\n    mv /run/lock/$name.$$ /run/lock/$name || rc=$?\n    [ $rc = 0 ] || exit 1\n    trap 'rm -f /run/lock/$name' EXIT\n    fetch-feed\n    ;;\nesac\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"a part of a pipeline locks", source.Ksh,
			"(\n  flock -n 9 | cat || exit 1\n  fetch-feed\n) 9>>/run/lock/feed\n",
			"A (fetch-feed), with a lock on the file and B (fetch-feed)"},
		{"a program that is waited for opens a file before the jobs are started", source.Bash,
			"exec 8>/run/lock/feed\nflock -n 8 || exit 1\nfetch-feed\nmerge-feed >>./out.log\nfor part in a b; do\n  load-feed $part 8>&- &\ndone\n",
			"(load-feed"},
		{"each run is in a folder of its own, and looks for a program there", source.Mksh,
			"if ! ./ready; then exit 2; fi\nexec 8>/run/lock/feed\nflock -w 5 8 ./report || exit 1\n",
			"each run is in a folder of its own"},
		{"its shell keeps what it reads in a file, and asks for its children", source.Zsh,
			"{ read -r lock; } <<X\n/run/lock/feed\nX\nif nothing-to-do; then exit 0; fi\nif ! ln -s $$ $lock; then\n  kill -0 \"$(readlink $lock)\" && exit 0\n  rm -f $lock\n  ln -s $$ $lock || exit 0\nfi\ntrap 'rm -f $lock' EXIT\nfetch-feed\nrm -f $lock\n",
			"(fetch-feed) and "},
		{"a substitution works before the jobs are started", source.Ash,
			"ln -s x /run/lock/feed || exit 1\ntrap 'rm -f /run/lock/feed' EXIT\ntrap 'exit 1' HUP INT TERM\nn=$(count-feed)\nfetch-feed $n\nfor part in a b; do\n  load-feed $part &\ndone\nwait\n",
			"(load-feed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			confirms(t, tt.text, tt.dialect, prove.Exclusion, tt.why)
		})
	}
}

// confirms forces the first violation of a promise on its script.
func confirms(t *testing.T, text string, d source.Dialect, promise prove.Property, why string) {
	t.Helper()
	script, p := understand(t, text, d)
	found := prove.Explore([]*protocol.Protocol{p}, prove.Options{Properties: []prove.Property{promise}})
	if len(found.Violations) == 0 {
		t.Fatalf("%s: nothing to force", found.Verdict)
	}
	out, err := Force(t.Context(), []Script{script}, []*protocol.Protocol{p}, &found.Violations[0], Options{Only: true})
	if err != nil {
		t.Fatal(err)
	}
	if !out.Confirmed || !strings.Contains(out.Why, why) {
		t.Errorf("confirmed %v: %q\n%v", out.Confirmed, out.Why, out.Steps)
	}
}

// Other promises are broken in ways that a trace only hints at, too.
func TestForcedOtherKinds(t *testing.T) {
	needsWorld(t)
	tests := []struct {
		name    string
		promise prove.Property
		dialect source.Dialect
		text    string
		why     string
	}{
		{"work of which a trace says nothing stands before the job that it starts", prove.Leak, source.Bash,
			"(\n  flock -n 8 || exit 75\n  n=$(count-feed)\n  fetch-feed $n\n  for part in a b; do\n    load-feed $part &\n  done\n) 8>/run/lock/feed\n",
			`"load-feed`},
		{"the shell of a job keeps a copy of what it has closed for the job", prove.Leak, source.Yash,
			"(\n  flock -n 9 || exit 1\n  fetch-feed\n  { load-feed; } 9>&- &\n) 9>/run/lock/feed\n",
			"a shell that it has started keeps"},
		{"the descriptor is closed for programs, and so has no name", prove.Entry, source.Ksh,
			"ksh -c 'lock=/var/lock/feed\nready || exit 2\nexec 9<$lock\nflock -n 9 || exit 75\nfetch-feed' x\n",
			"has ended without the lock"},
		{"digits are a word to the shell, which opens what stands behind them", prove.Entry, source.Ksh,
			"{ read -r lock; } <<X\n/run/lock/feed\nX\nready || exit 0\nexec 10>$lock\nflock -n 10 10<&10 || exit 1\nfetch-feed\n",
			"has ended without the lock"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			confirms(t, tt.text, tt.dialect, tt.promise, tt.why)
		})
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
