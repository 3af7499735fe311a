package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Walk is a way through the world that somebody else steers: it offers what can
// happen next and tells what happened. It is how the model is held against real
// shells, and how a schedule can be told from its choices alone.
type Walk struct {
	t    *tracer
	told int
}

// NewWalk begins a walk with one run of the script per entry of crew, in the
// world where no lock file is left. Every step is taken on its own.
func NewWalk(scripts []*protocol.Protocol, crew []int, strict bool) *Walk {
	m := newModel(scripts, crew, Options{Strict: strict, Unreduced: true}.withDefaults())
	w := &Walk{t: &tracer{m: m, lock: none}}
	w.t.begin(m.starts()[0])
	return w
}

// Choices lists what can happen next. It is empty when every run has ended or
// waits.
func (w *Walk) Choices() []Choice {
	var out []Choice
	v := &mover{m: w.t.m, again: true, yield: func(c Choice, s *State, _ effects, _ []row) {
		if !s.full {
			out = append(out, c)
		}
	}}
	v.successors(&w.t.raw)
	return slices.Clip(out)
}

// Process is the number under which events know who makes a choice, 0 before it
// has appeared.
func (w *Walk) Process(c Choice) int { return w.t.shown[c.Proc] }

// Waiting lists the processes, by their numbers in the events, that wait for a
// lock or a child; they are not in Choices.
func (w *Walk) Waiting() []int {
	var out []int
	for i := range w.t.raw.proc {
		p := &w.t.raw.proc[i]
		if p.life == alive && p.pc < atWork && w.t.shown[i] != 0 && w.t.m.possible(&w.t.raw, i) == 0 {
			out = append(out, w.t.shown[i])
		}
	}
	return out
}

// Take makes a choice and returns what happened. The choice must be one of
// Choices.
func (w *Walk) Take(c Choice) []Event {
	before := w.t.raw
	next, rows := w.t.m.step(&w.t.raw, c, true)
	w.t.tell(before, rows)
	w.t.raw = next
	events := w.t.events[w.told:]
	w.told = len(w.t.events)
	return events
}

// Start is what the kernel has before the first choice.
func (w *Walk) Start() Table { return w.t.m.table(&w.t.start, w.t) }
