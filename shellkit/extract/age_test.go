package extract

import (
	"slices"
	"testing"
)

// What hangs on an age is the same in every look, in whatever order variables come up.
func TestAgedVariables(t *testing.T) {
	in := &interest{assigned: map[string][]assignment{
		"time": {{text: "$(stat -c %Y /run/x)"}},
		"age":  {{text: "$((now - time))", vars: []string{"now", "time"}}},
		"old":  {{text: "$age", vars: []string{"age"}}},
		"then": {{text: "$old", vars: []string{"old"}}},
		"last": {{text: "$((then / 60))"}},
		"else": {{text: "$(printf %s \"$now\")", vars: []string{"now"}}},
	}}
	for range 50 {
		got := in.aged()
		if !slices.Equal(got, []string{"age", "last", "old", "then", "time"}) {
			t.Fatalf("%q", got)
		}
	}
}
