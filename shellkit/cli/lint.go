package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Exit codes of lint; of several the highest wins.
const (
	lintFindings   = 1 // something is wrong with a lock
	lintUnreadable = 2 // a file could not be read, or is no shell script
	lintSyntax     = 3 // a file does not parse
	lintUsage      = 4 // a bad option or configuration
)

// lintOptions is what the flags of lint say.
type lintOptions struct {
	format, severity, shell string
	include, exclude        []string
	dump                    bool
}

func newLintCmd(c *console) *cobra.Command {
	var o lintOptions
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "find unsafe locking in shell scripts",
		Long: `Finds unsafe locking in shell scripts; - is standard input.
Exit code: 0 clean, 1 findings, 2 a file could not be read, 3 a file does not
parse, 4 a bad option.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fail(lintUsage, "lint: no file given").withHint("lockkit lint - reads standard input")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return lint(c, o, args) },
	}
	f := cmd.Flags()
	f.StringVarP(&o.format, "format", "f", "tty", "how findings are written: "+strings.Join(report.Names(), ", "))
	f.StringVarP(&o.severity, "severity", "S", "style", "least level that is shown: error, warning, info, style")
	f.StringVarP(&o.shell, "shell", "s", "", "dialect: bash, sh, dash, ash, ksh, mksh, zsh, yash, bats (default: the script's own)")
	f.StringSliceVarP(&o.include, "include", "i", nil, "look for these rules only, by code or slug")
	f.StringSliceVarP(&o.exclude, "exclude", "e", nil, "leave out these rules, by code or slug")
	f.BoolVar(&o.dump, "dump-protocol", false, "print what was understood of each script")
	f.MarkHidden("dump-protocol")
	return cmd
}

func lint(c *console, o lintOptions, args []string) error {
	write, ok := report.Lookup(o.format)
	if !ok {
		return fail(lintUsage, "lint: unknown format %q", o.format).withHint("known are %s", strings.Join(report.Names(), ", "))
	}
	least, err := diag.ParseLevel(o.severity)
	if err != nil {
		return fail(lintUsage, "lint: %s", err)
	}
	var dialect source.Dialect
	if o.shell != "" {
		if dialect, ok = source.ParseDialect(o.shell); !ok {
			return fail(lintUsage, "lint: unknown shell %q", o.shell)
		}
	}
	for _, name := range append(o.include, o.exclude...) {
		if rules.ByName(name) == nil {
			return fail(lintUsage, "lint: unknown rule %q", name).withHint("lockkit explain --list lists the rules")
		}
	}
	code := exitOK
	found := &report.Findings{Files: map[string]*source.File{}, Colour: c.Colour, Version: version}
	var scripts []*shellkit.Script
	for _, name := range args {
		s, failed := load(c, name, dialect)
		code = max(code, failed)
		if s == nil {
			continue
		}
		if o.dump {
			fmt.Fprint(c.Out, s.Protocol)
			continue
		}
		scripts = append(scripts, s)
		for _, f := range append(s.Sourced, s.File) {
			found.Files[f.Name] = f
		}
	}
	if o.dump {
		return exit(code)
	}
	for _, finding := range shellkit.Check(scripts...) {
		if finding.Level <= least && o.wants(finding.Rule) {
			found.List = append(found.List, finding)
		}
	}
	if len(found.List) > 0 {
		code = max(code, lintFindings)
	}
	if err := write(c.Out, found); err != nil {
		return fail(exitWrite, "cannot write: %s", reason(err))
	}
	return exit(code)
}

// load reads and understands one script; what is wrong with it is said here.
func load(c *console, name string, d source.Dialect) (*shellkit.Script, int) {
	var f *source.File
	var err error
	if name == "-" {
		f, err = source.ReadFrom(name, c.In)
	} else {
		f, err = source.Read(name)
	}
	if err != nil {
		complain(c.Err, fail(lintUnreadable, "%s: %s", name, err))
		return nil, lintUnreadable
	}
	s, err := shellkit.Load(f, d, source.Read)
	var syntax *extract.SyntaxError
	switch {
	case errors.As(err, &syntax):
		complain(c.Err, fail(lintSyntax, "%s", syntax))
		return nil, lintSyntax
	case err != nil:
		complain(c.Err, fail(lintUnreadable, "%s", err).withHint("-s SHELL reads it as a script all the same"))
		return nil, lintUnreadable
	}
	return s, exitOK
}

// wants tells whether a rule was asked for.
func (o *lintOptions) wants(r *diag.Rule) bool {
	named := func(list []string) bool {
		for _, name := range list {
			if rule := rules.ByName(name); rule != nil && rule.Code == r.Code {
				return true
			}
		}
		return false
	}
	return !named(o.exclude) && (len(o.include) == 0 || named(o.include))
}
