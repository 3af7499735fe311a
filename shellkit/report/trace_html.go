package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// tracePage is the whole page but for what it tells, which stands between its
// script tags called "proof" as JSON.
//
//go:embed trace.html
var tracePage string

// pageProof is what the page reads. Of the schedules one is shown at a time.
type pageProof struct {
	Title     string
	Verdict   string
	Answer    string
	Bounds    string
	Notes     []string
	Results   []jsonAnswer
	Doubts    []pagePlace
	Scripts   []pageScript
	Schedules []pageSchedule
}

// pageSchedule is a violation.
type pageSchedule struct {
	Property  string
	Lock      string
	Promise   string
	Replay    string
	Processes []pageProcess
	Start     prove.Table
	Steps     []pageStep
}

type pageScript struct {
	Name  string
	Lines []string
}

type pageProcess struct {
	Letter string
	Script int
	Parent string
}

// pagePlace is a place in a script, by its index, and what is said of it. To is 0 where the
// place goes on to the end of the line.
type pagePlace struct {
	File           int
	Line, From, To int
	Text           string
}

// pageStep is a row; with Forks its outcome decides how its process goes on. Because are the conditions that have led its process from its last row
// to this one, with the answers that they gave: nothing of them is in the world. File is the index of the script that Line is in, -1 when it
// stands nowhere.
type pageStep struct {
	Process            int
	File               int
	Line, From, To     int
	Op, Effect, Signal string
	Inside             []int
	Forks              bool
	Because            []pagePlace
	Table              prove.Table
}

// writeProofHTML writes one page that needs nothing else: it steps through the
// schedule beside the script and draws what the kernel has.
func writeProofHTML(w io.Writer, p *Proof) error {
	page := pageProof{
		Title: strings.Join(p.Names, " "), Verdict: string(p.Result.Verdict), Answer: p.verdict(), Bounds: p.bounds(), Results: p.answers(),
		Notes: append([]string{}, p.Result.Notes...), Doubts: []pagePlace{}, Scripts: []pageScript{}, Schedules: []pageSchedule{},
	}
	index := map[string]int{}
	script := func(name string) int {
		f := p.Files[name]
		if f == nil {
			return -1
		}
		name = f.Name // a text is shown with its host
		if i, ok := index[name]; ok {
			return i
		}
		s := pageScript{Name: name}
		for i := range f.Lines() {
			s.Lines = append(s.Lines, strings.ToValidUTF8(f.Line(i+1), "\ufffd"))
		}
		index[name] = len(page.Scripts)
		page.Scripts = append(page.Scripts, s)
		return index[name]
	}
	for _, name := range p.Names {
		script(name)
	}
	for _, d := range p.Result.Doubts {
		page.Notes = append(page.Notes, "not understood: "+p.place(d.Span)+d.Why)
		if d.Span.Start.Known() {
			page.Doubts = append(page.Doubts, placeOf(d.Span, script, d.Why))
		}
	}
	for i := range p.Result.Violations {
		schedule := p.schedule(&p.Result.Violations[i], script)
		if i > 0 {
			schedule.Replay = "not run"
		}
		page.Schedules = append(page.Schedules, schedule)
	}
	data, err := json.Marshal(page)
	if err != nil {
		return err
	}
	before, after, _ := strings.Cut(tracePage, "{PROOF}")
	for _, part := range []string{before, string(data), after} {
		if _, err := io.WriteString(w, part); err != nil {
			return err
		}
	}
	return nil
}

func (p *Proof) schedule(v *prove.Violation, script func(string) int) pageSchedule {
	page := pageSchedule{
		Property: string(v.Property), Lock: v.Lock, Promise: p.broken(v), Replay: p.Replay, Start: v.Start,
		Steps: []pageStep{}, Processes: []pageProcess{},
	}
	parents := make([]int, len(v.Scripts)+1)
	because := make([][]pagePlace, len(v.Scripts)+1)
	for _, ev := range v.Events {
		parents[ev.Process] = ev.Parent
		if ev.Hidden {
			if ev.Forks && ev.Span.Start.Known() {
				because[ev.Process] = append(because[ev.Process], placeOf(ev.Span, script, fmt.Sprint(ev.OK)))
			}
			if last := len(page.Steps) - 1; last >= 0 {
				page.Steps[last].Table = ev.Table
			} else {
				page.Start = ev.Table
			}
			continue
		}
		step := pageStep{
			Process: ev.Process, File: -1, Op: ev.Op, Effect: ev.Effect, Signal: ev.Signal,
			Inside: ev.Inside, Table: ev.Table, Forks: ev.Forks, Because: because[ev.Process],
		}
		because[ev.Process] = nil
		if ev.Span.Start.Known() {
			at := placeOf(ev.Span, script, "")
			step.File, step.Line, step.From, step.To = at.File, at.Line, at.From, at.To
		}
		page.Steps = append(page.Steps, step)
	}
	for i, s := range v.Scripts {
		process := pageProcess{Letter: prove.Letter(i + 1), Script: script(p.Names[min(s, len(p.Names)-1)])}
		if parent := parents[i+1]; parent != 0 {
			process.Parent = prove.Letter(parent)
		}
		page.Processes = append(page.Processes, process)
	}
	return page
}

func placeOf(at source.Span, script func(string) int, text string) pagePlace {
	place := pagePlace{File: script(at.File), Line: at.Start.Line, From: at.Start.Column, Text: text}
	if at.End.Line == at.Start.Line {
		place.To = at.End.Column
	}
	return place
}
