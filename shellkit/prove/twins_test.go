package prove

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// randomFamily writes a run that starts three children of one kind, with something in
// between, and may wait for them.
func randomFamily(r *rand.Rand) string {
	parent := []string{`work program "x"`, "choose", `remove path=p0 "rm"`, `open creat path=p0 fd=9`, "flock nb fd=9", `claim path=p2 "mkdir"`, `remove path=p2 "rmdir"`, "flock un fd=9"}
	child := []string{`work program "x"`, "choose", `open creat path=p0 fd=9`, `open creat path=p1 fd=8`, "flock fd=9", "flock nb fd=9", "flock fd=8", "close fd=9", `remove path=p0 "rm"`, `claim path=p2 "mkdir"`, `remove path=p2 "rmdir"`}
	var ops []string
	for range 3 {
		if r.Intn(2) == 0 {
			ops = append(ops, parent[r.Intn(len(parent))])
		}
		ops = append(ops, "spawn")
	}
	if r.Intn(3) > 0 {
		ops = append(ops, "wait")
	}
	if r.Intn(2) == 0 {
		ops = append(ops, parent[r.Intn(len(parent))])
	}
	ops = append(ops, "end")
	body := len(ops)
	for range 1 + r.Intn(4) {
		ops = append(ops, child[r.Intn(len(child))])
	}
	ops = append(ops, "end")
	for i, op := range ops {
		end := body - 1
		if i >= body {
			end = len(ops) - 1
		}
		line := fmt.Sprintf("n%d %s", i, op)
		if op == "spawn" {
			line = fmt.Sprintf("n%d spawn body=n%d \"job\"", i, body)
		}
		if op != "end" {
			line += fmt.Sprintf(" -> n%d", i+1)
		}
		if word := strings.Fields(op)[0]; i+1 < end && (word == "choose" || word == "claim" || word == "flock" && !strings.Contains(op, "un")) && r.Intn(4) > 0 {
			line += fmt.Sprintf(" ? n%d", end)
		}
		ops[i] = line
	}
	return strings.Join(ops, "\n")
}

// Twins are taken out without a change of any answer: the plain search keeps them all.
func TestTwinsChangeNoAnswer(t *testing.T) {
	r := rand.New(rand.NewSource(77))
	compared, bad := 0, map[string]int{}
	for i := range 900 {
		text := randomFamily(r)
		p, err := told("protocol x bash\npath p0 \"/a\" inode\npath p1 \"/b\" inode\npath p2 \"/d\" exists\n" + text)
		if err != nil {
			t.Fatal(err, text)
		}
		if protocol.Sanity(p) != nil {
			continue
		}
		props := []Property{Exclusion, Stale, Deadlock, Leak}
		plain := Explore([]*protocol.Protocol{p}, Options{Processes: 1, Properties: props, everyTwin: true, MaxStates: 6_000})
		if plain.Verdict == Unknown {
			continue
		}
		fast := Explore([]*protocol.Protocol{p}, Options{Processes: 1, Properties: props})
		compared++
		bad[broken(plain)]++
		if broken(plain) != broken(fast) {
			t.Errorf("protocol %d: all twins: %q (%d states), few: %q (%d states) %v\n%s", i, broken(plain), plain.States, broken(fast), fast.States, fast.Doubts, text)
		}
	}
	t.Logf("%d compared: %v", compared, bad)
	if compared < 300 || len(bad) < 4 {
		t.Errorf("only %d protocols were compared, with answers %v", compared, bad)
	}
}
