package prove

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// randomProtocol writes a protocol of a few operations on three locks, with
// branches, loops, traps and frames.
func randomProtocol(r *rand.Rand) string {
	ops := []func() string{
		func() string { return fmt.Sprintf("open creat path=p%d fd=%d", r.Intn(2), 8+r.Intn(2)) },
		func() string { return fmt.Sprintf("open creat path=p%d fd=%d", r.Intn(2), 8+r.Intn(2)) },
		func() string {
			return fmt.Sprintf("flock%s fd=%d", []string{"", " nb", " sh", " nb sh", " un"}[r.Intn(5)], 8+r.Intn(2))
		},
		func() string { return fmt.Sprintf("flock nb fd=%d", 8+r.Intn(2)) },
		func() string { return fmt.Sprintf("close fd=%d", 8+r.Intn(2)) },
		func() string { return "dup fd=8 from=9" },
		func() string { return `claim path=p2 "mkdir"` },
		func() string { return fmt.Sprintf(`remove path=p%d "rm"`, r.Intn(3)) },
		func() string { return `work program "x"` },
		func() string { return `work quiet "echo"` },
		func() string { return fmt.Sprintf(`test path=p%d "-e"`, 1+r.Intn(2)) },
		func() string { return "choose" },
		func() string { return fmt.Sprintf("sameinode path=p%d fd=9", r.Intn(2)) },
	}
	n := 4 + r.Intn(5)
	lines := []string{}
	handlers := ""
	if r.Intn(3) == 0 {
		lines = append(lines, fmt.Sprintf("handlers h1 HUP=die INT=run:n%d TERM=run:n%d", n+1, n+1))
		handlers = " !h1"
	}
	for i := range n {
		op := ops[r.Intn(len(ops))]()
		to := i + 1
		other := -1
		word := strings.Fields(op)[0]
		switch {
		case word == "test" || word == "choose" || word == "sameinode", word == "claim" || word == "flock" && !strings.Contains(op, "un"):
			if word == "claim" || word == "flock" {
				if r.Intn(4) == 0 {
					break
				}
			}
			other = r.Intn(n + 1)
			if other == to {
				other = n
			}
		}
		line := fmt.Sprintf("n%d %s -> n%d", i, op, to)
		if other >= 0 {
			line += fmt.Sprintf(" ? n%d", other)
		}
		lines = append(lines, line+handlers)
	}
	lines = append(lines, fmt.Sprintf("n%d end", n))
	if handlers != "" {
		lines = append(lines, fmt.Sprintf(`n%d remove path=p%d "rm"`, n+1, r.Intn(3)))
		lines = append(lines, fmt.Sprintf("n%d %s", n+2, []string{"end", "resume"}[r.Intn(2)]))
	}
	return strings.Join(lines, "\n")
}

// TestReductionChangesNoAnswer holds the reduced search against the plain one,
// which takes every step on its own and in every order.
func TestReductionChangesNoAnswer(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	compared, bad := 0, map[string]int{}
	for i := range 500 {
		text := randomProtocol(r)
		p, err := told("protocol x bash\npath p0 \"/a\" inode\npath p1 \"/b\" inode\npath p2 \"/d\" exists\n" + text)
		if err != nil {
			t.Fatal(err)
		}
		if protocol.Sanity(p) != nil { // something cannot be reached: no script gives that
			continue
		}
		props := []Property{Exclusion, Stale, Deadlock}
		scripts := []*protocol.Protocol{p}
		plain := Explore(scripts, Options{Processes: 2, Properties: props, Unreduced: true, MaxStates: 20_000})
		fast := Explore(scripts, Options{Processes: 2, Properties: props, MaxStates: 20_000})
		if plain.Verdict == Unknown {
			continue
		}
		compared++
		bad[broken(plain)]++
		if broken(plain) != broken(fast) {
			t.Fatalf("protocol %d: all orders: %q (%d states), reduced: %q (%d states)\n%s", i, broken(plain), plain.States, broken(fast), fast.States, text)
		}
	}
	t.Logf("%d compared: %v", compared, bad)
	if compared < 100 || len(bad) < 4 {
		t.Errorf("only %d protocols were compared, with answers %v", compared, bad)
	}
}
