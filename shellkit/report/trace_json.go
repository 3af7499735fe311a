package report

import (
	"io"
	"strings"
)

// jsonProof is the contract's shape of an answer of prove.
type jsonProof struct {
	File      string          `json:"file"`
	Verdict   string          `json:"verdict"`
	Property  string          `json:"property"`
	Lock      string          `json:"lock"`
	Processes int             `json:"processes"`
	Bounds    string          `json:"bounds"`
	States    int             `json:"states"`
	Trace     []jsonTraceStep `json:"trace"`
	Unknowns  []jsonUnknown   `json:"unknowns"`
	Replay    string          `json:"replay"`
}

type jsonTraceStep struct {
	Step    int    `json:"step"`
	Process int    `json:"process"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Op      string `json:"op"`
	Effect  string `json:"effect"`
}

type jsonUnknown struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Why    string `json:"why"`
}

// writeProofJSON writes the contract's object. Property and lock are "" unless
// something is violated; line and column are 0 where a step stands nowhere.
func writeProofJSON(w io.Writer, p *Proof) error {
	doc := jsonProof{
		File: strings.Join(p.Names, " "), Verdict: string(p.Result.Verdict), Processes: p.Result.Processes,
		Bounds: p.bounds(), States: p.Result.States, Trace: []jsonTraceStep{}, Unknowns: []jsonUnknown{},
		Replay: replayWord(p.Replay),
	}
	if v := p.first(); v != nil {
		doc.Property, doc.Lock, doc.Processes = string(v.Property), v.Lock, v.Trace.Processes
		for i, s := range v.Trace.Steps {
			doc.Trace = append(doc.Trace, jsonTraceStep{
				i + 1, s.Process, s.Span.Start.Line, p.findings().column(s.Span.File, s.Span.Start), s.Op, s.Effect,
			})
		}
	}
	for _, d := range p.Result.Doubts {
		doc.Unknowns = append(doc.Unknowns, jsonUnknown{d.Span.Start.Line, p.findings().column(d.Span.File, d.Span.Start), d.Why})
	}
	return writeHarmlessJSON(w, doc)
}

// replayWord is the answer of a replay without its reason.
func replayWord(replay string) string {
	word, _, _ := strings.Cut(replay, ":")
	return word
}

// findings lets the proof use what findings know of places.
func (p *Proof) findings() *Findings { return &Findings{Files: p.Files, Version: p.Version} }
