package cli

import (
	"errors"
	"fmt"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// lintRun is one call of lint: what it says and with which code it ends.
type lintRun struct {
	*console
	*progress
	changed *onlyChanged
	code    int
	said    map[string]bool
	faults  []report.Fault
}

// fault says what is wrong with a file, once.
func (r *lintRun) fault(err error) {
	if !r.changed.has(placeOf(err).File) {
		return
	}
	f := lintFailure(err)
	r.code = max(r.code, f.code)
	if !r.said[f.msg] {
		r.clear()
		complain(r.Err, f)
		r.faults = append(r.faults, report.Fault{Span: placeOf(err), Message: f.msg})
	}
	if r.said == nil {
		r.said = map[string]bool{}
	}
	r.said[f.msg] = true
}

// placeOf is the file that an error is about, and the place in it where that is known.
func placeOf(err error) source.Span {
	var file *shellkit.FileError
	var syntax *shell.SyntaxError
	var other *shellkit.NotShellError
	var internal *shellkit.InternalError
	var host *hosts.Error
	var passed *shellkit.NotLookedAtError
	switch {
	case errors.As(err, &host):
		return host.Span
	case errors.As(err, &passed):
		return source.Span{File: passed.Name}
	case errors.As(err, &syntax):
		return syntax.Span
	case errors.As(err, &other):
		return source.Span{File: other.Name}
	case errors.As(err, &internal):
		return source.Span{File: internal.Name}
	case errors.As(err, &file):
		return source.Span{File: file.Name}
	}
	return source.Span{}
}

func (r *lintRun) report(result *shellkit.Result, write report.Format, o *lintOptions) error {
	found := &report.Findings{List: result.Findings, Files: result.Files, Colour: r.Colour, Width: r.console.width(), Traces: o.trace, Version: version}
	if r.terminal != nil || o.statistics {
		found.Tally = &report.Tally{Files: result.Checked, Locking: result.Locking}
	}
	if o.statistics {
		write = report.Statistics
	}
	for _, repair := range result.Repairs {
		found.Changes = append(found.Changes, report.Change{Name: repair.Before.Name, Before: repair.Before.Data, After: repair.After.Data})
		if o.fix {
			complain(r.Err, fmt.Errorf("%s: %s repaired", repair.Before.Name, count(repair.Fixed, "finding")))
		}
	}
	if len(found.List) > 0 {
		r.code = max(r.code, lintFindings)
	}
	found.Faults, found.Code = r.faults, r.code
	found.Page = func(rule *diag.Rule) string { return rules.ByName(rule.Code).Page() }
	if err := write(r.Out, found); err != nil {
		return fail(exitWrite, "cannot write to standard output: %s", reason(err))
	}
	if left := unrepaired(result); o.format == "diff" && left > 0 {
		complain(r.Err, fail(r.code, "%s without a mechanical repair", count(left, "finding")).withHint("-f tty shows all"))
	}
	return exit(r.code)
}

// unrepaired counts the findings that offer no repair.
func unrepaired(result *shellkit.Result) int {
	n := 0
	for _, f := range result.Findings {
		if f.Fix == nil || len(f.Fix.Edits) == 0 {
			n++
		}
	}
	return n
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
