package prove

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// judged lists the answers that are not "holds", and how many are.
func judged(r Result) string {
	var out []string
	holds := 0
	for _, a := range r.Answers {
		if a.Verdict == Holds {
			holds++
		} else {
			out = append(out, fmt.Sprintf("%s of %s %s", a.Property, a.Lock, a.Verdict))
		}
	}
	return fmt.Sprintf("%s; %d hold", strings.Join(out, ", "), holds)
}

// Each lock has answers of its own: that one is broken hides nothing of another.
func TestEveryLockIsJudged(t *testing.T) {
	one := []Property{Exclusion, Stale, Leak, Deadlock}
	both := "n0 open creat path=p0 fd=8\nn1 flock nb fd=8\nn2 open creat path=p1 fd=9\nn3 flock nb fd=9\nn4 work program \"x\"\nn5 end"
	checked := strings.Replace(both, "n3 flock nb fd=9", "n3 flock nb fd=9 -> n4 ? n5", 1)
	opaque := strings.Replace(both, "n4 work program \"x\"", "n4 opaque \"odd\"", 1)
	for _, c := range []struct{ name, text, want string }{
		{"both unchecked", both, "exclusion of /a violated, exclusion of /b violated; 6 hold"},
		{"the second checked", checked, "exclusion of /a violated; 7 hold"},
		{"not understood behind them", opaque, "exclusion of /a violated, stale of /a unknown, leak of /a unknown, deadlock of /a unknown, " +
			"exclusion of /b violated, stale of /b unknown, leak of /b unknown, deadlock of /b unknown; 0 hold"},
	} {
		r := Explore([]*protocol.Protocol{parse(t, c.text)}, Options{Properties: one})
		if got := judged(r); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestAnswersNameTheirLines(t *testing.T) {
	r := Explore([]*protocol.Protocol{parse(t, "n0 open creat path=p0 fd=8 @3:1-3:9\nn1 flock nb fd=8 -> n2 ? n3 @4:1-4:9\nn2 work program \"x\" @5:1-5:2\nn3 end")}, Options{})
	if len(r.Answers) == 0 || fmt.Sprint(r.Answers[0].At[0].Start.Line, r.Answers[0].At[1].Start.Line, len(r.Answers[0].At)) != "3 4 2" {
		t.Errorf("%+v", r.Answers)
	}
}

// Of several scripts each is explored alone first.
func TestSeveralScripts(t *testing.T) {
	sound := "n0 open creat path=p0 fd=8\nn1 flock nb fd=8 -> n2 ? n3\nn2 work program \"x\"\nn3 end"
	unchecked := "n0 open creat path=p1 fd=8\nn1 flock nb fd=8\nn2 work program \"x\"\nn3 end"
	ab := "n0 open creat path=p0 fd=8\nn1 open creat path=p1 fd=9\nn2 flock fd=8\nn3 flock fd=9\nn4 work program \"x\"\nn5 end"
	ba := strings.NewReplacer("n2 flock fd=8", "n2 flock fd=9", "n3 flock fd=9", "n3 flock fd=8").Replace(ab)
	remover := "n0 open creat path=p0 fd=8\nn1 flock fd=8\nn2 work program \"x\"\nn3 remove path=p0 \"rm\"\nn4 work program \"y\"\nn5 end"
	for _, c := range []struct {
		name  string
		texts []string
		runs  int
		want  string
	}{
		{"of two the second is broken", []string{sound, unchecked}, 3, "exclusion[1 1]"},
		{"broken by both together", []string{ab, ba}, 2, "deadlock[0 1] deadlock[0 1]"},
		{"one is broken, and something else together", []string{remover, ab, ba}, 3, "exclusion[0 0] deadlock[1 2] deadlock[1 2]"},
		{"one run of each is what -n 1 can mean", []string{ab, ba}, 1, "deadlock[0 1] deadlock[0 1]"},
	} {
		var scripts []*protocol.Protocol
		for _, text := range c.texts {
			scripts = append(scripts, parse(t, text))
		}
		var got []string
		for _, v := range Explore(scripts, Options{Processes: c.runs, Properties: []Property{Exclusion, Deadlock}}).Violations {
			got = append(got, fmt.Sprint(v.Property, slices.Sorted(slices.Values(v.Scripts))))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

func TestMixes(t *testing.T) {
	all := func(n int) *mixer {
		x := &mixer{runs: 3}
		for range n {
			x.meets = append(x.meets, []bool{true, true, true}[:n])
		}
		return x
	}
	two, three := all(2), all(3)
	apart := all(3)
	apart.meets = [][]bool{{true, true, false}, {true, true, false}, {false, false, true}}
	for _, c := range []struct {
		x    *mixer
		want string
	}{
		{two, "[[0 0 1] [0 1 1]]"},
		{three, "[[0 1 2] [0 0 1] [0 0 2] [0 1 1] [0 2 2] [1 1 2] [1 2 2]]"},
		{apart, "[[0 0 1] [0 1 1]]"},
	} {
		c.x.add(0)
		if got := fmt.Sprint(c.x.sorted()); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
