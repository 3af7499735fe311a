package report

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// expositionFaults holds text against the rules of the exposition format that promtool
// asks about: HELP and TYPE once and before the values, one block a metric, names and
// labels of the right characters, escapes that are known, no series twice, a last newline.
func expositionFaults(text string) (faults []string) {
	sample := regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\"n])*",?)*\})? (-?[0-9]+(?:\.[0-9]+)?)$`)
	fault := func(what, line string) { faults = append(faults, what+": "+line) }
	if !strings.HasSuffix(text, "\n") {
		fault("no newline at the end", "")
	}
	helped, typed, seen, closed := "", "", map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		words := strings.SplitN(line, " ", 4)
		switch {
		case strings.HasPrefix(line, "# HELP ") && len(words) == 4:
			if closed[words[2]] {
				fault("two blocks", line)
			}
			closed[words[2]], helped = true, words[2]
		case strings.HasPrefix(line, "# TYPE ") && len(words) == 4:
			if words[2] != helped || words[3] != "gauge" {
				fault("TYPE without HELP", line)
			}
			typed = words[2]
		default:
			m := sample.FindStringSubmatch(line)
			switch {
			case m == nil:
				fault("no sample", line)
			case m[1] != typed:
				fault("no TYPE", line)
			case seen[m[1]+m[2]]:
				fault("twice", line)
			default:
				seen[m[1]+m[2]] = true
			}
		}
	}
	return faults
}

func TestExpositionFaultsAreSeen(t *testing.T) {
	for _, text := range []string{
		"a 1\n", "# HELP a b\n# TYPE a gauge\na 1", "# HELP a b\n# TYPE a gauge\na 1\na 2\n",
		"# HELP a b\n# TYPE a gauge\na{l=\"\\x\"} 1\n", "# HELP a b\n# TYPE a gauge\na{l=\"x\ny\"} 1\n",
		"# TYPE a gauge\na 1\n", "# HELP a b\n# TYPE a gauge\na-b 1\n", "# HELP a b\n# TYPE a gauge\na one\n",
	} {
		if len(expositionFaults(text)) == 0 {
			t.Errorf("no fault seen in %q", text)
		}
	}
}

func TestWhoPrometheus(t *testing.T) {
	job := &holders.Process{PID: 4242}
	file := func(path string, name holders.NameState, keepers ...holders.Keeper) *holders.File {
		f := &holders.File{Path: path, Name: name}
		f.Locks = []*holders.Lock{{File: f, Kind: holders.Flock, Mode: holders.Exclusive, Keepers: keepers}}
		return f
	}
	odd := file("/a \"b\\\nc\xff", holders.NameSame, holders.Keeper{Process: job, FD: 9}, holders.Keeper{Process: job, FD: 10})
	odd.Waiters = []*holders.Waiter{{File: odd, Process: job}}
	named := file("/locks/deploy.lock", holders.NameSame)
	files := []*holders.File{odd, named, file("/gone", holders.NameRemoved), file("/gone", holders.NameRemoved), {Inode: holders.Inode{Number: 7}}}
	w := &Who{
		Picture: &holders.Picture{Files: files, Hidden: 3}, Files: files, Free: []string{"idle"},
		Noted: map[*holders.File]lockfile.Holder{named: {PID: 4242, Since: time.Unix(1732442405, 0)}},
	}
	var out bytes.Buffer
	if err := WhoPrometheus(&out, w); err != nil {
		t.Fatal(err)
	}
	if faults := expositionFaults(out.String()); faults != nil {
		t.Errorf("%s\n%s", strings.Join(faults, "\n"), out.String())
	}
	lines := strings.Split(out.String(), "\n")
	for _, want := range []string{
		`lockkit_locks_held{lock="/a \"b\\\nc` + "\uFFFD" + `",name="same"} 1`,
		`lockkit_lock_keepers{lock="/a \"b\\\nc` + "\uFFFD" + `",name="same"} 1`,
		`lockkit_lock_waiters{lock="/a \"b\\\nc` + "\uFFFD" + `",name="same"} 1`,
		`lockkit_locks_held{lock="/gone",name="removed"} 2`,
		`lockkit_locks_held{lock="inode 00:00:7",name="unknown"} 0`,
		`lockkit_locks_held{lock="idle",name="free"} 0`,
		`lockkit_lock_since_timestamp_seconds{lock="/locks/deploy.lock",name="same"} 1732442405`,
		`lockkit_deadlocks 0`,
		`lockkit_processes_hidden 3`,
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %s in\n%s", want, out.String())
		}
	}
}
