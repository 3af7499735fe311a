package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/source"
)

// replayed forces a violation on the very scripts, and returns what is said of that; seen
// is the same promise broken under another schedule, or nil. The error is that of an
// interrupt.
func replayed(ctx context.Context, scripts []*shellkit.Script, protocols []*protocol.Protocol, v *prove.Violation) (said string, seen *report.Seen, err error) {
	var cast []rehearse.Script
	for _, s := range scripts {
		if s.File.Name == "-" {
			return "not run: a script from standard input has no file", nil, nil
		}
		if s.Text != nil {
			return "not run: what stands in a " + s.Kind() + " is no script of its own that could be run", nil, nil
		}
		cast = append(cast, rehearsedScript(s.File))
	}
	w := watcher{protocol: protocols[0]}
	forced, err := rehearse.Force(ctx, cast, protocols, v, rehearse.Options{Seed: 1, Watch: w.watch})
	switch {
	case errors.Is(err, context.Canceled):
		return "", nil, err
	case errors.Is(err, rehearse.ErrCannot):
		return "not run: " + err.Error(), nil, nil
	case err != nil:
		return "not run: the rehearsal was cut off: " + err.Error(), nil, nil
	case forced.Confirmed:
		return "confirmed: " + forced.Why, nil, nil
	case forced.Other != nil:
		said = fmt.Sprintf("seen broken under another schedule (%s): %s; not as above: %s", forced.Other.Schedule, forced.Other.Why, forced.Why)
		return said, w.seen(forced.Other, scripts[0].File.Name), nil
	}
	said = "not confirmed: " + forced.Why
	if forced.Schedules > 0 {
		said += fmt.Sprintf("; not seen in %d other schedules either", forced.Schedules)
	}
	return said, nil, nil
}

// rehearsedScript says how a script is rehearsed: where it lies, and by its own shell.
func rehearsedScript(f *source.File) rehearse.Script {
	s := rehearse.Script{Path: f.Name}
	if dir, err := filepath.Abs(filepath.Dir(f.Name)); err == nil {
		s.Dir = dir
	}
	if _, says := source.Shebang(f.Data); !says {
		s.Shell = string(source.DialectOf(f))
		if s.Shell == string(source.Bats) {
			s.Shell = string(source.Bash)
		}
	}
	return s
}
