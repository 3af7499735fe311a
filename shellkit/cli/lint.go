package cli

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/report"
)

// Exit codes of lint; of several the highest wins.
const (
	lintFindings   = 1 // something is wrong with a lock
	lintUnreadable = 2 // a file could not be read, or is no shell script
	lintSyntax     = 3 // a file does not parse
	lintUsage      = 4 // a bad option or configuration
)

// lintOptions is what the flags of lint say, but those that are settings.
type lintOptions struct {
	format, baseline         string
	stdinName, changed       string
	fix, writeBaseline, dump bool
	trace, real, statistics  bool
	ifShell                  bool
}

func newLintCmd(c *console) *cobra.Command {
	var o lintOptions
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "find unsafe locking in shell scripts",
		Long: `Finds unsafe locking in shell scripts; - is standard input. In folders, scripts
are searched by extension and first line. Shell in other files is checked where it
stands: in crontabs, units of systemd, workflows of GitHub and GitLab CI, Dockerfiles,
makefiles and playbooks of Ansible.

A comment silences rules for the command that it stands before, for the line that it
ends, or for the whole script where it stands before the first command; all is every rule:
  # lockkit disable=LK301,fd-leak-background -- why

The nearest .lockkitrc in the folder of a script or above it, else the one in
$XDG_CONFIG_HOME/lockkit, sets shell, severity, include, exclude, confirm and
exclude-path for it, one KEY=VALUE a line; options win over it.

In folders, what .gitignore or exclude-path names is passed over; a FILE that is named is
looked at. Patterns of exclude-path are those of .gitignore, seen from the folder of the
.lockkitrc, or, of the option, from the working folder.

What is said to break a promise of a lock is held against what prove finds. With
--confirm=budget that may cost a fixed number of steps for each script: what few runs
show comes first, then the findings one after the other; what is left over is only
info, "not confirmed: budget". --confirm=full goes as far as prove does. With
--confirm=real the very script is rehearsed too, with none of its work done (see
lockkit rehearse): each finding that has a promise says whether it was seen broken.

Exit code: 0 clean, 1 findings, 2 a file could not be read, 3 a file does not
parse, 4 a bad option or configuration.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && o.stdinName == "" && o.changed == "" {
				return fail(lintUsage, "lint: no file given").withHint("lockkit lint - reads standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range []string{"changed", "stdin-filename"} {
				if f := cmd.Flags().Lookup(name); f.Changed && f.Value.String() == "" {
					return fail(lintUsage, "lint: option --%s has an empty value", name)
				}
			}
			switch {
			case len(args) > 0:
			case o.changed != "":
				args = []string{"."}
			default:
				args = []string{"-"}
			}
			o.real = cmd.Flags().Lookup("confirm").Value.String() == confirmReal
			return lint(c, o, lintSettings(cmd), args)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.format, "format", "f", "tty", "how findings are written: "+strings.Join(report.Names(), ", "))
	f.StringP("severity", "S", "style", "least level that is shown: error, warning, info, style")
	f.StringP("shell", "s", "", "dialect: bash, sh, dash, ash, ksh, mksh, zsh, yash, bats (default: the script's own)")
	f.String("confirm", "budget", "how far findings are confirmed: budget, full; real also rehearses the script (no configuration file can ask for that)")
	f.StringSliceP("include", "i", nil, "look for these rules only, by code or slug")
	f.StringSliceP("exclude", "e", nil, "leave out these rules, by code or slug")
	f.StringSlice("exclude-path", nil, "leave these files out of folders, by patterns as in .gitignore")
	f.BoolVar(&o.ifShell, "if-shell", false, "treat FILEs like those in folders: pass over what has no shell in it, and what .gitignore or exclude-path names")
	f.StringVar(&o.stdinName, "stdin-filename", "", "the name that standard input goes by: for its dialect, settings and messages")
	f.StringVar(&o.changed, "changed", "", "speak of lines only that have changed since `REV` (the last commit), as git knows; without FILE, in this folder")
	f.Lookup("changed").NoOptDefVal = sinceCommit
	f.BoolVar(&o.statistics, "statistics", false, "count what each rule finds instead of showing it")
	f.BoolVar(&o.trace, "trace", false, "draw the schedule that confirms each finding (tty)")
	f.BoolVar(&o.fix, "fix", false, "repair the scripts where that is mechanical, and report what is left")
	f.StringVar(&o.baseline, "baseline", "", "leave out the findings that are listed in this file")
	f.BoolVar(&o.writeBaseline, "write-baseline", false, "list all findings in the file of --baseline instead of reporting them; not where a file could not be checked")
	f.BoolVar(&o.dump, "dump-protocol", false, "print what was understood of each script")
	f.MarkHidden("dump-protocol")
	return cmd
}

// wordless are the formats that say nothing of repairs.
var wordless = map[string]bool{"gcc": true, "gitlab": true, "junit": true, "checkstyle": true, "github": true, "quiet": true}

// spareTheCollector lets garbage grow to four times what is in use: a script's
// protocol lives for milliseconds, and lint is done before it would matter. Who
// sets GOGC gets what he asks for.
func spareTheCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// lintSettings are the options that a .lockkitrc may set as well, where given.
func lintSettings(cmd *cobra.Command) []shellkit.Setting {
	var out []shellkit.Setting
	for _, key := range []string{"severity", "shell", "confirm"} {
		if f := cmd.Flags().Lookup(key); f.Changed && !(key == "confirm" && f.Value.String() == confirmReal) {
			out = append(out, shellkit.Setting{Key: key, Value: f.Value.String()})
		}
	}
	for _, key := range []string{"include", "exclude", "exclude-path"} {
		if list, err := cmd.Flags().GetStringSlice(key); err == nil && cmd.Flags().Changed(key) {
			out = append(out, shellkit.Setting{Key: key, Value: strings.Join(list, ",")})
		}
	}
	return out
}

func lint(c *console, o lintOptions, settings []shellkit.Setting, paths []string) error {
	write, ok := report.Lookup(o.format)
	switch {
	case !ok:
		return fail(lintUsage, "lint: unknown format %q", o.format).withHint("known are %s", strings.Join(report.Names(), ", "))
	case o.writeBaseline && o.baseline == "":
		return fail(lintUsage, "lint: --write-baseline needs --baseline FILE")
	case o.fix && o.format == "diff":
		return fail(lintUsage, "lint: --fix writes and -f diff only shows").withHint("give one of them")
	case o.fix && slices.Contains(paths, "-"):
		return fail(lintUsage, "lint: --fix cannot write standard input").withHint("-f diff shows what it would change")
	case o.statistics && (o.format != "tty" || o.trace):
		return fail(lintUsage, "lint: --statistics takes the place of what -f and --trace show").withHint("give one of them")
	case o.changed != "" && (o.fix || o.writeBaseline || o.format == "diff"):
		return fail(lintUsage, "lint: --changed speaks of some lines only, and repairs and baselines are of all").withHint("leave it out")
	case o.stdinName != "" && !slices.Contains(paths, "-"):
		return fail(lintUsage, "lint: --stdin-filename names standard input, which is not read here").withHint("- is standard input")
	case o.trace && o.format != "tty":
		return fail(lintUsage, "lint: --trace draws in -f tty only").withHint("-f sarif carries the schedules as codeFlows")
	case o.dump:
		return dumpProtocols(c, settings, paths)
	}
	var changed *onlyChanged
	if o.changed != "" {
		var err error
		if changed, err = readChanged(o.changed, paths); err != nil {
			return err
		}
	}
	spareTheCollector()
	progress := newProgress(c.Err)
	run := &lintRun{console: c, progress: progress, changed: changed}
	linter := &shellkit.Linter{Stdin: c.In, StdinName: o.stdinName, IfShell: o.ifShell, Settings: settings, Fault: run.fault, Done: progress.done, Traces: o.trace || o.format == "sarif"}
	switch {
	case o.fix:
		linter.Repairs = shellkit.WriteRepairs
	case o.format == "diff":
		linter.Repairs = shellkit.ShowRepairs
	case o.writeBaseline, o.statistics, wordless[o.format]:
		linter.Repairs = shellkit.IgnoreRepairs
	}
	if o.baseline != "" && !o.writeBaseline {
		known, err := shellkit.ReadBaseline(o.baseline)
		if err != nil {
			return badBaseline(o.baseline, err)
		}
		linter.Baseline = known
	}
	result, err := linter.Lint(paths...)
	progress.clear()
	if err != nil {
		return lintFailure(err)
	}
	if o.writeBaseline {
		if run.code != exitOK {
			complain(c.Err, fmt.Errorf("lint: %s: not written, for not every file could be checked", o.baseline))
			return exit(run.code)
		}
		if err := shellkit.WriteBaseline(o.baseline, result.Findings, result.Files); err != nil {
			return fail(lintUsage, "lint: %s: cannot be written: %s", o.baseline, reason(err))
		}
		return exit(run.code)
	}
	result.Findings = changed.filter(result.Findings)
	if o.real {
		rehearseFindings(context.Background(), result)
	}
	return run.report(result, write, &o)
}
