package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Rehearsal is what was seen when a script was run against itself.
type Rehearsal struct {
	Name      string
	File      *source.File
	Seen      []Seen
	Alone     *Seen // what a run does that nobody is in the way of; nil where none was seen through
	Schedules int
	Runs      int
	Seed      uint64
	Unjudged  []string // schedules that show nothing, and why
	Locks     []string
	Unreached string   // what no run has come to, and what may lead there
	StoodIn   []string // commands that stand-ins did
	Missing   []string // programs that were taken to exist
	Lacking   []string // tools that are not here, and that nothing stands in for
	Notes     []string
	Inclusion *Inclusion // nil where it was not asked for
	Colour    bool       // text only
	Width     int        // text only: of the terminal in cells; 0 where lines may be of any length
}

// Seen is a promise that was seen broken, or a run as it happened.
type Seen struct {
	Schedule string
	Why      string
	Trace    *diag.Trace
	Tables   []prove.Table // what the kernel had after each step; for html alone, where it was asked
}

// RehearsalFormat writes a rehearsal. An error is one of w.
type RehearsalFormat func(w io.Writer, r *Rehearsal) error

// RehearsalFormats are the formats of rehearse by their names.
var RehearsalFormats = map[string]RehearsalFormat{
	"text": writeRehearsal,
	"json": writeRehearsalJSON,
	"html": writeRehearsalHTML,
}

// Answer is what a rehearsal shows, in a word or two.
func (r *Rehearsal) Answer() string {
	switch {
	case len(r.Seen) > 0:
		return "seen broken"
	case len(r.Locks) == 0:
		return "nobody ever took a lock"
	}
	return "nothing seen"
}

func (r *Rehearsal) bounds() string {
	return fmt.Sprintf("%d schedules of %d runs, seed %d; stand-ins did the work", r.Schedules, r.Runs, r.Seed)
}

// writeRehearsal is for people.
func writeRehearsal(w io.Writer, r *Rehearsal) error {
	var b strings.Builder
	paint := painter(r.Colour)
	mark := green
	if len(r.Seen) > 0 {
		mark = red
	} else if len(r.Locks) == 0 {
		mark = yellow
	}
	name, answer := Harmless(r.Name)+":", r.Answer()
	behind := ""
	if len(r.Seen) == 0 && len(r.Locks) > 0 {
		behind = fmt.Sprintf("in %d schedules, which is evidence and no proof", r.Schedules)
	}
	hanging(&b, paint.paint(bold, name)+" "+paint.paint(mark, answer), cells(name)+1+cells(answer), behind, r.Width)
	for _, s := range r.Seen {
		b.WriteByte('\n')
		plainly(&b, string(s.Trace.Property)+" of "+Harmless(s.Trace.Lock)+":", fmt.Sprintf("%s (schedule %s)", Harmless(s.Why), Harmless(s.Schedule)), r.Width)
		b.WriteString("\n" + Trace(s.Trace, map[string]*source.File{r.Name: r.File}, r.Colour, r.Width))
	}
	r.facts(func(head, text string) { plainly(&b, head+":", Harmless(text), r.Width) })
	plainly(&b, "bounds:", r.bounds(), r.Width)
	_, err := io.WriteString(w, b.String())
	return err
}

// facts hands over what belongs to an answer.
func (r *Rehearsal) facts(say func(head, text string)) {
	if len(r.Locks) > 0 {
		say("locks", strings.Join(r.Locks, ", "))
	}
	if r.Unreached != "" {
		say("not reached", r.Unreached)
	}
	if len(r.StoodIn) > 0 {
		say("done by stand-ins", strings.Join(r.StoodIn, ", "))
	}
	if len(r.Missing) > 0 {
		say("not here, taken to exist", strings.Join(r.Missing, ", "))
	}
	for _, tool := range r.Lacking {
		say(tool+" is not here", "nothing stands in for it, so what the script does with it is not seen")
	}
	for _, u := range r.Unjudged {
		say("shows nothing", u)
	}
	for _, n := range r.Notes {
		say("note", n)
	}
	r.Inclusion.facts(say)
}

// jsonRehearsal is the shape of an answer of rehearse.
type jsonRehearsal struct {
	File      string     `json:"file"`
	Answer    string     `json:"answer"`
	Runs      int        `json:"runs"`
	Schedules int        `json:"schedules"`
	Seed      uint64     `json:"seed"`
	Seen      []jsonSeen `json:"seen"`
	Locks     []string   `json:"locks"`
	Unreached string     `json:"unreached"`
	StandIns  []string   `json:"standIns"`
	Missing   []string   `json:"missing"`
	Lacking   []string   `json:"lacking"`
	Unjudged  []string   `json:"unjudged"`
	Notes     []string   `json:"notes"`

	Inclusion *jsonInclusion `json:"inclusion,omitempty"`
}

type jsonSeen struct {
	Property string          `json:"property"`
	Lock     string          `json:"lock"`
	Schedule string          `json:"schedule"`
	Why      string          `json:"why"`
	Trace    []jsonTraceStep `json:"trace"`
}

func writeRehearsalJSON(w io.Writer, r *Rehearsal) error {
	list := func(l []string) []string { return append([]string{}, l...) }
	doc := jsonRehearsal{
		File: r.Name, Answer: r.Answer(), Runs: r.Runs, Schedules: r.Schedules, Seed: r.Seed, Seen: []jsonSeen{},
		Locks: list(r.Locks), Unreached: r.Unreached, StandIns: list(r.StoodIn), Missing: list(r.Missing), Lacking: list(r.Lacking), Unjudged: list(r.Unjudged), Notes: list(r.Notes),
		Inclusion: r.Inclusion.json(),
	}
	for i := range r.Seen {
		doc.Seen = append(doc.Seen, seenJSON(&r.Seen[i], r.Name))
	}
	return writeHarmlessJSON(w, doc)
}

func seenJSON(s *Seen, name string) jsonSeen {
	seen := jsonSeen{s.Trace.Property, s.Trace.Lock, s.Schedule, s.Why, []jsonTraceStep{}}
	for i, step := range s.Trace.Steps {
		seen.Trace = append(seen.Trace, jsonTraceStep{
			Step: i + 1, Process: step.Process, File: name, Line: step.Span.Start.Line, Column: step.Span.Start.Column, Op: step.Op, Effect: step.Effect})
		if at := step.Span; at.Start.Known() {
			seen.Trace[i].File = at.File
		}
	}
	return seen
}

// writeRehearsalHTML writes the page of a proof, with what has happened in it.
func writeRehearsalHTML(w io.Writer, r *Rehearsal) error {
	page := pageProof{
		Title: r.Name, Verdict: "holds", Answer: r.Answer(), Bounds: r.bounds(), Notes: []string{},
		Results: []jsonAnswer{}, Scripts: []pageScript{}, Schedules: []pageSchedule{},
	}
	if len(r.Seen) > 0 {
		page.Verdict = string(prove.Violated)
	} else if len(r.Locks) == 0 {
		page.Verdict = string(prove.Nothing)
	}
	r.facts(func(head, text string) { page.Notes = append(page.Notes, head+": "+text) })
	script := pageScript{Name: r.Name}
	for i := range r.File.Lines() {
		script.Lines = append(script.Lines, strings.ToValidUTF8(r.File.Line(i+1), "\ufffd"))
	}
	page.Scripts = append(page.Scripts, script)
	for i := range r.Seen {
		page.Schedules = append(page.Schedules, r.pageOf(&r.Seen[i], r.Seen[i].Why))
	}
	if r.Alone != nil && len(r.Alone.Trace.Steps) > 0 {
		page.Schedules = append(page.Schedules, r.pageOf(r.Alone, "a run alone, as it happened"))
	}
	data, err := json.Marshal(page)
	if err != nil {
		return err
	}
	before, after, _ := strings.Cut(tracePage, "{PROOF}")
	_, err = io.WriteString(w, before+string(data)+after)
	return err
}

// pageOf draws a schedule that was played: its steps, and what the kernel had.
func (r *Rehearsal) pageOf(s *Seen, promise string) pageSchedule {
	empty := prove.Table{Names: []prove.NameRow{}, Inodes: []prove.InodeRow{}, Files: []prove.FileRow{}, FDs: []prove.FDRow{}}
	schedule := pageSchedule{
		Property: s.Trace.Property, Lock: s.Trace.Lock, Promise: promise, Replay: "not run", Start: empty,
		Steps: []pageStep{}, Processes: []pageProcess{},
	}
	for i := range s.Trace.Processes {
		schedule.Processes = append(schedule.Processes, pageProcess{Letter: prove.Letter(i + 1)})
	}
	for i, step := range s.Trace.Steps {
		row := pageStep{Process: step.Process, File: -1, Op: step.Op, Effect: step.Effect, Inside: step.Inside, Table: empty}
		if at := step.Span; at.Start.Known() && at.File == r.File.Name {
			row.File, row.Line, row.From = 0, at.Start.Line, at.Start.Column
		}
		if i < len(s.Tables) {
			row.Table = r.onLocks(&s.Tables[i])
		}
		schedule.Steps = append(schedule.Steps, row)
	}
	return schedule
}

// onLocks is a table without what is about no lock.
func (r *Rehearsal) onLocks(t *prove.Table) prove.Table {
	out := prove.Table{Names: []prove.NameRow{}, Inodes: []prove.InodeRow{}, Files: []prove.FileRow{}, FDs: []prove.FDRow{}}
	shown, files := map[int]bool{}, map[int]bool{}
	for _, n := range t.Inodes {
		shown[n.Inode] = n.Lock != "" || n.Deleted
	}
	for _, n := range t.Names {
		if slices.Contains(r.Locks, n.Path) {
			out.Names = append(out.Names, n)
			shown[n.Inode] = true
		}
	}
	for _, n := range t.Inodes {
		if shown[n.Inode] {
			out.Inodes = append(out.Inodes, n)
		}
	}
	for _, f := range t.Files {
		if shown[f.Inode] {
			out.Files = append(out.Files, f)
			files[f.File] = true
		}
	}
	for _, f := range t.FDs {
		if files[f.File] {
			out.FDs = append(out.FDs, f)
		}
	}
	return out
}
