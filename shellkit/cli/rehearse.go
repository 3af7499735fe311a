package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/rehearse/inclusion"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Exit codes of rehearse.
const (
	rehearseSeen    = 1 // a promise was seen broken, or with --check a run was outside its protocol
	rehearseCannot  = 2 // the script cannot be rehearsed here
	rehearseSyntax  = 3 // the script does not parse; with --check only
	rehearseUsage   = 4 // a bad option, or a file that cannot be read
	rehearseNothing = 5 // nobody ever took a lock
)

// rehearseOptions is what the flags of rehearse say.
type rehearseOptions struct {
	rehearse.Options
	shell, format string
	env           []string
	check         bool
}

func newRehearseCmd(c *console) *cobra.Command {
	var o rehearseOptions
	cmd := &cobra.Command{
		Use:   "rehearse SCRIPT [-- ARGUMENT...]",
		Short: "run a script against itself, with none of its work done",
		Long: `Runs the very script several times at once, by its own shell, one visible step
after the other, in a private world: it sees the real files, and whatever it
writes, creates, removes or locks is in a copy that is gone afterwards. Stand-ins
do the work of every program but the shell and the tools about locks and text.
First come fixed schedules, then --schedules random ones; a seed repeats them.
The script has the arguments behind -- and of the environment PATH, HOME, USER and
what --env gives. What is seen has happened; that nothing was seen is evidence and no proof.
With --check each run is held against the protocol, which is what lint and prove
have understood of the script (trace inclusion): what the run does to locks, to the
names that carry them, and which work it does, has to be a path of it. Where it is
none, the script was misread, and the first step outside is shown. What needs a
place that was not understood, or a tool that is not here, is counted as unknown,
never as inside.
Linux only, on amd64 and arm64, where user namespaces, overlays, Landlock and
ptrace can be had.
Exit code: 0 nothing seen, 1 a promise was seen broken, or with --check a run is
outside its protocol, 2 the script cannot be rehearsed here, or with --check no run
is inside, 3 with --check: it does not parse, 4 a bad option or a file that cannot
be read, 5 nobody ever took a lock.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if n := cmd.ArgsLenAtDash(); len(args) == 0 || n == 0 {
				return fail(rehearseUsage, "rehearse: no script given")
			} else if n < 0 && len(args) > 1 {
				return fail(rehearseUsage, "rehearse: one script at a time").withHint("the script's own arguments follow after --")
			} else if n > 1 {
				return fail(rehearseUsage, "rehearse: one script at a time")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return rehearseScript(c, o, args[0], args[1:]) },
	}
	f := cmd.Flags()
	f.IntVarP(&o.Runs, "runs", "n", rehearse.DefaultRuns, "runs at once, 2 to 6")
	f.IntVar(&o.Schedules, "schedules", 20, "random schedules, after the fixed ones")
	f.Uint64Var(&o.Seed, "seed", 1, "what the random schedules are drawn from")
	f.BoolVar(&o.Kill, "kill", false, "kill -9 a run at work, too")
	f.BoolVar(&o.Signals, "signals", false, "send HUP, INT and TERM, too")
	f.BoolVar(&o.check, "check", false, "hold each run against what was understood of the script")
	f.StringArrayVar(&o.env, "env", nil, "NAME=VALUE for the script's environment; any number")
	f.StringVarP(&o.shell, "shell", "s", "", "the shell that runs it (default: what its first line says, else bash)")
	f.StringVar(&o.format, "format", "text", "how the answer is written: text, json, html")
	return cmd
}

func rehearseScript(c *console, o rehearseOptions, name string, args []string) error {
	write := report.RehearsalFormats[o.format]
	switch {
	case write == nil:
		return fail(rehearseUsage, "rehearse: unknown format %q", o.format).withHint("known are text, json, html")
	case o.Runs < 2 || o.Runs > 6:
		return fail(rehearseUsage, "rehearse: -n takes 2 to 6")
	case o.Schedules < 0:
		return fail(rehearseUsage, "rehearse: --schedules takes 0 or more")
	}
	for _, e := range o.env {
		if at := strings.IndexByte(e, '='); at <= 0 {
			return fail(rehearseUsage, "rehearse: --env takes NAME=VALUE, not %q", e)
		}
	}
	file, err := source.Read(name)
	if err != nil {
		return fail(rehearseUsage, "%s: %s", shown(name), err)
	}
	if kind := hosts.Sniff(name, file.Data, o.shell == ""); kind != nil {
		return fail(rehearseCannot, "%s: cannot be rehearsed: what stands in a %s is no script of its own", name, kind.Name)
	}
	o.Tables = o.format == "html"
	read, unread := protocolOf(file, o.shell)
	w := watcher{protocol: read}
	o.Watch = w.watch
	var follow *inclusion.Checker
	if o.check {
		if unread != nil {
			return unread
		}
		follow = inclusion.New(read)
		o.Watch = func(schedule string, log []rehearse.Deed) {
			w.watch(schedule, log)
			follow.Schedule(schedule, log)
		}
	}
	seen, err := rehearse.Run(context.Background(), rehearse.Script{Path: name, Shell: o.shell, Args: args, Env: o.env}, o.Options)
	if errors.Is(err, rehearse.ErrCannot) {
		return fail(rehearseCannot, "%s: %s", name, err)
	} else if err != nil {
		return fail(rehearseCannot, "%s: the rehearsal was cut off: %s", name, err)
	}
	r := rehearsalReport(seen, file, o, &w)
	r.Name, r.Colour, r.Width = name, c.Colour, c.width()
	if follow != nil {
		r.Inclusion = inclusionReport(follow.Report())
	}
	if err := write(c.Out, r); err != nil {
		return fail(exitWrite, "cannot write to standard output: %s", reason(err))
	}
	switch {
	case len(r.Seen) > 0, r.Inclusion != nil && len(r.Inclusion.Outside) > 0:
		return exit(rehearseSeen)
	case seen.Cut != "":
		return fail(rehearseCannot, "%s: cannot be rehearsed: %s", name, seen.Cut)
	case len(r.Locks) == 0:
		return exit(rehearseNothing)
	case r.Inclusion != nil && r.Inclusion.Inside == 0:
		return exit(rehearseCannot)
	}
	return nil
}

// rehearsalReport hands over what was seen.
func rehearsalReport(seen *rehearse.Report, file *source.File, o rehearseOptions, w *watcher) *report.Rehearsal {
	r := &report.Rehearsal{
		File: file, Schedules: seen.Schedules, Runs: o.Runs, Seed: o.Seed, Unjudged: seen.Unjudged, Locks: seen.Locks,
		Unreached: unreached(seen, w.protocol), StoodIn: seen.StoodIn, Missing: seen.Missing, Lacking: seen.Lacking, Notes: seen.Notes,
	}
	if len(seen.Alone) > 0 {
		r.Alone = w.told("alone", seen.Alone, file.Name)
	}
	for i := range seen.Breaches {
		r.Seen = append(r.Seen, *w.seen(&seen.Breaches[i], file.Name))
	}
	return r
}
