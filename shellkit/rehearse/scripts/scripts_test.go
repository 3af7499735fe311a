package scripts

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// checked is how many seeds the tests of this package look at.
const checked = 1000

// TestSame makes scripts in two orders: a seed knows nothing of the others.
func TestSame(t *testing.T) {
	first := make([]string, 300)
	for seed := range first {
		s := Make(uint64(seed))
		first[seed] = fmt.Sprint(s)
	}
	for seed := len(first) - 1; seed >= 0; seed-- {
		if again := fmt.Sprint(Make(uint64(seed))); again != first[seed] {
			t.Fatalf("seed %d gives another script the second time:\n%s\n%s", seed, first[seed], again)
		}
	}
}

// TestParse has every shell read the scripts that are made for it.
func TestParse(t *testing.T) {
	var wait sync.WaitGroup
	room := make(chan bool, runtime.NumCPU())
	for n := range uint64(600) {
		seed := n
		if n >= 300 {
			seed = Tales + n
		}
		wait.Add(1)
		room <- true
		go func() {
			defer func() { <-room; wait.Done() }()
			s := Make(seed)
			parse(t, &s, s.Text)
			for _, text := range s.Files {
				parse(t, &s, text)
			}
		}()
	}
	wait.Wait()
}

func parse(t *testing.T, s *Script, text string) {
	argv := append(Interpreter(s.Shell), "-n")
	if _, err := exec.LookPath(argv[0]); err != nil {
		t.Errorf("%s is missing", argv[0])
		return
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.CombinedOutput()
	if s.Shell == source.Zsh { // its status with -n is that of ! before a command that did not run
		err = nil
	}
	if err != nil || len(out) > 0 && s.Shell != source.Ksh { // which has advice to give
		t.Errorf("%s does not parse: %s%v\n%s", s, out, err, text)
	}
}

// TestCoverage holds the table: everything that scripts are made of comes in its share.
func TestCoverage(t *testing.T) {
	if checked%len(deck()) != 0 {
		t.Errorf("a deck has %d cards", len(deck()))
	}
	counts, wrong, right, unsure := table()
	for _, kind := range []struct {
		name string
		list []string
	}{{"operation", Operations()}, {"code", Codes()}, {"shell", Shells()}} {
		for _, what := range kind.list {
			n := counts[kind.name+" "+what]
			t.Logf("%-10s %-20s %d", kind.name, what, n)
			if n < 20 {
				t.Errorf("%s %s is in %d of %d scripts", kind.name, what, n, checked)
			}
		}
	}
	t.Logf("wrong %d, right %d, not known %d", wrong, right, unsure)
	if wrong < checked*4/10 || wrong > checked*6/10 {
		t.Errorf("%d of %d scripts are wrong", wrong, checked)
	}
	if unsure > checked/4 {
		t.Errorf("of %d of %d scripts nothing is known", unsure, checked)
	}
}

func table() (counts map[string]int, wrong, right, unsure int) {
	counts = map[string]int{}
	for seed := range uint64(checked) {
		s := Make(seed)
		for _, op := range s.Ops {
			counts["operation "+op]++
		}
		for _, code := range s.Codes {
			counts["code "+code]++
		}
		counts["shell "+string(s.Shell)]++
		switch {
		case len(s.Broken) > 0:
			wrong++
		case s.Known:
			right++
		default:
			unsure++
		}
	}
	return counts, wrong, right, unsure
}

// TestTales holds the same of the tales: each kind and each shell comes in its share, and
// about half of what is told is wrong.
func TestTales(t *testing.T) {
	if n := len(taleDeck()); checked%n != 0 {
		t.Errorf("a deck has %d cards", n)
	}
	counts := map[string]int{}
	wrong, unsure := 0, 0
	for seed := Tales; seed < Tales+checked; seed++ {
		s := Make(seed)
		counts["kind "+s.Kind]++
		counts["shell "+string(s.Shell)]++
		switch {
		case len(s.Broken) > 0:
			wrong++
		case !s.Known:
			unsure++
		}
	}
	for _, kind := range []struct {
		name string
		list []string
	}{{"kind", taleKinds()}, {"shell", Shells()}} {
		for _, what := range kind.list {
			n := counts[kind.name+" "+what]
			t.Logf("%-10s %-24s %d", kind.name, what, n)
			if n < 20 {
				t.Errorf("%s %s is in %d of %d tales", kind.name, what, n, checked)
			}
		}
	}
	t.Logf("wrong %d, not known %d", wrong, unsure)
	if wrong < checked*35/100 || wrong > checked*65/100 || unsure > checked/4 {
		t.Errorf("of %d tales %d are wrong, and of %d nothing is known", checked, wrong, unsure)
	}
}

// TestNames holds that what things are called does not give the answer away: among the
// right scripts and among the wrong ones about half have a name that says lock.
func TestNames(t *testing.T) {
	says := map[bool][2]int{}
	for seed := range uint64(checked) {
		p := draw(seed)
		n := says[len(p.answer().Broken) > 0]
		n[1]++
		if strings.Contains(strings.ToLower(p.words.variable+p.words.take), "lock") {
			n[0]++
		}
		says[len(p.answer().Broken) > 0] = n
	}
	for wrong, n := range says {
		if n[0]*100 < n[1]*35 || n[0]*100 > n[1]*65 {
			t.Errorf("wrong %v: %d of %d names say lock", wrong, n[0], n[1])
		}
	}
}

// TestWrite writes the scripts into a folder, for people to look at.
func TestWrite(t *testing.T) {
	dir := os.Getenv("LOCKKIT_GENERATED")
	if dir == "" {
		t.Skip("LOCKKIT_GENERATED names no folder")
	}
	for seed := range uint64(checked) {
		s := Make(seed)
		note := fmt.Sprintf("# %s; %s; broken %v; known %v; %s\n", &s, strings.Join(s.Parts, " "), s.Broken, s.Known, s.Why)
		at := filepath.Join(dir, fmt.Sprint(seed))
		if err := os.MkdirAll(at, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(at, s.Name), []byte(s.Text+note), 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range s.Files {
			if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestKinds holds that each recipe has a name of its own, and shells.
func TestKinds(t *testing.T) {
	names := Kinds()
	slices.Sort(names)
	if len(slices.Compact(names)) != len(Kinds()) {
		t.Error("two recipes have one name")
	}
	for _, d := range everyShell {
		if known, ok := source.ParseDialect(string(d)); !ok || known != d {
			t.Errorf("%s is no dialect", d)
		}
	}
}
