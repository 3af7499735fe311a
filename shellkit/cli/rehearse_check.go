package cli

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/rehearse/inclusion"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// protocolOf reads the script that is rehearsed, as the shell that runs it does.
func protocolOf(file *source.File, command string) (*protocol.Protocol, error) {
	dialect := source.Other
	if words := strings.Fields(command); len(words) > 0 {
		d, known := source.ParseDialect(filepath.Base(words[len(words)-1]))
		if !known {
			return nil, fail(rehearseCannot, "%s: %s is no shell that is read", file.Name, command)
		}
		dialect = d
	}
	script, err := shellkit.Load(file, dialect, source.Read)
	var syntax *shell.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, unparsed(rehearseSyntax, err)
	case err != nil:
		return nil, fail(rehearseCannot, "%s", err)
	}
	return script.Protocol, nil
}

// inclusionReport hands over how the runs stand to the protocol.
func inclusionReport(found *inclusion.Report) *report.Inclusion {
	out := &report.Inclusion{Runs: found.Runs, Inside: found.Inside, Unknown: found.Unknown}
	for _, u := range found.Unclear {
		out.Unclear = append(out.Unclear, report.Unclear(u))
	}
	for _, o := range found.Outside {
		out.Outside = append(out.Outside, report.Stray{Schedule: o.Schedule, Process: o.Run + 1, Step: o.Deed.Op + " " + o.Deed.Name, Why: o.Why, Near: o.Near})
	}
	return out
}
