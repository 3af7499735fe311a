package shellkit

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/rules"
)

var (
	pairHead = regexp.MustCompile(`(?m)^-- ([a-z-]+\.[a-z]+) --\n`)
	wanted   = regexp.MustCompile(`# want((?: "LK\d+")+)$`)
)

// The pairs about the check itself: the unsafe script gives what it wants, the safe
// one nothing, with every rule on.
func TestPairsAboutTheCheck(t *testing.T) {
	data, err := os.ReadFile("rules/testdata/pairs/9-check.txt")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	heads := pairHead.FindAllStringSubmatchIndex(text, -1)
	if len(heads) < 20 {
		t.Errorf("%d pairs", len(heads))
	}
	for i, at := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		name, pair := text[at[2]:at[3]], text[at[1]:end]
		t.Run(name, func(t *testing.T) {
			bad, good := side(pair, "- ", "+ "), side(pair, "+ ", "- ")
			if want := wants(bad); !strings.Contains(want, "LK9") || withAllRules(t, name, bad) != want {
				t.Errorf("the unsafe one gives %q, want %q", withAllRules(t, name, bad), want)
			}
			if got := withAllRules(t, name, good); got != "" {
				t.Errorf("the safe one gives %q", got)
			}
		})
	}
}

// side is the script that has the lines marked with mark and not those with other.
func side(pair, mark, other string) string {
	var out strings.Builder
	for _, line := range strings.SplitAfter(pair, "\n") {
		if !strings.HasPrefix(line, other) {
			out.WriteString(strings.TrimPrefix(line, mark))
		}
	}
	return out.String()
}

// wants lists what a script expects, as said does.
func wants(script string) string {
	var out []string
	for i, line := range strings.Split(script, "\n") {
		if m := wanted.FindStringSubmatch(line); m != nil {
			for _, code := range strings.Fields(m[1]) {
				out = append(out, strconv.Itoa(i+1)+":"+strings.Trim(code, `"`))
			}
		}
	}
	return strings.Join(out, " ")
}

// withAllRules checks a script with every rule, those that are off as well.
func withAllRules(t *testing.T, name, text string) string {
	t.Helper()
	var codes []string
	for _, r := range rules.All() {
		codes = append(codes, r.Code)
	}
	set := DefaultSettings()
	if err := set.Apply(Setting{"include", strings.Join(codes, ",")}); err != nil {
		t.Fatal(err)
	}
	all := newGathering(nil)
	all.add(examine(load(t, name, text), &set))
	found, _ := all.conclude(nil)
	return said(found)
}
