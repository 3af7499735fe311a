package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/source"
)

func newCheckCmd(c *console) *cobra.Command {
	var json, hook bool
	var stdinName string
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "one answer about a script, for programs that write scripts",
		Long: `Says in one JSON object what lint finds in the scripts, the order of steps that shows it,
in a sentence, what prove says of each file, and the repaired file where there is a
repair that prove holds for; no other repair is given. - is standard input.

With --hook it is a hook for coding assistants: what the assistant has written, or is
about to write, is told on standard input as JSON ("tool_input" or the object itself,
with "file_path" and "content", or "old_string" and "new_string"). A lock that can
break (an error or a warning of lint) ends with 2, and what is wrong on standard error,
which the assistant reads; anything else is 0. For Claude Code, in settings.json:
  {"hooks": {"PreToolUse": [{"matcher": "Write|Edit", "hooks":
    [{"type": "command", "command": "lockkit check --hook"}]}]}}
As a hook of git, for lines that have changed, in .git/hooks/pre-commit:
  #!/bin/sh
  exec lockkit lint --changed

Exit code: 0 clean, 1 findings, 2 a file could not be read, 3 a file does not parse, 4 a
bad option or configuration.`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case json && hook:
				return fail(lintUsage, "check: --json and --hook are two answers").withHint("give one of them")
			case hook && len(args) > 0:
				return fail(lintUsage, "check: --hook is told on standard input what to look at")
			case !json && !hook:
				return fail(lintUsage, "check: --json is needed").withHint("lockkit lint is for people")
			case len(args) == 0 && !hook && stdinName == "":
				return fail(lintUsage, "check: no file given").withHint("lockkit check --json - reads standard input")
			case stdinName != "" && len(args) > 0 && !slices.Contains(args, "-"):
				return fail(lintUsage, "check: --stdin-filename names standard input, which is not read here").withHint("- is standard input")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if hook {
				return checkHook(c)
			}
			if len(args) == 0 {
				args = []string{"-"}
			}
			answer, code, err := check(&shellkit.Linter{Stdin: c.In, StdinName: stdinName}, args)
			if err != nil {
				return err
			}
			if err := report.WriteChecked(c.Out, answer); err != nil {
				return err
			}
			return exit(code)
		},
	}
	cmd.Flags().BoolVar(&json, "json", false, "write the answer as JSON")
	cmd.Flags().BoolVar(&hook, "hook", false, "be a hook of a coding assistant")
	cmd.Flags().StringVar(&stdinName, "stdin-filename", "", "the name that standard input goes by")
	return cmd
}

// check looks at files for a program.
func check(linter *shellkit.Linter, paths []string) (*report.Checked, int, error) {
	answer := &report.Checked{}
	answer.Version = version
	code := exitOK
	linter.Traces, linter.Repairs = true, shellkit.ShowRepairs
	linter.Fault = func(err error) {
		f := lintFailure(err)
		code = max(code, f.code)
		answer.Faults = append(answer.Faults, report.Fault{Span: placeOf(err), Message: f.msg})
	}
	files := map[string]*source.File{}
	linter.Read = func(f *source.File) { files[f.Name] = f }
	result, err := linter.Lint(paths...)
	if err != nil {
		return nil, 0, lintFailure(err)
	}
	answer.List, answer.Files = result.Findings, result.Files
	if len(answer.List) > 0 {
		code = max(code, lintFindings)
	}
	repaired := map[string]*source.File{}
	for _, r := range result.Repairs {
		repaired[r.Before.Name] = r.After
	}
	found := map[string]bool{}
	for _, f := range result.Findings {
		found[f.Span.File] = true
	}
	for _, name := range sortedNames(files) {
		answer.Proofs = append(answer.Proofs, fileProof(files[name], repaired[name], found[name]))
	}
	answer.Code = code
	return answer, code, nil
}

func sortedNames(files map[string]*source.File) (names []string) {
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// fileProof proves a file, and what repairs make of it.
func fileProof(f, after *source.File, found bool) report.FileProof {
	before, ok := explored(f)
	p := report.FileProof{Name: f.Name, Verdict: string(before.Verdict), Bounds: report.Bounds(&before)}
	if !ok {
		p.Verdict, p.Bounds = string(prove.Unknown), "it does not parse"
		return p
	}
	switch {
	case !found:
	case after == nil:
		p.NoFix = "nothing in it can be repaired mechanically"
	default:
		result, ok := explored(after)
		if !ok || result.Verdict != prove.Holds {
			p.NoFix = "prove does not hold for what the repairs make of it: " + string(result.Verdict)
			break
		}
		p.Repair = &report.ProvedRepair{Before: f.Data, After: after.Data, Bounds: report.Bounds(&result)}
	}
	return p
}

// explored proves the scripts of a file; ok is false where it does not parse.
func explored(f *source.File) (result prove.Result, ok bool) {
	scripts, faults := shellkit.LoadAll(f, source.Other, source.Read)
	if len(faults) > 0 {
		return result, false
	}
	_, result, err := shellkit.Explore(prove.Options{}, scripts...)
	return result, err == nil
}
