package report

import (
	"io"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A schedule is a code flow: one thread flow for each process, the steps of all
// of them numbered through.
type (
	sarifCodeFlow struct {
		Message sarifText         `json:"message"`
		Threads []sarifThreadFlow `json:"threadFlows"`
	}
	sarifThreadFlow struct {
		ID        string            `json:"id"`
		Message   sarifText         `json:"message"`
		Locations []sarifThreadStep `json:"locations"`
	}
	sarifThreadStep struct {
		Location sarifLocation `json:"location"`
		Order    int           `json:"executionOrder"`
	}
)

// sarifFlow is the code flow of a trace. A step that stands nowhere in a script
// is shown where its process stood before.
func (f *Findings) sarifFlow(t *diag.Trace) []sarifCodeFlow {
	if t == nil || len(t.Steps) == 0 {
		return nil
	}
	flow := sarifCodeFlow{Message: sarifText{t.Property + " of " + t.Lock}}
	for p := 1; p <= t.Processes; p++ {
		thread := sarifThreadFlow{ID: prove.Letter(p)}
		var at source.Span
		for i, s := range t.Steps {
			if s.Process != p {
				continue
			}
			if s.Span.Start.Known() {
				at = s.Span
			} else if at.File == "" {
				at.File = s.Script
			}
			thread.Message.Text = "process " + prove.Letter(p) + " of " + s.Script
			text := s.Op
			if s.Effect != "" {
				text += ": " + s.Effect
			}
			thread.Locations = append(thread.Locations, sarifThreadStep{
				Location: sarifLocation{Physical: f.sarifPhysical(at), Message: &sarifText{text}}, Order: i + 1,
			})
		}
		if len(thread.Locations) > 0 {
			flow.Threads = append(flow.Threads, thread)
		}
	}
	return []sarifCodeFlow{flow}
}

// proofRules are the properties as rules of SARIF, in the order of prove.Properties.
func proofRules() []*diag.Rule {
	var out []*diag.Rule
	for _, p := range prove.Properties {
		level := diag.Error
		if p == prove.Stale || p == prove.Leak {
			level = diag.Warning
		}
		out = append(out, &diag.Rule{Code: "prove-" + string(p), Slug: string(p), Title: prove.Broken(p), Level: level})
	}
	return out
}

// sarifProof is what the properties of a run say of the answer: SARIF has no place of
// its own for "holds" or for "there is nothing to prove".
type sarifProof struct {
	Verdict  string        `json:"verdict"`
	Bounds   string        `json:"bounds"`
	Replay   string        `json:"replay"`
	Results  []jsonAnswer  `json:"results"`
	Unknowns []jsonUnknown `json:"unknowns"`
	Notes    []string      `json:"notes"`
}

// writeProofSARIF writes every violation as a result that stands where its last
// step does.
func writeProofSARIF(w io.Writer, p *Proof) error {
	f := p.findings()
	rules := proofRules()
	for at, v := range p.Result.Violations {
		for i, prop := range prove.Properties {
			if prop != v.Property {
				continue
			}
			finding := diag.Finding{
				Rule: rules[i], Level: rules[i].Level, Trace: v.Trace,
				Message: v.Lock + p.among(&v) + ": " + prove.Broken(v.Property) + " (" + p.bounds() + ")",
			}
			if at == 0 && p.Replay != "not run" {
				finding.Message += "; replayed on the very script: " + p.Replay
			}
			for _, s := range v.Trace.Steps {
				if s.Span.Start.Known() {
					finding.Span = s.Span
				}
			}
			f.List = append(f.List, finding)
		}
	}
	f.Code = p.Code
	run := f.sarifRun()
	run.Properties = &sarifProof{
		Verdict: string(p.Result.Verdict), Bounds: p.bounds(), Replay: p.Replay,
		Results: p.answers(), Unknowns: p.unknowns(), Notes: append([]string{}, p.Result.Notes...),
	}
	return encodeSARIF(w, run)
}
