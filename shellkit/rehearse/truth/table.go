package truth

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/extract/oracle"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// The rows that come from rehearsals.
const (
	SeenBroken  Row = "holds, yet seen broken"
	SeenMoved   Row = "nothing to prove, yet a lock moved"
	Strayed     Row = "runs outside their protocol"
	ByAnother   Row = "violated, and not by the trace that is shown"
	NotForced   Row = "violated, and not to be forced"
	Forced      Row = "violated, forced"
	GotOut      Row = "changed outside of its rehearsal"
	SeenWrongly Row = "seen broken, yet known to be kept"
	NotSeen     Row = "known to be broken, and not seen"
	NotRun      Row = "not rehearsed"
)

// judged holds a verdict and what is known against what was seen. Nothing is said where
// the script was not rehearsed.
func judged(o *Said, seen *Seen) []Difference {
	var out []Difference
	differ := func(r Row, format string, args ...any) {
		out = append(out, Difference{r, fmt.Sprintf(format, args...)})
	}
	if seen.Cannot != "" {
		differ(NotRun, "%s", seen.Cannot)
		return out
	}
	for i := range seen.Breaches {
		b := &seen.Breaches[i]
		if b.Promise == prove.Stale && strings.HasPrefix(b.Schedule, "killed") && o.Script.Lasts() {
			continue // what is there stays there after kill -9: that is no broken promise
		}
		if o.Verdict == prove.Holds || o.Verdict == prove.Violated && !o.Sees(b.Promise) {
			differ(SeenBroken, "%s by %s: %s", b.Promise, b.Schedule, b.Why)
		}
		if o.Script.Keeps(b.Promise) {
			differ(SeenWrongly, "%s by %s: %s", b.Promise, b.Schedule, b.Why)
		}
	}
	if open := !o.Script.Lock && !o.Script.None; o.Verdict == prove.Nothing && len(seen.Locks) > 0 && !open {
		differ(SeenMoved, "%s", strings.Join(seen.Locks, ", "))
	}
	for _, stray := range seen.Outside {
		differ(Strayed, "%s by %s: %s", stray.Kind, stray.Schedule, stray.Why)
	}
	for _, what := range seen.GotOut {
		differ(GotOut, "%s", what)
	}
	for _, n := range o.Needs {
		b, left := seen.Breaks(n.Promise), strings.Join(seen.Left, "; ")
		if b == nil {
			differ(NotForced, "%s: %s", n.Promise, left)
			continue
		}
		differ(Forced, "%s", n.Promise)
		if b.Schedule != byItsTrace && left != "" {
			differ(ByAnother, "%s: %s", n.Promise, left)
		}
	}
	for _, f := range o.Script.Broken {
		if o.Sees(f.Promise) && seen.Breaks(f.Promise) == nil {
			differ(NotSeen, "%s: %s", f.Promise, f.Why)
		}
	}
	return out
}

// Table is what a run has found.
type Table struct {
	Scripts   int
	Rehearsed int
	Retold    int // known scripts in other words
	Followed  int // runs that were held against their protocol
	Unclear   int // of those, the ones that need what was not understood
	Verdicts  map[prove.Verdict]int
	Planted   *Planted                    // nil where nothing was planted
	Values    *oracle.Score               // nil where the shells were not asked for values
	Places    map[Row]map[string][]uint64 // row → recipe and what → seeds
	seeds     map[Row]map[uint64]bool
}

func newTable() *Table {
	return &Table{Verdicts: map[prove.Verdict]int{}, Places: map[Row]map[string][]uint64{}, seeds: map[Row]map[uint64]bool{}}
}

// add takes one script in.
func (t *Table) add(o *Said, seen *Seen) {
	if o.Script.Retold != "" {
		t.Retold++
	} else {
		t.Scripts++
		t.Verdicts[o.Verdict]++
	}
	found := Compare(o)
	if seen != nil {
		if seen.Cannot == "" {
			t.Rehearsed++
		}
		t.Followed += seen.Followed
		t.Unclear += seen.Unclear
		found = append(found, judged(o, seen)...)
	}
	for _, d := range found {
		if t.Places[d.Row] == nil {
			t.Places[d.Row], t.seeds[d.Row] = map[string][]uint64{}, map[uint64]bool{}
		}
		at := o.Script.Kind + ": " + d.What
		t.Places[d.Row][at] = append(t.Places[d.Row][at], o.Script.Seed)
		t.seeds[d.Row][o.Script.Seed] = true
	}
}

// Count is the number of scripts in a row.
func (t *Table) Count(r Row) int { return len(t.seeds[r]) }

// failing are the rows in which nothing may stand. Those about what is known from the
// parts and the judge itself are among them: a script with a known answer that is judged
// otherwise is a fault of somebody.
var failing = []Row{SeenBroken, SeenMoved, Strayed, NotForced, ByAnother, Disagree, FalseHolds, FalseNothing, FalseLock, FalseViolated, Missed, SeenWrongly, NotSeen, Flipped, Unsteady, GotOut}

// Failed tells whether a script stands where none may.
func (t *Table) Failed() bool {
	return t.Planted != nil && t.Planted.NotFound() > 0 || t.Values != nil && len(t.Values.Wrong) > 0 || slices.ContainsFunc(failing, func(r Row) bool { return t.Count(r) > 0 })
}

// Write prints the table, and below it each place of a row in which nothing may stand.
func (t *Table) Write(w io.Writer) {
	not := func(r Row) { fmt.Fprintf(w, "    %-44s not measured\n", r) }
	line := func(r Row) { fmt.Fprintf(w, "    %-44s %d\n", r, t.Count(r)) }
	forced := line // what only rehearsals tell
	if t.Rehearsed == 0 {
		forced = not
	}
	fmt.Fprintf(w, "%d generated scripts, %d of them rehearsed; judges: the parts that a script is made of, and rehearsals of it\n\n", t.Scripts, t.Rehearsed)
	forced(SeenBroken)
	forced(SeenMoved)
	forced(NotForced)
	forced(ByAnother)
	forced(Strayed)
	forced(GotOut)
	line(Disagree)
	line(Unsteady)
	if p := t.Planted; p == nil || p.Reached == 0 {
		not("planted faults not found")
	} else {
		fmt.Fprintf(w, "    %-44s %d of %d\n", "planted faults not found", p.NotFound(), p.Reached)
	}
	if v := t.Values; v == nil {
		not("values that are not the shell's")
	} else {
		fmt.Fprintf(w, "    %-44s %d of %d\n", "values that are not the shell's", len(v.Wrong), v.Scripts)
	}
	fmt.Fprintf(w, "    %-44s %.1f %%\n", Unknown, 100*float64(t.Count(Unknown))/float64(max(1, t.Scripts)))
	forced(Forced)
	if t.Followed > 0 {
		fmt.Fprintf(w, "\n%d runs were held against their protocols; %d of them need what was not understood\n", t.Followed, t.Unclear)
	}
	fmt.Fprintf(w, "\nby what is known from the parts\n\n")
	for _, r := range []Row{FalseHolds, FalseNothing, FalseLock, FalseViolated, Missed, Unbacked} {
		line(r)
	}
	fmt.Fprintf(w, "\nabout the rehearsal, by scripts with known answers\n\n")
	forced(SeenWrongly)
	forced(NotSeen)
	line(NotRun)
	if t.Retold > 0 {
		fmt.Fprintf(w, "\nby %d scripts with known verdicts, as they are and in other words that mean the same\n\n", t.Retold)
		line(Flipped)
		line(Lost)
	}
	t.Planted.write(w)
	for _, r := range append(slices.Clone(failing), Unknown, Unbacked, Lost, NotRun) {
		if len(t.Places[r]) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", r)
		for _, at := range slices.Sorted(maps.Keys(t.Places[r])) {
			seeds := t.Places[r][at]
			slices.Sort(seeds)
			fmt.Fprintf(w, "    %s  [%d: %s]\n", at, len(seeds), firstFew(seeds))
		}
	}
	if t.Values != nil && len(t.Values.Wrong) > 0 {
		fmt.Fprintf(w, "\nvalues that are not the shell's\n    %s\n", strings.Join(t.Values.Wrong, "\n    "))
	}
}

func firstFew(seeds []uint64) string {
	var words []string
	for _, s := range seeds[:min(len(seeds), 6)] {
		words = append(words, fmt.Sprint(s))
	}
	if len(seeds) > len(words) {
		words = append(words, "…")
	}
	return strings.Join(words, " ")
}
