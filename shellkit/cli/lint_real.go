package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/rules"
)

// confirmReal is the value of --confirm by which scripts are rehearsed. It is no setting:
// a configuration file cannot switch it on.
const confirmReal = "real"

// realSchedules is how many random schedules follow the fixed ones.
const realSchedules = 4

// rehearseFindings rehearses each script of which a promise is said to be broken, and
// writes to its findings what was seen.
func rehearseFindings(ctx context.Context, result *shellkit.Result) {
	wanted := map[string][]prove.Property{} // by file
	for i := range result.Findings {
		f := &result.Findings[i]
		wanted[f.Span.File] = append(wanted[f.Span.File], promised(f)...)
	}
	for name, properties := range wanted {
		if len(properties) == 0 {
			continue
		}
		report, why := rehearsedOnce(ctx, result, name, properties)
		for i := range result.Findings {
			if f := &result.Findings[i]; f.Span.File == name && len(promised(f)) > 0 {
				f.Real = whatWasSeen(f, report, why)
			}
		}
	}
}

// promised are the promises that a finding says are broken: those that prove finds
// broken, else those of its rule.
func promised(f *diag.Finding) []prove.Property {
	var list []prove.Property
	for _, p := range f.Broken {
		list = append(list, prove.Property(p.Property))
	}
	if len(list) > 0 {
		return list
	}
	for _, p := range rules.ByName(f.Rule.Code).Breaks {
		if p == rules.Any {
			return prove.Properties
		}
		list = append(list, prove.Property(p))
	}
	return list
}

// rehearsedOnce runs a script against itself until all that is wanted was seen, or says why
// not.
func rehearsedOnce(ctx context.Context, result *shellkit.Result, name string, wanted []prove.Property) (*rehearse.Report, string) {
	file := result.Files[name]
	if name == "-" || file == nil {
		return nil, "a script from standard input has no file"
	}
	if kind := hosts.Sniff(name, file.Data, true); kind != nil {
		return nil, "what stands in a " + kind.Name + " is no script of its own that could be run"
	}
	opt := rehearse.Options{Kill: true, Signals: true, Schedules: realSchedules, Seed: 1}
	opt.Choose = func(_ string, seen *rehearse.Report) bool {
		return slices.ContainsFunc(wanted, func(p prove.Property) bool { return seenBroken(seen, p) == nil })
	}
	report, err := rehearse.Run(ctx, rehearsedScript(file), opt)
	switch {
	case errors.Is(err, rehearse.ErrCannot):
		return nil, err.Error()
	case err != nil:
		return nil, "the rehearsal was cut off: " + err.Error()
	}
	return report, ""
}

func seenBroken(r *rehearse.Report, p prove.Property) *rehearse.Breach {
	for i := range r.Breaches {
		if r.Breaches[i].Kind == p {
			return &r.Breaches[i]
		}
	}
	return nil
}

// whatWasSeen says in a sentence what a rehearsal has shown of a finding.
func whatWasSeen(f *diag.Finding, r *rehearse.Report, why string) string {
	if r == nil {
		return "not run: " + why
	}
	for _, p := range promised(f) {
		if b := seenBroken(r, p); b != nil {
			return fmt.Sprintf("seen: %s of %s (schedule %s): %s", b.Kind, b.Lock, b.Schedule, b.Why)
		}
	}
	return fmt.Sprintf("not seen in %d schedules", r.Schedules)
}
