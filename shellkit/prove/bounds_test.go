package prove

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// TestBounds reaches each bound and wants to be told which one it was.
func TestBounds(t *testing.T) {
	simple := "n0 open creat path=p0 fd=9\nn1 flock nb fd=9 -> n2 ? n3\nn2 work program \"x\"\nn3 end"
	var ways strings.Builder // few states, and many ways between them
	const tests = 100
	for i := range tests {
		fmt.Fprintf(&ways, "n%d choose \"x\" -> n%d ? n%d\n", i, tests+i, min(i+1, tests-1))
	}
	for i := range tests {
		fmt.Fprintf(&ways, "n%d test path=p2 \"-%d\" -> n%d ? n%d\n", tests+i, i, 2*tests+2*min(tests-1-i, 1), 2*tests+2)
	}
	fmt.Fprintf(&ways, "n%d claim path=p2 \"mkdir\" -> n%d ? n%d\n", 2*tests, 2*tests+1, 2*tests+2)
	fmt.Fprintf(&ways, "n%d remove path=p2 \"rmdir\"\nn%d end", 2*tests+1, 2*tests+2)
	var paths, claims strings.Builder
	for i := range maxLocks + 1 {
		fmt.Fprintf(&paths, "path p%d \"/many%d\" exists\n", 5+i, i)
		fmt.Fprintf(&claims, "n%d claim path=p%d \"mkdir\"\n", i, 5+i)
	}
	many := paths.String() + claims.String() + fmt.Sprintf("n%d end", maxLocks+1)
	for _, c := range []struct {
		name, text string
		runs       int
		states     int
		want       string
	}{
		{"states", simple, 6, 5, "there are more than 5 states"},
		{"steps", ways.String(), 6, 60, "there are more than 1500 steps"},
		{"room", many, 1, 1000, NoRoom},
		{"none", simple, 2, 1000, ""},
	} {
		r := Explore([]*protocol.Protocol{parse(t, c.text)}, Options{MaxStates: c.states, MaxSteps: 1500, Processes: c.runs, Properties: []Property{Deadlock}})
		var got []string
		for _, d := range r.Doubts {
			got = append(got, d.Why)
		}
		if strings.Join(slices.Compact(got), "; ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	var scripts []*protocol.Protocol
	for range MaxProcesses + 1 {
		scripts = append(scripts, parse(t, simple))
	}
	if r := Explore(scripts, Options{}); r.Verdict != Unknown || !strings.Contains(fmt.Sprint(r.Doubts), "not every mix of runs of the 7 scripts was explored") {
		t.Errorf("of %d scripts: %s %v", len(scripts), r.Verdict, r.Doubts)
	}
}
