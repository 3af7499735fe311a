package shellkit

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

func loaded(t *testing.T, text string) *Script {
	t.Helper()
	f, err := source.New("job.sh", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(f, source.Sh, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A finding about a promise carries its schedule; a suspicion that no schedule shows
// weighs less and says so.
func TestConfirm(t *testing.T) {
	for _, c := range []struct {
		text, code string
		level      diag.Level
		runs       int // of the schedule; 0: there is none
	}{
		{"exec 9>/run/a.lock\nflock 9 || exit 1\nwork\nrm -f /run/a.lock\n", "LK301", diag.Error, 3},
		{"exec 9>/run/a.lock\nflock -n 9\nwork\n", "LK201", diag.Error, 2},
		{"exec 9>/run/a.lock\nflock 9\nwork\n", "LK201", diag.Info, 0},    // strict alone shows it
		{"exec 9>/run/a.lock\nflock -s 9\nwork\n", "LK201", diag.Info, 0}, // nobody excludes anybody
		// Many schedules break this one without the removal, and sooner.
		{"die() {\n  echo \"$1\"\n  rm -f $lock\n  exit 1\n}\nlock=/run/job.lock\nif [ -f $lock ]; then\n  die busy\nfi\ntouch $lock\n" +
			"cd /srv || die cd\nstep-one\nif [ $? -ne 0 ]; then\n  die one\nfi\nsleep 300\nstep-two\nif [ $? -ne 0 ]; then\n  die two\nfi\nrm -f $lock\n", "LK603", diag.Error, 3},
		{"lockfile -r 3 /run/lock/a.lock || exit 1\n", "LK604", diag.Warning, 2},
		// Another fault lets them in sooner.
		{"lock=/run/a.lock\n[ -e $lock ] && exit 1\ntouch $lock\ntrap 'rm -f $lock' HUP INT TERM\nwork\nrm -f $lock\n", "LK704", diag.Error, 3},
		{"lockfile -r0 -l1024 /run/a.lock || exit 1\ntrap 'rm -f /run/a.lock' HUP INT TERM\nwork\nrm -f /run/a.lock\n", "LK704", diag.Error, 3},
		{"lockfile -r0 -l1024 /run/a.lock || exit 1\ntrap 'rm -f /run/a.lock; exit 1' HUP INT TERM\nwork\nrm -f /run/a.lock\n", "LK606", diag.Warning, 2},
		{"mkdir /run/a.d || exit 1\ntrap 'rmdir /run/a.d; exit' INT TERM EXIT\nwork\n", "LK305", diag.Warning, 3},
	} {
		found := false
		for _, f := range Check(loaded(t, c.text)) {
			if f.Rule.Code != c.code {
				continue
			}
			found = true
			runs := 0
			if f.Trace != nil {
				runs = f.Trace.Processes
			}
			if f.Level != c.level || runs != c.runs || strings.Contains(f.Message, " (not confirmed: ") != (c.runs == 0) {
				t.Errorf("%q: %s %s, %d runs: %s", c.text, f.Level, f.Rule.Code, runs, f.Message)
			}
		}
		if !found {
			t.Errorf("%q: no %s", c.text, c.code)
		}
	}
}

// A repair after which the prover finds more broken is refused.
func TestBreaksMore(t *testing.T) {
	sound := loaded(t, "exec 9>/run/a.lock\nflock 9 || exit 1\nwork\n")
	unlinks := loaded(t, "exec 9>/run/a.lock\nflock -n 9 || exit 1\nwork\nflock -u 9\nrm -f /run/a.lock\n")
	set := DefaultSettings()
	before, after := &verdict{script: sound, set: &set}, &verdict{script: unlinks, set: &set}
	if !breaksMore(before, after) || breaksMore(after, before) || breaksMore(after, after) {
		t.Errorf("sound %v, unlinks %v", before.explored().Violations, after.explored().Violations)
	}
}
