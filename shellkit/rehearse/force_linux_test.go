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

// flockAndUnlink is a story that many have found out the hard way: B has opened the
// file that A removes, and C makes a new one.
const flockAndUnlink = `LOCK=/var/run/file.lock
exec 9<>"$LOCK"
flock -n 9 || exit 1
./work
exec 9>&-
rm "$LOCK"
`

// rotation is a nightly job that looks whether its lock is there, and then makes it.
const rotation = `LOCK_FILE=/tmp/rotate.lock
error_exit() {
  rm -f $LOCK_FILE
  exit 1
}
if [ -f $LOCK_FILE ]; then
  error_exit
fi
touch $LOCK_FILE
cd /root/terraform || error_exit
terraform destroy -auto-approve || error_exit
sleep 300
terraform apply -auto-approve || error_exit
rm -f $LOCK_FILE
`

// forced proves a script, lets spoil change the schedule that is found, and forces it.
func forced(t *testing.T, text string, runs int, spoil func([]prove.Event)) *Forced {
	t.Helper()
	needsWorld(t)
	script, p := understand(t, text, source.Bash)
	found := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: runs, Properties: []prove.Property{prove.Exclusion}})
	if len(found.Violations) == 0 {
		t.Fatalf("%s: nothing to force", found.Verdict)
	}
	v := &found.Violations[0]
	if v.Trace.Processes != runs {
		t.Fatalf("the trace has %d runs", v.Trace.Processes)
	}
	spoil(v.Events)
	out, err := Force(context.Background(), []Script{script}, []*protocol.Protocol{p}, v, Options{Only: true})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Two stories that people have told are forced on their scripts. A schedule as a model
// with a fault would tell it is left at the step where the fault is.
func TestForce(t *testing.T) {
	at := func(events []prove.Event, process int, op string) *prove.Event {
		for i := range events {
			if events[i].Process == process && strings.HasPrefix(events[i].Op, op) {
				return &events[i]
			}
		}
		t.Fatalf("%d does no %s", process, op)
		return nil
	}
	tests := []struct {
		name, text string
		runs       int
		spoil      func([]prove.Event)
		why        string // how it begins
		confirmed  bool
	}{
		{"removed behind its release", flockAndUnlink, 3, func([]prove.Event) {},
			"at work at once are B (work), with a lock on a file that was removed and C (work), with a lock on the file", true},
		{"given other names before it is removed", strings.Replace(flockAndUnlink, "exec 9>&-\nrm \"$LOCK\"", "shred -u \"$LOCK\"", 1), 3, func([]prove.Event) {},
			"at work at once are", true},
		{"looked and then made", rotation, 2, func([]prove.Event) {},
			"at work at once are A (terraform destroy -auto-approve) and B (terraform destroy -auto-approve)", true},
		{"a lock that is not got", flockAndUnlink, 3, func(e []prove.Event) { at(e, 3, "flock").OK = false },
			`at step 8 C got "ok" from lock /run/file.lock where the trace has "flock -n 9"`, false},
		{"another order", flockAndUnlink, 3, func(e []prove.Event) {
			open, flock := at(e, 1, "open"), at(e, 1, "flock")
			*open, *flock = *flock, *open
		}, `at step 1 A did open /run/file.lock where the trace has "flock -n 9"`, false},
		{"a file that stays", flockAndUnlink, 3, func(e []prove.Event) {
			at(e, 1, "rm").Table.Names = e[0].Table.Names
			for i := range e {
				if len(e[i].Table.Names) > 0 && e[i].Table.Names[0].Inode == 0 {
					e[i].Table.Names = e[0].Table.Names
				}
			}
		}, "at step 7 C finds /run/file.lock missing, ", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := forced(t, tt.text, tt.runs, tt.spoil)
			if out.Confirmed != tt.confirmed || !strings.HasPrefix(out.Why, tt.why) {
				t.Errorf("%v: %s", out.Confirmed, out.Why)
			}
		})
	}
}

// Where the very script does not do it under any schedule, nothing is confirmed.
func TestForceNothing(t *testing.T) {
	needsWorld(t)
	good, _ := understand(t, strings.Replace(flockAndUnlink, "rm \"$LOCK\"\n", "", 1), source.Bash)
	_, p := understand(t, flockAndUnlink, source.Bash)
	found := prove.Explore([]*protocol.Protocol{p}, prove.Options{Properties: []prove.Property{prove.Exclusion}})
	out, err := Force(context.Background(), []Script{good}, []*protocol.Protocol{p}, &found.Violations[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	if out.Confirmed || out.Other != nil || out.Schedules == 0 || out.Why != `at step 6 A has ended where the trace has "rm /var/run/file.lock"` {
		t.Errorf("%+v", out)
	}
}

// A removal that fails changes nothing: a schedule in which a folder stays behind is met by
// a script that tries to remove it while something is in it, or as if it were a file.
func TestRemovalsThatFailAreNoSteps(t *testing.T) {
	needsWorld(t)
	for name, clean := range map[string]string{
		"something is in it": "echo $$ >/run/job.lock/pid\n./work\nrmdir /run/job.lock\n",
		"as if a file":       "./work\nrm -f /run/job.lock\n",
	} {
		t.Run(name, func(t *testing.T) {
			script, p := understand(t, "mkdir /run/job.lock || exit 1\ntrap 'exit 1' HUP INT TERM\n"+clean, source.Bash)
			found := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2, Properties: []prove.Property{prove.Stale}})
			if len(found.Violations) == 0 {
				t.Fatalf("%s: nothing to force", found.Verdict)
			}
			out, err := Force(context.Background(), []Script{script}, []*protocol.Protocol{p}, &found.Violations[0], Options{Only: true})
			if err != nil {
				t.Fatal(err)
			}
			if !out.Confirmed {
				t.Errorf("not confirmed: %s", out.Why)
			}
		})
	}
}
