package truth

import (
	"fmt"
	"hash/fnv"
	"os"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse/reworded"
	"github.com/lockkit/lockkit/shellkit/source"
	"github.com/lockkit/lockkit/shellkit/verdicts"
)

// TestNamesAreHints holds that known scripts have their verdict also where their files, or
// their functions and variables, have names that say nothing: a name may tell for what a file
// is meant that nothing else tells of, and decides nothing where something does. Where it is
// the name alone that tells stands in testdata/neutral.txt: that list may only shrink.
// LOCKKIT_ALL_EXAMPLES=1 asks all of them, not every sixth.
func TestNamesAreHints(t *testing.T) {
	rows, err := verdicts.Rows()
	if err != nil {
		t.Fatal(err)
	}
	every := uint32(6)
	if os.Getenv("LOCKKIT_ALL_EXAMPLES") != "" {
		every = 1
	}
	var differ []string
	asked := 0
	for _, r := range rows {
		sum := fnv.New32a()
		sum.Write([]byte(r.Text))
		if sum.Sum32()%every != 0 { // a row is asked or not, whatever rows come beside it
			continue
		}
		for _, rename := range []func(source.Dialect, string) (string, bool){reworded.Neutral, reworded.NeutralWords} {
			text, ok := rename(r.Shell, r.Text)
			if !ok {
				continue
			}
			asked++
			if was, is := said(t, r.Shell, r.Text), said(t, r.Shell, text); was != is {
				differ = append(differ, fmt.Sprintf("%s %s: %s, then %s: %s", r.Kind, r.Shell, was, is, head(text)))
			}
		}
	}
	if asked < 50 {
		t.Fatalf("%d scripts were renamed: too few to say anything", asked)
	}
	onlyOpen(t, "testdata/neutral.txt", differ)
}

// said is the verdict of one script.
func said(t *testing.T, d source.Dialect, text string) prove.Verdict {
	t.Helper()
	f, err := source.New("job.sh", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := shellkit.Load(f, d, nil)
	if err != nil {
		return "" // what is no script is none under another name either
	}
	return prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{}).Verdict
}

// head is how a text begins, on one line.
func head(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return text[:min(len(text), 70)]
}
