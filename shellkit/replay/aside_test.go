package replay

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// TestProgramWithoutLock starts a program that does not inherit the lock. It leaks where
// the shell waits for it and has the lock meanwhile: as a part of a ( ) in bash, in yash
// always, where it is kept under another number.
func TestProgramWithoutLock(t *testing.T) {
	const alone, last = "exec 9>/no/such/f.lock\nflock -n 9 || exit 1\n./server 9>&- &\n", "exec 9>/no/such/f.lock\nflock -n 9 || exit 1\n( ./prepare; ./server 9>&- ) &\n"
	leak := prove.Options{Properties: []prove.Property{prove.Leak}}
	for _, d := range []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Ash} {
		r := prove.Explore([]*protocol.Protocol{understand(t, alone, d)}, leak)
		if r.Verdict != prove.Holds {
			t.Errorf("%s: of a program alone: leak is %s", d, r.Verdict)
		}
	}
	for _, c := range []struct {
		dialect source.Dialect
		text    string
	}{{source.Yash, alone}, {source.Yash, last}, {source.Bash, last}} {
		if _, err := Shell(c.dialect); err != nil {
			t.Logf("not tried: %v", err)
			continue
		}
		if _, out := replayed(t, c.text, c.dialect, leak); out.Verdict != Confirmed {
			t.Errorf("%s: %s%s", c.dialect, c.text, out)
		}
	}
}
