package conformance

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// What a shell was seen to do is written down here: "LINE=STATUS" of each probe, behind
// a slash the process that noted it.
func TestJudge(t *testing.T) {
	tests := []struct {
		name, text, seen string
		want             Verdict
		only             bool
		why              string
	}{
		{"in order", "echo a\nfalse\necho b\n", "1=0 2=1", Right, true, ""},
		{"another status", "echo a\nfalse\necho b\n", "1=0 2=0", Wrong, false, "seen 1(0) 3(0); the protocol has 3(*) or 3(1)"},
		{"another order", "echo a\necho b\n", "2=0 1=0", Wrong, false, "seen 2(0); the protocol has 1(0)"},
		{"it ends early", "echo a\necho b\n", "1=0", Wrong, false, "the end; the protocol has 2(0)"},
		{"it ends late", "echo a\nexit\necho b\n", "1=0 2=0", Wrong, false, "seen 1(0) 3(0); the protocol has the end"},
		{"either way", "if some program; then echo a; else echo b; fi\n", "2=0", Wrong, false, ""},
		{"either way, seen", "if some program; then echo a; fi\n", "", Right, false, ""},
		{"errexit", "set -e\necho a\nfalse\necho b\n", "1=0", Right, true, ""},
		{"a function's status", "f() { echo a; return 1; }\nf\necho b\n", "1=0 2=1", Right, true, ""},
		{"in a trap", "trap 'echo a' EXIT\nfalse\n", "1=1", Right, true, ""},
		{"in a trap, in double quotes", "trap \"echo a\" EXIT\nfalse\n", "1=1", Right, true, ""},
		{"in a trap, not seen", "trap 'echo a' EXIT\nfalse\n", "", Wrong, false, ""},
		{"not understood", "echo a\ntrap : NOSIGNAL\necho b\n", "1=0", Unknown, false, ""},
		{"a substitution", "x=$(echo a; false)\necho b\n", "1=0 2=1", Right, true, ""},

		{"a pipeline", "{ echo a; echo b; } | { echo c; }\necho d\n", "3=0/2 1=0/1 2=0/1 4=0/0", Right, false, ""},
		{"a pipeline, out of order", "{ echo a; echo b; } | { echo c; }\n", "2=0/1 1=0/1 3=0/2", Wrong, false, "side by side"},
		{"in the background", "{ echo a; } &\necho b\nwait\necho c\n", "2=0/0 1=0/1 3=0/0", Right, false, ""},
		{"not in the background", "{ echo a; } &\nfalse\necho b\n", "1=0/1 2=0/0", Wrong, false, "side by side"},
		{"one of many in the background", "while some program; do { echo a; } & done\nwait\necho b\n", "1=0/1 1=0/2 2=0/0", Right, false, ""},
		{"killed in the background", "{ echo a; echo b; } &\necho c\n", "1=0/1 3=0/0", Right, false, ""},

		{"a signal", "trap 'echo a' TERM\nkill $$\necho b\n", "1=0 2=0", Right, false, ""},
		{"a signal kills", "kill $$\necho b\n", "", Right, false, ""},
		{"a signal kills a subshell", "( kill $$; echo a )\necho b\n", "2=1", Unjudged, false, "it sends signals"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := prepare(&Case{Line: 1, Text: tt.text}, source.Bash, false)
			if err != nil {
				t.Fatal(err)
			}
			got := judge(s, written(tt.seen), source.Bash, Extraction)
			if got.verdict != tt.want || got.only != tt.only || !strings.Contains(got.why, tt.why) {
				t.Errorf("got %s %v %q, want %s %v %q", got.verdict, got.only, got.why, tt.want, tt.only, tt.why)
			}
		})
	}
}

// written reads events; probes count from 1 there.
func written(text string) (events []event) {
	for _, w := range strings.Fields(text) {
		w, process, _ := strings.Cut(w, "/")
		probe, status, _ := strings.Cut(w, "=")
		events = append(events, event{int(probe[0]-'0') - 1, status, process})
	}
	return events
}
