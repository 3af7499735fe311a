package replay

import (
	"context"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// exits are ways to leave a script or to go on: where set -e counts, what runs EXIT
// traps, what ends a subshell. 4 to 7 stand for what the shell does to a lock there.
const exits = `set -e; false; 4
set -e; ( false; 5 ); 4
set -e; x=$(false); 4
set -e; x=$(false; 5); 4
set -e; shopt -s inherit_errexit 2>&5; x=$(false; 5); 4
set -e; false | true; 4
set -e; true | false; 4
set -o pipefail; set -e; false | true; 4
set -e; { false; 5; } | cat; 4
set -e; true | { false; 5; }; 4
set -e; ( exit 1 ) | true; 4
exit 1 | true; 4
true | { exit 1; }; 4
set -e; ! true; 4
set -e; (false) || 5; 4
set -e; false && true; 4
set -e; { false && true; }; 4
set -e; ( false && true ); 4
set -e; true && false; 4
set -e; true && ( false; 5 ); 4
set -e; f() { false; 5; }; if f; then 6; fi; 4
set -e; f() { false; 5; }; f && 6; 4
set -e; f() ( false; 5 ); f; 4
set -e; if ( false; 5 ); then 6; fi; 4
set -e; if false; then 5; fi; 4
set -e; while false; do 5; done; 4
set -e; until false; do 5; break; done; 4
set -e; for i in 1; do false; 5; done; 4
set -e; case x in x) false; 5;; esac; 4
set -e; ( set +e; false; 5 ); 4
set -e; [ 1 = 2 ] || 5; 4
set -e; x=1; x=$(false) || 5; 4
set -e; : $(false); 4
set -e; eval 'false; 5'; 4
set -e; command false; 4
set -e; trap '5' EXIT; false; 4
set -e; trap '5' EXIT; ( exit 3 ); 4
trap '5' EXIT; ( exit 3 ); 4
trap '5' EXIT; exit 3; 4
trap '5' EXIT; f() { exit 3; }; f; 4
trap '5' EXIT; ( 6 ); 4
trap '5; exit 5' EXIT; false
trap 'exit 5; 5' EXIT; 4
( trap '5' EXIT; 6 ); 4
( trap '5' EXIT; exit 1 ) || 4
f() { exit 1; }; x=$(f; 5); 4
`

// TestExits asks what of a script is reached, and lets real shells run it.
func TestExits(t *testing.T) {
	for _, d := range dialects {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			shell, err := Shell(d)
			if err != nil {
				t.Skip(err)
			}
			for line := range strings.Lines(exits) {
				if d != source.Bash && strings.Contains(line, "shopt") {
					continue
				}
				text := line
				for _, fd := range "4567" {
					for _, before := range []string{"; ", "( ", "'", "do ", "then ", "|| ", "&& "} {
						text = strings.ReplaceAll(text, before+string(fd), before+"flock -u "+string(fd))
					}
				}
				if got, want := reached(t, text, d), ran(t, shell, text); got != want {
					t.Errorf("%sis understood to do %s, and does %s", line, got, want)
				}
			}
		})
	}
}

// reached lists the descriptors that are unlocked somewhere.
func reached(t *testing.T, text string, d source.Dialect) string {
	p := understand(t, "exec 4>/no/such/f.lock 5>&4 6>&4 7>&4\nflock -n 4; flock -n 5; flock -n 6; flock -n 7\n"+text, d)
	out := map[string]bool{}
	for id, is := range p.Reachable() {
		if n := &p.Nodes[id]; is && n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock) {
			out[fmt.Sprint(n.FD)] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(out)), " ")
}

// ran lists the same of a real shell.
func ran(t *testing.T, shell []string, text string) string {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	cmd := exec.CommandContext(ctx, shell[0], append(shell[1:], "-c", "exec 5>&2\nflock() { echo unlocks \"$2\" >&2; }\n"+text)...)
	cmd.WaitDelay = time.Second
	said, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("%s: %v", text, err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(said)) {
		if fd, ok := strings.CutPrefix(strings.TrimSpace(line), "unlocks "); ok {
			out[fd] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(out)), " ")
}
