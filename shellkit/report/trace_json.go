package report

import (
	"io"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
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
	Results   []jsonAnswer    `json:"results"`
	Also      []jsonViolation `json:"also"` // what else is violated, each with its schedule
	Notes     []string        `json:"notes"`
	Trace     []jsonTraceStep `json:"trace"`
	Unknowns  []jsonUnknown   `json:"unknowns"`
	Replay    string          `json:"replay"`
	ReplayWhy string          `json:"replayWhy"` // what was seen, or why not; "" where nothing was replayed
	Seen      *jsonSeen       `json:"seen"`      // the same promise broken under another schedule, or null
}

type jsonViolation struct {
	Property string          `json:"property"`
	Lock     string          `json:"lock"`
	Scripts  []string        `json:"scripts"`
	Trace    []jsonTraceStep `json:"trace"`
}

// jsonTraceStep is a step; File is the script that the process runs, or the file that
// it has sourced, in which Line is.
type jsonTraceStep struct {
	Step    int    `json:"step"`
	Process int    `json:"process"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Op      string `json:"op"`
	Effect  string `json:"effect"`
}

type jsonUnknown struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Why    string `json:"why"`
}

// writeProofJSON writes the contract's object. Property and lock are "" unless
// something is violated; line and column are 0 where a step stands nowhere.
func writeProofJSON(w io.Writer, p *Proof) error {
	doc := jsonProof{
		File: strings.Join(p.Names, " "), Verdict: string(p.Result.Verdict), Processes: p.Result.Processes,
		Bounds: p.bounds(), States: p.Result.States, Results: p.answers(), Trace: []jsonTraceStep{}, Unknowns: p.unknowns(),
		Also: []jsonViolation{}, Notes: append([]string{}, p.Result.Notes...), Replay: replayWord(p.Replay),
	}
	_, doc.ReplayWhy, _ = strings.Cut(p.Replay, ": ")
	if p.Seen != nil {
		seen := seenJSON(p.Seen, strings.Join(p.Names, " "))
		doc.Seen = &seen
	}
	for i := range p.Result.Violations {
		v := &p.Result.Violations[i]
		if i == 0 {
			doc.Property, doc.Lock, doc.Processes = string(v.Property), v.Lock, v.Trace.Processes
			doc.Trace = p.jsonTrace(v.Trace)
			continue
		}
		doc.Also = append(doc.Also, jsonViolation{string(v.Property), v.Lock, p.takePart(v), p.jsonTrace(v.Trace)})
	}
	return writeHarmlessJSON(w, doc)
}

func (p *Proof) unknowns() []jsonUnknown {
	out := []jsonUnknown{}
	for _, d := range p.Result.Doubts {
		out = append(out, jsonUnknown{d.Span.File, d.Span.Start.Line, p.findings().column(d.Span.File, d.Span.Start), d.Why})
	}
	return out
}

func (p *Proof) jsonTrace(t *diag.Trace) []jsonTraceStep {
	out := []jsonTraceStep{}
	for i, s := range t.Steps {
		file := s.Script
		if s.Span.Start.Known() {
			file = s.Span.File
		}
		out = append(out, jsonTraceStep{
			i + 1, s.Process, file, s.Span.Start.Line, p.findings().column(s.Span.File, s.Span.Start), s.Op, s.Effect,
		})
	}
	return out
}

// replayWord is the answer of a replay without its reason.
func replayWord(replay string) string {
	word, _, _ := strings.Cut(replay, ":")
	word, _, _ = strings.Cut(word, " (")
	return word
}

// findings lets the proof use what findings know of places.
func (p *Proof) findings() *Findings { return &Findings{Files: p.Files, Version: p.Version} }
