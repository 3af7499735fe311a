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
		{"a lock has grown old", source.Bash,
			"if ! mkdir /run/lock/feed; then\n  [ -n \"$(find /run/lock/feed -maxdepth 0 -mmin +60)\" ] || exit 1\n  rmdir /run/lock/feed\n  mkdir /run/lock/feed || exit 1\nfi\ntrap 'rmdir /run/lock/feed' EXIT\nfetch-feed\n",
			"A (fetch-feed) and B (fetch-feed)"},
		{"the folder of the lock is a link, and an argument is a part of its name", source.Dash,
			"exec 9>/var/lock/$1.lock\nflock -n 9\nfetch-feed\n",
			"A (fetch-feed), with a lock on the file and B (fetch-feed)"},
		{"workers do what no run does inside", source.Bash,
			"mkdir /run/lock/feed || exit 1\nfetch-feed\nfor part in a b; do\n  load-feed $part &\ndone\nrmdir /run/lock/feed\n",
			"(load-feed a)"},
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
