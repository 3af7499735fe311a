package truth

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// host is a script that knows nothing of locks.
const host = `#!/bin/bash
set -e
# a word
part=${1:-all}
usage() {
  cat <<'END'
usage: host
END
}
if [ "$part" = help ]; then
  usage
  exit 0
fi
fetch "$part" \
  --quiet
while read -r line; do
  echo "$line"
done </etc/hostname
exit 0
echo never
`

func TestBeds(t *testing.T) {
	lines := strings.Split(host, "\n")
	var got []string
	for _, i := range beds(host) {
		got = append(got, lines[i])
	}
	// What stands in a here-document is no command: a mark there is never reached.
	want := []string{"set -e", "part=${1:-all}", "usage: host", "END", "if [ \"$part\" = help ]; then", "fetch \"$part\" \\",
		"while read -r line; do", "exit 0", "echo never"}
	if !slices.Equal(got, want) {
		t.Errorf("beds:\n%s", strings.Join(got, "\n"))
	}
	if all := marked(host, beds(host)); strings.Count(all, plantedMark) != len(beds(host)) || !strings.Contains(all, plantedMark+"0 || :\nset -e\n") {
		t.Errorf("marked:\n%s", all)
	}
}

// Each plant, before each line of the script that a run comes to, is found by both; where
// the lock is right, by neither.
func TestPlantsAreFound(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "host")
	right := strings.NewReplacer("if [ -e LOCK ]; then exit 75; fi\ntouch LOCK\nWORK\nrm -f LOCK\n", "exec FD>>LOCK\nflock -n FD || exit 75\nWORK\n")
	for i := range plants {
		for _, line := range []int{1, 3, 9, 13, 15, 18} {
			text := put(host, line, plants[i].write(host, folder))
			said := asked(t, file, text)
			if proved, linted := said.findsPlant(&plants[i]); !proved || !linted {
				t.Errorf("%s before line %d: found by prove %v, by lint %v; %s %v %v\n%s", plants[i].name, line+1, proved, linted, said.Verdict, said.Doubts, said.Codes, text)
			}
		}
	}
	good := plant{breaks: plants[0].breaks, text: right.Replace(plants[0].text)}
	said := asked(t, file, put(host, 3, good.write(host, folder)))
	if proved, linted := said.findsPlant(&good); proved || linted {
		t.Errorf("a right lock is found: %v %v", said.Proved, said.Linted)
	}
}

func asked(t *testing.T, file, text string) *Said {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	said := &Said{}
	if _, err := said.ask(file); err != nil {
		t.Fatal(err)
	}
	return said
}

// A copy has the neighbours of its script, near and far, and the script itself is no
// neighbour.
func TestBeside(t *testing.T) {
	folder, at := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{"lib/common": "common() { :; }\n", "pkg/bin/host": host, "pkg/bin/part": "part=1\n"} {
		file := filepath.Join(at, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second one finds the tree of the first
		copy, err := beside(filepath.Join(at, "pkg/bin/host"), folder)
		if err != nil {
			t.Fatal(err)
		}
		for name, there := range map[string]bool{"part": true, "../../lib/common": true, "host": false, "../bin": true} {
			if _, err := os.Stat(filepath.Join(filepath.Dir(copy), name)); (err == nil) != there {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := os.WriteFile(copy, []byte("planted"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(at, "pkg/bin/host")); err != nil || string(text) != host {
		t.Errorf("the script itself: %v", err)
	}
	locking := filepath.Join(at, "pkg/bin/locking")
	if err := os.WriteFile(locking, []byte("#!/bin/sh\nexec 9>/run/x\nflock 9\nwork\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if locksItself(filepath.Join(at, "pkg/bin/host")) || !locksItself(locking) {
		t.Error("which one has a lock of its own")
	}
}

// TestPlanting goes the whole way with one script: marks show where a run comes by, and
// nothing is planted elsewhere.
func TestPlanting(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "host"), []byte(host), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "other"), []byte("no script of a shell, and long enough to be one\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := realScripts([]string{folder}); len(got) != 1 || filepath.Base(got[0]) != "host" {
		t.Fatalf("scripts: %q", got)
	}
	came, err := walked(context.Background(), filepath.Join(folder, "marked"), marked(host, beds(host)))
	if err != nil {
		t.Fatal(err)
	}
	if len(came) == 0 {
		t.Skip("nothing can be rehearsed on this machine")
	}
	marks := len(beds(host))
	if n := marks - 1; !slices.Contains(came, plantedMark+"0") || slices.ContainsFunc(came, func(c string) bool { return c == plantedMark+string(rune('0'+n)) }) {
		t.Errorf("a run comes by %q", came)
	}
	out := &Planted{}
	text := put(host, 3, plants[2].write(host, folder))
	if err := out.one(context.Background(), &plants[2], "host", filepath.Join(folder, "copy"), text, 3, nil); err != nil {
		t.Fatal(err)
	}
	never := put(host, 19, plants[2].write(host, folder))
	if err := out.one(context.Background(), &plants[2], "host", filepath.Join(folder, "copy"), never, 19, nil); err != nil {
		t.Fatal(err)
	}
	if out.Planted != 2 || out.Reached != 1 || out.Proved != 1 || out.Linted != 1 || out.NotFound() != 0 {
		t.Errorf("%+v", out)
	}
}
