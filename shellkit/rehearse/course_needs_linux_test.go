//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What the runs of a trace need to go its way is arranged: arguments that are crossed,
// arguments that are held against a word, a program that one run has and another has not.
func TestNeeds(t *testing.T) {
	needsWorld(t)
	tests := []struct {
		name, text string
		dialect    source.Dialect
		why        string
	}{
		{"locks by file, named by crossed arguments", "flock \"/run/lock/$1.a\" flock \"/run/lock/$2.a\" ./move\n", source.Dash, "A, B wait"},
		{"files that are the arguments", "exec 4<\"$2\" 5<\"$1\"\nflock 4 || exit 1\nflock 5 || exit 1\nmove \"$1\" \"$2\"\n", source.Bash, "A, B wait"},
		{"one way for each word", "exec 8>>\"/run/lock/$2\" 9>>/run/lock/all\nif [ \"$1\" = back ]; then\n  flock 9 || exit 1\n  flock 8 || exit 1\nelse\n  flock 8 || exit 1\n  flock 9 || exit 1\nfi\nmove\n",
			source.Yash, "A, B wait"},
		{"a program that one has", "exec 9>/run/lock/import\nhash flock 2>/dev/null && { flock -n 9 || exit 1; }\nimport-all\n", source.Bash, "flock is not there for"},
		{"a program that is looked for by its file", "exec 9>/run/lock/import\nif [ ! -x /usr/bin/flock ]; then\n  echo no flock\nelif ! flock -n 9; then\n  exit 1\nfi\nimport-all\n", source.Dash, "flock is not there for"},
		{"a program that which looks for", "exec 9>/run/lock/import\nwhich flock >/dev/null && { flock -n 9 || exit 1; }\nimport-all\n", source.Dash, "flock is not there for"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script, p := understand(t, tt.text, tt.dialect)
			found := prove.Explore([]*protocol.Protocol{p}, prove.Options{})
			at := slices.IndexFunc(found.Violations, func(v prove.Violation) bool {
				return v.Property == prove.Exclusion || v.Property == prove.Deadlock
			})
			if at < 0 {
				t.Fatalf("%s: nothing to force: %+v", found.Verdict, found.Doubts)
			}
			out, err := Force(context.Background(), []Script{script}, []*protocol.Protocol{p}, &found.Violations[at], Options{Only: true})
			if err != nil {
				t.Fatal(err)
			}
			if !out.Confirmed || !strings.Contains(out.Why, tt.why) {
				t.Errorf("confirmed %v: %s", out.Confirmed, out.Why)
			}
		})
	}
}
