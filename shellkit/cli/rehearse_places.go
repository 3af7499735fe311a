package cli

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/rehearse/inclusion"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A watcher keeps what the schedules of a rehearsal have shown, so that steps can be told
// with their lines.
type watcher struct {
	protocol *protocol.Protocol // of the script; nil where it was not read
	logs     map[string][]rehearse.Deed
}

func (w *watcher) watch(schedule string, log []rehearse.Deed) {
	if w.logs == nil {
		w.logs = map[string][]rehearse.Deed{}
	}
	w.logs[schedule] = log
}

// seen hands over a breach, with the script's line at each step that has one.
func (w *watcher) seen(b *rehearse.Breach, name string) *report.Seen {
	seen := w.told(b.Schedule, b.Steps, name)
	seen.Why, seen.Trace.Property, seen.Trace.Lock = b.Why, string(b.Kind), b.Lock
	return seen
}

// told hands over the steps of a schedule.
func (w *watcher) told(schedule string, steps []rehearse.Step, name string) *report.Seen {
	var places []source.Span
	if w.protocol != nil {
		places = inclusion.Places(w.protocol, w.logs[schedule])
	}
	seen := &report.Seen{Schedule: schedule, Trace: &diag.Trace{}}
	t := seen.Trace
	for _, s := range steps {
		step := diag.Step{Process: int(s.Process[0]-'A') + 1, Script: name, Op: s.Op, Effect: s.Effect, Inside: s.Inside}
		if s.Deed < len(places) {
			step.Span = places[s.Deed]
			step.Span.End = step.Span.Start // one command may make several steps: each is told by itself
		}
		t.Processes = max(t.Processes, step.Process)
		t.Steps = append(t.Steps, step)
		if s.Table != nil {
			seen.Tables = append(seen.Tables, *s.Table)
		}
	}
	return seen
}
