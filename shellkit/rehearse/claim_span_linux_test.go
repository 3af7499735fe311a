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

// Runs that are never at work in the same moment are inside at once all the same, where
// one works in the midst of what the other believes to do alone. Who has unlocked before
// it waits again believes nothing.
func TestSpans(t *testing.T) {
	needsWorld(t)
	const reopened = `lock() { exec 9</srv/app; flock 9 || exit 1; }
lock
import-first
lock
import-second
`
	tests := []struct {
		name, text, played string
		dialect            source.Dialect
		why                string
	}{
		{"the descriptor is opened again in dash", reopened, "", source.Dash,
			"B (import-first) is at work while A stands between two works that it has got the lock for; then A (import-second) is at work"},
		{"unlocked before that", reopened, strings.Replace(reopened, "import-first\n", "import-first\nflock -u 9\n", 1), source.Dash,
			"after step 5, the last, A waits and does not work"},
		{"a new hold in each turn of a loop", "while read -r table; do\n  exec 7>>/run/lock/tables\n  flock 7 || exit 1\n  copy-table\n  clean-table\ndone <<X\na\nb\nX\n", "", source.Bash, ""},
		{"shared, then exclusive, in yash", "exec 8>/run/lock/table\nflock -s 8 || exit 1\nread-table\nflock 8 || exit 1\nwrite-table\n", "", source.Yash,
			"is at work while"},
		{"two locks by one number", "exec 3>/run/lock/a\nflock 3 || exit 1\nexec 3>/run/lock/b\nflock 3 || exit 1\ncopy-all\n", "", source.Zsh,
			"A (copy-all) is at work while B has got the lock; then B (copy-all) is at work"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script, p := understand(t, tt.text, tt.dialect)
			found := prove.Explore([]*protocol.Protocol{p}, prove.Options{Properties: []prove.Property{prove.Exclusion}})
			if tt.why == "" {
				if found.Verdict != prove.Holds {
					t.Errorf("%s: %+v", found.Verdict, found.Violations)
				}
				return
			}
			if len(found.Violations) == 0 {
				t.Fatalf("%s: nothing to force", found.Verdict)
			}
			if tt.played != "" {
				script, _ = understand(t, tt.played, tt.dialect)
			}
			out, err := Force(context.Background(), []Script{script}, []*protocol.Protocol{p}, &found.Violations[0], Options{Only: true})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.Why, tt.why) || out.Confirmed != (tt.played == "") {
				t.Errorf("confirmed %v: %s", out.Confirmed, out.Why)
			}
		})
	}
}
