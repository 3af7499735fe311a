package replay

import (
	"context"
	"testing"

	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// understand extracts a script.
func understand(t testing.TB, text string, d source.Dialect) *protocol.Protocol {
	t.Helper()
	f, err := source.New("script", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := extract.Script(f, d, extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// replayed explores a script for one property and replays what is found.
func replayed(t testing.TB, text string, d source.Dialect, opt prove.Options) (*prove.Violation, Outcome) {
	t.Helper()
	p := []*protocol.Protocol{understand(t, text, d)}
	r := prove.Explore(p, opt)
	if len(r.Violations) == 0 {
		t.Fatalf("%s: nothing to replay: %v", r.Verdict, r.Doubts)
	}
	v := &r.Violations[0]
	out, err := Confirm(context.Background(), p, v)
	if err != nil {
		t.Fatal(err)
	}
	return v, out
}

// flockAndUnlink is a story that many have found out the hard way: B has opened the
// file that A removes, and C makes a new one.
const flockAndUnlink = `LOCK=/var/run/file.lock
exec 9<>"$LOCK"
flock -n 9 || exit 1
./work
exec 9>&-
rm "$LOCK"
`

func TestFlockAndUnlink(t *testing.T) {
	for _, d := range []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Yash, source.Ash} {
		if _, err := Shell(d); err != nil {
			t.Logf("not tried: %v", err)
			continue
		}
		v, out := replayed(t, flockAndUnlink, d, prove.Options{})
		if out.Verdict != Confirmed {
			t.Errorf("%s: %s", d, out)
		}
		if v.Trace.Processes != 3 || len(v.Trace.Steps) > 9 {
			t.Errorf("%s: %d processes, %d steps", d, v.Trace.Processes, len(v.Trace.Steps))
		}
		t.Log(d, out)
	}
}
