package cli

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/changes"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

// onlyChanged are the lines that lint speaks of with --changed; nil is every line.
type onlyChanged struct{ *changes.Set }

// readChanged asks git what has changed since revision, and looks whether all paths lie in
// its repository.
func readChanged(revision string, paths []string) (*onlyChanged, error) {
	if revision == sinceCommit {
		revision = ""
	}
	set, err := changes.Since(revision)
	if err != nil {
		return nil, fail(lintUsage, "lint: --changed: %s", err)
	}
	for _, path := range paths {
		if path == "-" || !set.Holds(realPath(path)) {
			return nil, fail(lintUsage, "lint: --changed: %s is not in the repository %s", shown(path), set.Top)
		}
	}
	return &onlyChanged{set}, nil
}

// sinceCommit is what --changed alone stands for.
const sinceCommit = "HEAD"

// has tells whether anything in a file is to be spoken of.
func (o *onlyChanged) has(name string) bool { return o == nil || name == "" || o.Has(realPath(name)) }

// filter keeps the findings whose place, or a place that belongs to them, has changed.
func (o *onlyChanged) filter(list []diag.Finding) []diag.Finding {
	if o == nil {
		return list
	}
	real := map[string]string{}
	changed := func(s source.Span) bool {
		if !s.Start.Known() {
			return false
		}
		if real[s.File] == "" {
			real[s.File] = realPath(s.File)
		}
		last := max(s.Start.Line, s.End.Line)
		return o.Touches(real[s.File], changes.Lines{First: s.Start.Line, Last: last})
	}
	return slices.DeleteFunc(list, func(f diag.Finding) bool {
		return !changed(f.Span) && !slices.ContainsFunc(f.Notes, func(n diag.Note) bool { return changed(n.Span) })
	})
}
