package shellkit

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// sample is a script that lint and prove are both asked about.
type sample struct {
	name, text string
	dialect    source.Dialect
}

// samples are all scripts on the rules' pages, and the pairs.
func samples(t *testing.T) []sample {
	t.Helper()
	var out []sample
	for _, r := range rules.All() {
		for _, e := range r.Examples() {
			out = append(out, sample{fmt.Sprintf("%s/%s:%d", r.Code, e.Section, e.Line), e.Text, e.Dialect})
		}
	}
	files, err := filepath.Glob("rules/testdata/pairs/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no pairs", err)
	}
	head := regexp.MustCompile(`(?m)^-- ([a-z0-9-]+)\.([a-z0-9]+) --\n`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		heads := head.FindAllStringSubmatchIndex(text, -1)
		for i, at := range heads {
			end := len(text)
			if i+1 < len(heads) {
				end = heads[i+1][0]
			}
			d, ok := source.ParseDialect(text[at[4]:at[5]])
			if !ok {
				t.Fatalf("%s: no dialect %q", file, text[at[4]:at[5]])
			}
			name, pair := text[at[2]:at[3]], text[at[1]:end]
			out = append(out, sample{name + "/bad", side(pair, "- ", "+ "), d}, sample{name + "/good", side(pair, "+ ", "- "), d})
		}
	}
	return out
}

// blind counts the findings of rules with a promise that prove does not see broken; the
// rules say why. It may only shrink.
var blind = map[string]int{"LK106": 5}

// hold compares what lint and prove say of one script, and returns at how many places.
func hold(t *testing.T, name string, script *Script, bounds prove.Options, unseen map[string]int) (places int) {
	t.Helper()
	proved := map[diag.Promise]bool{}
	for _, b := range prove.Explore([]*protocol.Protocol{script.Protocol}, bounds).Violations {
		proved[promiseOf(&b)] = true
	}
	linted := map[diag.Promise][]string{}
	set := DefaultSettings()
	set.traces, set.bounds, set.Confirm = true, bounds, ConfirmInFull
	v := examine(script, &set)
	for _, f := range v.found {
		r := rules.ByName(f.Rule.Code)
		if len(r.Breaks) == 0 {
			continue
		}
		if f.Level > diag.Warning {
			continue
		}
		if f.Broken == nil && r.Unseen != "" {
			unseen[r.Code]++
			continue
		}
		if f.Broken == nil {
			t.Errorf("%s: %s at level %s is not confirmed", name, r, f.Level)
		}
		for _, at := range f.Broken {
			if !slices.Contains(r.Breaks, rules.Property(at.Property)) && !slices.Contains(r.Breaks, rules.Any) {
				t.Errorf("%s: %s breaks %s", name, r, at.Property)
			}
			linted[at] = append(linted[at], f.Rule.Code)
		}
	}
	for at := range proved {
		places++
		if linted[at] == nil {
			t.Errorf("%s: prove alone: %v", name, at)
		}
	}
	for at, codes := range linted {
		if !proved[at] {
			places++
			slices.Sort(codes)
			t.Errorf("%s: lint alone: %v %v", name, at, codes)
		}
	}
	return places
}

// TestLintSaysWhatProveSays holds the two together: an error or a warning of a rule that
// has a promise stands exactly where prove finds that promise of that lock broken.
func TestLintSaysWhatProveSays(t *testing.T) {
	bounds := prove.Options{MaxStates: 3_000} // the same for both
	places, unseen := 0, map[string]int{}
	for _, s := range samples(t) {
		script := s.load(t)
		if script == nil {
			continue
		}
		places += hold(t, s.name, script, bounds, unseen)
	}
	t.Logf("%d places compared; not seen by prove: %v", places, unseen)
	for code, n := range unseen {
		if n > blind[code] {
			t.Errorf("%s: %d findings that prove does not see; %d are known", code, n, blind[code])
		}
	}
	if places < 250 {
		t.Error("there were more")
	}
}

// TestLintSaysWhatProveSaysOf asks the same of the scripts that $LOCKKIT_SCRIPTS lists.
func TestLintSaysWhatProveSaysOf(t *testing.T) {
	list, err := os.ReadFile(os.Getenv("LOCKKIT_SCRIPTS"))
	if err != nil {
		t.Skip("LOCKKIT_SCRIPTS names no list of scripts")
	}
	bounds := prove.Options{MaxStates: 20_000, MaxSteps: 500_000}
	places, scripts, unseen := 0, 0, map[string]int{}
	for _, name := range strings.Fields(string(list)) {
		f, err := source.Read(name)
		if err != nil {
			continue
		}
		script, err := Load(f, source.Other, source.Read)
		if err != nil || !script.Protocol.HasLocks() {
			continue
		}
		scripts++
		places += hold(t, name, script, bounds, unseen)
	}
	t.Logf("%d places of %d scripts compared; not seen by prove: %v", places, scripts, unseen)
}

// load reads a sample, nil where it does not parse. What is silenced in it is true all
// the same, so it is said.
func (s *sample) load(t *testing.T) *Script {
	t.Helper()
	f, err := source.New("script", []byte(strings.ReplaceAll(s.text, "# lockkit disable", "#")))
	if err != nil {
		t.Fatal(err)
	}
	script, err := Load(f, s.dialect, nil)
	if err != nil {
		return nil
	}
	return script
}

// TestBudget holds what is said within a small budget against what is said in full:
// what is missing is said to be not confirmed for want of budget, and nothing else is
// said, but that a broken promise may have another word.
func TestBudget(t *testing.T) {
	bounds := prove.Options{MaxStates: 3_000}
	small := bounds
	small.Budget = 500
	short := 0
	for _, s := range samples(t) {
		script := s.load(t)
		if script == nil {
			continue
		}
		full, tight := DefaultSettings(), DefaultSettings()
		full.bounds, full.Confirm = bounds, ConfirmInFull
		tight.bounds = small
		known := map[diag.Promise]bool{}
		level := map[string]diag.Level{}
		at := func(f *diag.Finding) string {
			text, _, _ := strings.Cut(f.Message, " (not confirmed: ")
			return fmt.Sprint(f.Rule.Code, f.Span, text)
		}
		whole := examine(script, &full)
		for i := range whole.found {
			f := &whole.found[i]
			level[at(f)] = f.Level
			for _, p := range f.Broken {
				known[p] = true
			}
		}
		part := examine(script, &tight)
		if steps := part.explored().Steps; steps > 2*small.Budget {
			t.Errorf("%s: %d steps", s.name, steps)
		}
		for i := range part.found {
			f := &part.found[i]
			for _, p := range f.Broken {
				if !known[p] {
					t.Errorf("%s: only within the budget: %v", s.name, p)
				}
			}
			was, ok := level[at(f)]
			switch {
			case !ok && f.Rule.Code != "LK600":
				t.Errorf("%s: only within the budget: %s", s.name, f.Message)
			case ok && was != f.Level && !strings.Contains(f.Message, "(not confirmed: "+prove.OverBudget+")"):
				t.Errorf("%s: %s instead of %s: %s", s.name, f.Level, was, f.Message)
			case ok && was != f.Level:
				short++
			}
		}
	}
	if short == 0 {
		t.Error("the budget was enough for all")
	}
	t.Logf("%d findings were left over", short)
}
