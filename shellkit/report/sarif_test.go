package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/lockkit/lockkit/shellkit/source"
)

// The document is valid by the schema of SARIF 2.1.0, and what the reference
// library reads in it is what was found.
func TestSARIFSchema(t *testing.T) {
	for name, f := range map[string]*Findings{"example": example(t), "nothing": {}, "faults": {Code: 2, Faults: []Fault{{source.Span{File: "gone.sh"}, "gone.sh: no such file"}}}} {
		t.Run(name, func(t *testing.T) {
			text := write(t, "sarif", f)
			dec := json.NewDecoder(strings.NewReader(text))
			dec.DisallowUnknownFields()
			if err := dec.Decode(new(sarif.Report)); err != nil {
				t.Fatal(err)
			}
			log, err := sarif.FromString(text)
			if err != nil {
				t.Fatal(err)
			}
			// The library writes these although they are optional, and empty
			// ones are not valid: it gets the defaults of the schema.
			run := log.Runs[0]
			run.Language, run.Tool.Driver.Language = "en-US", "en-US"
			run.NewlineSequences = []string{"\r\n", "\n"}
			if err := log.Validate(); err != nil {
				t.Error(err)
			}
			results := run.Results
			if len(results) != len(f.List) {
				t.Fatalf("%d results for %d findings", len(results), len(f.List))
			}
			for i, result := range results {
				rule := run.Tool.Driver.Rules[result.RuleIndex]
				if want := f.List[i].Rule; *rule.ID != want.Code || *result.RuleID != want.Code {
					t.Errorf("result %d: rule %s at its index, code %s, want %s", i, *rule.ID, *result.RuleID, want.Code)
				}
			}
		})
	}
}
