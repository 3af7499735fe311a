package replay

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// TestSignalWithin has a signal find a program within a command that is nothing to the
// lock; where the shell does it all by itself there is nobody to find.
func TestSignalWithin(t *testing.T) {
	stale := prove.Options{Properties: []prove.Property{prove.Stale}}
	script := func(work string) string {
		return "mkdir /no/such/d.lock || exit 1\n" + work + "\nrmdir /no/such/d.lock\n"
	}
	for _, work := range []string{"./work || echo failed", "for i in 1 2; do ./work; done", "f() { ./work; }\nf", "if true; then f() { :; }; ./work; fi", "if [ -n x ]; then ./work >log; fi"} {
		if _, out := replayed(t, script(work), source.Bash, stale); out.Verdict != Confirmed {
			t.Errorf("%s: %s", work, out)
		}
	}
	for _, work := range []string{"for i in 1 2; do echo $i; done", "f() { a=1; }\nf", "while read -r x; do let y=x; done <list"} {
		r := prove.Explore([]*protocol.Protocol{understand(t, script(work), source.Bash)}, stale)
		if r.Verdict != prove.Holds {
			t.Errorf("%s: stale is %s", work, r.Verdict)
		}
	}
}
