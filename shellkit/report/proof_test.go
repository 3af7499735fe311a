package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

const (
	locksNothing = "n0 open creat path=p0 fd=9 @1:1-1:2\nn1 flock nb fd=9 @1:1-1:2\nn2 work program \"x\" @1:1-1:2\nn3 end"
	locksWell    = "n0 open creat path=p0 fd=9 @1:1-1:2\nn1 flock nb fd=9 -> n2 ? n3 @1:1-1:2\nn2 work program \"x\" @1:1-1:2\nn3 end"
)

// proofOf explores protocols, each of a script of its own.
func proofOf(t *testing.T, texts ...string) *Proof {
	t.Helper()
	p := &Proof{Files: map[string]*source.File{}, Replay: "not run"}
	var list []*protocol.Protocol
	for i, text := range texts {
		name := fmt.Sprintf("%c.sh", 'a'+i)
		q, err := protocol.Parse("protocol \"" + name + "\" bash\n" + text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := source.New(name, []byte("x y z\n"))
		if err != nil {
			t.Fatal(err)
		}
		p.Names, p.Files[name], list = append(p.Names, name), f, append(list, q)
	}
	p.Result = prove.Explore(list, prove.Options{})
	return p
}

func lock(text string) string { return "path p0 \"/a\" inode\n" + text }

// Every format has the same facts, whatever the verdict.
func TestProofFormatsAgree(t *testing.T) {
	for name, p := range map[string]*Proof{
		"holds":    proofOf(t, lock(locksWell)),
		"violated": proofOf(t, lock(locksNothing), lock(locksWell)),
		"unknown":  proofOf(t, lock(locksWell)+"\nunknown \"odd\" @1:1-1:2"),
		"nothing":  proofOf(t, "n0 work \"x\"\nn1 end"),
	} {
		t.Run(name, func(t *testing.T) {
			if string(p.Result.Verdict) != name {
				t.Fatalf("the verdict is %s", p.Result.Verdict)
			}
			facts := []string{p.bounds()}
			for _, a := range p.Result.Answers {
				facts = append(facts, string(a.Property), a.Lock)
			}
			for _, v := range p.Result.Violations {
				facts = append(facts, prove.Broken(v.Property))
			}
			for _, d := range p.Result.Doubts {
				facts = append(facts, d.Why)
			}
			for format, write := range ProofFormats {
				var b bytes.Buffer
				if err := write(&b, p); err != nil {
					t.Fatal(err)
				}
				for _, fact := range facts {
					if !strings.Contains(b.String(), fact) {
						t.Errorf("%s does not say %q", format, fact)
					}
				}
				for _, script := range p.Names {
					if len(p.Result.Answers) > 0 && !strings.Contains(b.String(), script) {
						t.Errorf("%s does not name %s", format, script)
					}
				}
			}
		})
	}
}

func TestProofSARIFSchema(t *testing.T) {
	for _, p := range []*Proof{proofOf(t, lock(locksNothing), lock(locksNothing)), proofOf(t, "n0 work \"x\"\nn1 end")} {
		var b bytes.Buffer
		if err := writeProofSARIF(&b, p); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(b.Bytes()) {
			t.Fatalf("no json: %s", b.String())
		}
		log, err := sarif.FromString(b.String())
		if err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		run.Language, run.Tool.Driver.Language = "en-US", "en-US"
		run.NewlineSequences = []string{"\r\n", "\n"}
		for _, r := range run.Results {
			for _, thread := range r.CodeFlows[0].ThreadFlows {
				for _, at := range thread.Locations {
					at.Importance = "important" // the default, which the library leaves empty
				}
			}
		}
		if err := log.Validate(); err != nil {
			t.Error(err)
		}
		if len(run.Results) != len(p.Result.Violations) {
			t.Errorf("%d results of %d violations", len(run.Results), len(p.Result.Violations))
		}
	}
}

// That a promise was seen broken under another schedule is never said to be the one that
// was proved, and that schedule is drawn.
func TestSeenUnderAnother(t *testing.T) {
	p := proofOf(t, lock(locksNothing))
	p.Replay = "seen broken under another schedule (random-2): A and B work; not as above: at step 1 A waits"
	p.Seen = &Seen{Schedule: "random-2", Why: "A and B work", Trace: &diag.Trace{Property: "exclusion", Lock: "/a", Processes: 2,
		Steps: []diag.Step{{Process: 2, Op: "an odd deed", Effect: "ok"}}}}
	var text, doc strings.Builder
	if err := errors.Join(writeProof(&text, p), writeProofJSON(&doc, p)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"replayed on the very script: seen broken under another schedule (random-2): A and B work; not as above: at step 1", "an odd deed"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
	var got struct {
		Replay, ReplayWhy string
		Seen              *struct {
			Schedule string
			Trace    []struct{ Op string }
		}
	}
	if err := json.Unmarshal([]byte(doc.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got.Replay != "seen broken under another schedule" || !strings.HasPrefix(got.ReplayWhy, "A and B work") || got.Seen == nil || got.Seen.Trace[0].Op != "an odd deed" {
		t.Errorf("%+v", got)
	}
}
