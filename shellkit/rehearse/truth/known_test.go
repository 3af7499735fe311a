package truth

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
)

// TestTable prints what lockkit says of $LOCKKIT_TRUTH scripts, by kind.
func TestTable(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("LOCKKIT_TRUTH"))
	if n == 0 {
		t.Skip("LOCKKIT_TRUTH says how many scripts")
	}
	from, _ := strconv.Atoi(os.Getenv("LOCKKIT_TRUTH_SEED"))
	type line struct {
		row  Row
		kind string
		what string
	}
	seeds := map[line][]uint64{}
	rows := map[Row]int{}
	verdicts := map[string]int{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	room := make(chan bool, runtime.NumCPU())
	for i := range n {
		wait.Add(1)
		room <- true
		go func() {
			defer func() { <-room; wait.Done() }()
			seed := uint64(from + i)
			said, err := Ask(scripts.Make(seed), t.TempDir())
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("seed %d: %v", seed, err)
				return
			}
			verdicts[string(said.Verdict)]++
			mine := map[Row]bool{}
			for _, d := range Compare(said) {
				if os.Getenv("LOCKKIT_TRUTH_PARTS") != "" {
					fmt.Println("PART", seed, d.Row, "|", said.Script.Kind, "|", said.Script.Shell, said.Script.Parts, "|", d.What)
				}
				at := line{d.Row, said.Script.Kind, d.What}
				seeds[at] = append(seeds[at], seed)
				mine[d.Row] = true
			}
			for r := range mine {
				rows[r]++
			}
		}()
	}
	wait.Wait()
	var out []string
	for at, list := range seeds {
		slices.Sort(list)
		out = append(out, fmt.Sprintf("%-45s | %-25s | %s | %d: %v", at.row, at.kind, at.what, len(list), list[:min(len(list), 6)]))
	}
	slices.Sort(out)
	fmt.Println(strings.Join(out, "\n"))
	for _, r := range []Row{FalseHolds, FalseNothing, FalseLock, FalseViolated, Missed, Disagree, Unbacked, Unknown} {
		fmt.Printf("%-45s %d\n", r, rows[r])
	}
	fmt.Println(verdicts)
}
