package truth

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Said is what lockkit says of one script.
type Said struct {
	Script   scripts.Script
	Protocol *protocol.Protocol
	Beside   *protocol.Protocol // of the script that takes a part in what shows a violation; nil: none does
	Verdict  prove.Verdict
	Proved   []diag.Promise // that prove sees broken
	Linted   []diag.Promise // that errors and warnings of lint say are broken
	Unbacked []string       // errors and warnings about a promise that prove does not see broken
	Codes    []string       // all that lint says
	Doubts   []string
	Needs    []Need // what shows the promises that prove sees broken
	Unsteady string // the first line that was said otherwise when they were asked once more; empty: none was

	words strings.Builder // all that they say, as text
}

// Need is a promise that prove sees broken, and the first few violations that break it.
type Need struct {
	Promise prove.Property
	found   []*prove.Violation
}

// String says what is needed, whatever the schedules are.
func (n Need) String() string { return string(n.Promise) }

// Place writes a script and what it sources into a folder, and returns its path.
func Place(s *scripts.Script, folder string) (string, error) {
	path := filepath.Join(folder, s.Name)
	if err := os.WriteFile(path, []byte(s.Text), 0o700); err != nil {
		return "", err
	}
	for name, text := range s.Files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	if s.Beside != "" {
		return path, os.WriteFile(besideOf(path), []byte(s.Beside), 0o700)
	}
	return path, nil
}

// besideOf is where the script lies that takes a lock of another one.
func besideOf(path string) string { return path + "-beside" }

// Ask has lint and prove look at a script, in a folder that is used for it, and once more:
// who asks again hears the same.
func Ask(s scripts.Script, folder string) (*Said, error) {
	path, err := Place(&s, folder)
	if err != nil {
		return nil, err
	}
	out := &Said{Script: s}
	dialect, err := out.ask(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", &s, err)
	}
	if dialect != s.Shell && !(s.Shell == source.Dash && dialect == source.Sh) {
		return nil, fmt.Errorf("%s is read as %s", &s, dialect)
	}
	again := &Said{Script: s}
	if _, err := again.ask(path); err != nil {
		return nil, fmt.Errorf("%s, asked again: %w", &s, err)
	}
	out.Unsteady = otherwise(out.words.String(), again.words.String())
	return out, nil
}

// otherwise returns the first line in which two texts differ, as both have it.
func otherwise(one, two string) string {
	a, b := strings.Split(one, "\n"), strings.Split(two, "\n")
	for i := range max(len(a), len(b)) {
		switch {
		case i == len(a):
			return fmt.Sprintf("nothing, then %q", b[i])
		case i == len(b):
			return fmt.Sprintf("%q, then nothing", a[i])
		case a[i] != b[i]:
			return fmt.Sprintf("%q, then %q", a[i], b[i])
		}
	}
	return ""
}

// note writes down what prove says.
func (o *Said) note(r *prove.Result) {
	fmt.Fprintf(&o.words, "%s\n%s, %d states\n", o.Protocol, r.Verdict, r.States)
	for i := range r.Violations {
		v := &r.Violations[i]
		fmt.Fprintf(&o.words, "%s of %s: %s\n", v.Property, v.Lock, v.Trace.Sentence())
	}
	for _, d := range r.Doubts {
		fmt.Fprintf(&o.words, "%v: %s\n", d.Span, d.Why)
	}
	fmt.Fprintln(&o.words, strings.Join(r.Notes, "\n"))
}

// ask has them look at the script in a file, and returns the dialect that it is read in.
func (o *Said) ask(path string) (source.Dialect, error) {
	f, err := source.Read(path)
	if err != nil {
		return source.Other, err
	}
	script, err := shellkit.Load(f, source.Other, source.Read)
	if err != nil {
		return source.Other, err
	}
	o.Protocol = script.Protocol
	result := prove.Explore([]*protocol.Protocol{script.Protocol}, prove.Options{})
	o.Verdict = result.Verdict
	o.note(&result)
	for i := range result.Violations {
		b := &result.Violations[i]
		o.Proved = append(o.Proved, diag.Promise{Property: string(b.Property), Lock: b.Lock})
	}
	shown := result.Violations
	if o.Script.Beside != "" {
		if shown, err = o.together(besideOf(path)); err != nil {
			return source.Other, err
		}
	}
	for i := range shown {
		o.need(&shown[i])
	}
	for _, d := range result.Doubts {
		o.Doubts = append(o.Doubts, d.Why)
	}
	return script.Dialect, o.lint(path)
}

// together returns the violations in which a run of the script meets one of another.
func (o *Said) together(other string) ([]prove.Violation, error) {
	f, err := source.Read(other)
	if err != nil {
		return nil, err
	}
	script, err := shellkit.Load(f, source.Other, source.Read)
	if err != nil {
		return nil, err
	}
	o.Beside = script.Protocol
	result := prove.Explore([]*protocol.Protocol{o.Protocol, o.Beside}, prove.Options{Processes: 2, Together: true})
	return slices.DeleteFunc(result.Violations, func(v prove.Violation) bool { return !slices.Contains(v.Scripts, 0) || !slices.Contains(v.Scripts, 1) }), nil
}

// need notes what shows a violation.
func (o *Said) need(b *prove.Violation) {
	at := slices.IndexFunc(o.Needs, func(have Need) bool { return have.Promise == b.Property })
	if at < 0 {
		at = len(o.Needs)
		o.Needs = append(o.Needs, Need{Promise: b.Property})
	}
	if have := &o.Needs[at]; len(have.found) < mostForced {
		have.found = append(have.found, b)
	}
}

// lint adds what lint says, with every finding confirmed in full.
func (o *Said) lint(path string) error {
	var fault error
	l := shellkit.Linter{
		Settings: []shellkit.Setting{{Key: "confirm", Value: "full"}},
		Repairs:  shellkit.IgnoreRepairs,
		Fault:    func(err error) { fault = err },
	}
	found, err := l.Lint(path)
	if err != nil {
		return err
	}
	if fault != nil {
		return fault
	}
	write, _ := report.Lookup("json1")
	if err := write(&o.words, &report.Findings{List: found.Findings, Files: found.Files}); err != nil {
		return err
	}
	for i := range found.Findings {
		f := &found.Findings[i]
		o.Codes = append(o.Codes, f.Rule.Code)
		r := rules.ByName(f.Rule.Code)
		if f.Level > diag.Warning || r == nil || len(r.Breaks) == 0 {
			continue
		}
		if len(f.Broken) == 0 {
			o.Unbacked = append(o.Unbacked, f.Rule.Code)
		}
		for _, b := range f.Broken {
			if !slices.Contains(o.Linted, b) {
				o.Linted = append(o.Linted, b)
			}
		}
	}
	slices.Sort(o.Codes)
	o.Codes = slices.Compact(o.Codes)
	return nil
}

// Sees tells whether prove sees a promise broken.
func (o *Said) Sees(p prove.Property) bool {
	return slices.ContainsFunc(o.Proved, func(b diag.Promise) bool { return b.Property == string(p) })
}
