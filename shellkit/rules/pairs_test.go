package rules

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// pair is two scripts that are one detail apart.
type pair struct {
	name      string
	dialect   source.Dialect
	bad, good string
}

var pairHead = regexp.MustCompile(`^-- ([a-z0-9-]+)\.([a-z0-9]+) --$`)

// readPairs reads a file of pairs: after a head, a line that begins with "- "
// stands in the unsafe script, one with "+ " in the safe one, others in both.
func readPairs(t *testing.T, file string) []pair {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []pair
	for _, line := range strings.SplitAfter(string(data), "\n") {
		if m := pairHead.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			d, ok := source.ParseDialect(m[2])
			if !ok {
				t.Fatalf("%s: %s is no dialect", file, m[2])
			}
			out = append(out, pair{name: m[1], dialect: d})
			continue
		}
		if len(out) == 0 {
			continue
		}
		p := &out[len(out)-1]
		switch rest, bad := strings.CutPrefix(line, "- "); {
		case bad:
			p.bad += rest
		case strings.HasPrefix(line, "+ "):
			p.good += line[2:]
		default:
			p.bad += line
			p.good += line
		}
	}
	return out
}

// The unsafe script of each pair gives exactly what it wants; the safe one,
// which is one detail apart, gives nothing.
func TestPairs(t *testing.T) {
	files, err := filepath.Glob("testdata/pairs/[1-7]-*.txt") // those about the check are asked where it is made
	if err != nil || len(files) != 7 {
		t.Fatalf("%d files of pairs, %v", len(files), err)
	}
	for _, file := range files {
		pairs := readPairs(t, file)
		if len(pairs) < 20 {
			t.Errorf("%s: %d pairs", file, len(pairs))
		}
		group := "LK" + filepath.Base(file)[:1]
		seen := map[string]bool{}
		for _, p := range pairs {
			t.Run(filepath.Base(file)+"/"+p.name, func(t *testing.T) {
				if seen[p.name] {
					t.Error("a second pair of that name")
				}
				seen[p.name] = true
				if p.bad == p.good || !strings.Contains(p.bad, `"`+group) {
					t.Errorf("the unsafe script wants no rule of group %s, or does not differ", group)
				}
				compare(t, p.bad, p.dialect, wants(p.bad))
				if t.Failed() {
					return
				}
				compare(t, p.good, p.dialect, notUnderstoodIn(p.good))
			})
		}
	}
}

// notUnderstoodIn are the wants of a sound script: nothing is wrong with it, but not
// everything in it needs to be understood.
func notUnderstoodIn(text string) map[int][]string {
	want := wants(text)
	for line, codes := range want {
		want[line] = slices.DeleteFunc(codes, func(code string) bool { return code != "LK902" })
	}
	return want
}
