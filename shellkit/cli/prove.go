package cli

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Exit codes of prove; of several the first of 4, 3, 1, 2, 5, 0 wins.
const (
	proveViolated = 1 // a schedule breaks a promise
	proveUnknown  = 2 // something was not understood, or there are too many states
	proveSyntax   = 3 // a file does not parse
	proveUsage    = 4 // a bad option, or a file that cannot be read
	proveNothing  = 5 // no lock was found

	exitInterrupted = 130 // 128 + INT: a replay was interrupted; nothing of it is left
)

// proveOptions is what the flags of prove say.
type proveOptions struct {
	processes      int
	counted        bool // -n was given
	strict, replay bool
	dump           bool
	format         string
	properties     []string
}

func newProveCmd(c *console) *cobra.Command {
	var o proveOptions
	cmd := &cobra.Command{
		Use:   "prove FILE...",
		Short: "explore every interleaving of several runs of a script",
		Long: `Explores every order in which several runs of a script can do their lock
operations, with kill -9 anywhere, and shows the shortest that breaks a promise.
Each script is explored alone, then all of them together, in every mix of -n runs.
- is standard input.
With --replay the very scripts are run in a private world, as rehearse does it, and
made to follow that schedule: "confirmed" says that they did, and broke the promise;
"not confirmed" names the first step at which they did something else; "seen broken
under another schedule" and "not run" say why.
Exit code: 0 holds, 1 violated, 2 unknown, 3 a file does not parse, 4 a bad
option or a file that cannot be read, 5 nothing to prove: no lock was found; 130
when a replay is interrupted. Of several the first of 4, 3, 1, 2, 5, 0 wins.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fail(proveUsage, "prove: no file given").withHint("lockkit prove - reads standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.counted = cmd.Flags().Changed("processes")
			return proveScripts(c, o, args)
		},
	}
	f := cmd.Flags()
	f.IntVarP(&o.processes, "processes", "n", 0, "runs of one script, 1 to 6 (3, and more where it takes more to come to a lock)")
	f.BoolVar(&o.strict, "strict", false, "signals between any two steps, open and flock may fail, every lock left by kill -9 counts")
	f.StringVar(&o.format, "format", "text", "how the answer is written: text, json, sarif, html")
	f.StringSliceVar(&o.properties, "property", nil, "look for these only: exclusion, stale, leak, deadlock, entry")
	f.BoolVar(&o.dump, "dump-protocol", false, "print what was understood of each script instead, and the fate of each place where a lock operation may stand")
	f.BoolVar(&o.replay, "replay", false, "force the counterexample on the very script, in a rehearsal: none of its work is done")
	return cmd
}

// options checks the flags.
func (o *proveOptions) options() (prove.Options, report.ProofFormat, error) {
	opt := prove.Options{Processes: o.processes, Strict: o.strict}
	write := report.ProofFormats[o.format]
	if write == nil {
		return opt, nil, fail(proveUsage, "prove: unknown format %q", o.format).withHint("known are text, json, sarif, html")
	}
	if o.counted && o.processes < 1 || o.processes > prove.MaxProcesses {
		return opt, nil, fail(proveUsage, "prove: -n takes 1 to %d", prove.MaxProcesses)
	}
	for _, name := range o.properties {
		p := prove.Property(name)
		if !slices.Contains(prove.Properties, p) {
			return opt, nil, fail(proveUsage, "prove: unknown property %q", name).withHint("known are exclusion, stale, leak, deadlock, entry")
		}
		opt.Properties = append(opt.Properties, p)
	}
	return opt, write, nil
}

func proveScripts(c *console, o proveOptions, args []string) error {
	opt, write, err := o.options()
	if err != nil {
		return err
	}
	code := exitOK
	proof := &report.Proof{Files: map[string]*source.File{}, Strict: o.strict, Replay: "not run", Colour: c.Colour, Width: c.width(), Version: version}
	var scripts []*shellkit.Script
	for _, name := range args {
		some, failed := understand(c, name, openAmong(args))
		code = max(code, failed)
		scripts = append(scripts, some...)
	}
	if code != exitOK {
		return exit(code) // an answer about a part of them would be about something else
	}
	if err := shellkit.Meet(scripts...); err != nil {
		return fail(proveSyntax, "%s", err)
	}
	var protocols []*protocol.Protocol
	scripts = concerned(scripts)
	for _, s := range scripts {
		proof.Names = append(proof.Names, s.Title())
		proof.Files[s.Title()] = s.File
		protocols = append(protocols, s.Protocol)
		for _, f := range append(s.Sourced, s.File) {
			proof.Files[f.Name] = f
		}
	}
	if o.dump {
		for _, p := range protocols {
			if _, err := io.WriteString(c.Out, p.String()); err != nil {
				return fail(exitWrite, "cannot write to standard output: %s", reason(err))
			}
		}
		return nil
	}
	proof.Result = prove.Explore(protocols, opt)
	for _, s := range scripts {
		if s.Text != nil && s.Text.Alone != "" {
			proof.Result.Notes = append(proof.Result.Notes, s.Title()+": "+s.Text.Alone)
		}
	}
	if len(proof.Names) == 0 {
		proof.Names = args // hosts without a text
	}
	switch proof.Result.Verdict {
	case prove.Violated:
		code = proveViolated
	case prove.Unknown:
		code = proveUnknown
	case prove.Nothing:
		code = proveNothing
	}
	if o.replay && len(proof.Result.Violations) > 0 {
		proof.Replay, proof.Seen, err = replayed(context.Background(), scripts, protocols, &proof.Result.Violations[0])
		if err != nil {
			return fail(exitInterrupted, "prove: the replay was interrupted")
		}
	}
	proof.Code = code
	if err := write(c.Out, proof); err != nil {
		return fail(exitWrite, "cannot write to standard output: %s", reason(err))
	}
	return exit(code)
}

// openAmong reads a file that a script sources: at its path, or, where it is not there,
// one of that name among those that were given.
func openAmong(given []string) func(string) (*source.File, error) {
	return func(name string) (*source.File, error) {
		f, err := source.Read(name)
		for _, other := range given {
			if err != nil && filepath.Base(other) == filepath.Base(name) {
				f, err = source.Read(other)
			}
		}
		return f, err
	}
}

// concerned leaves out the texts of hosts that have nothing to do with locks.
func concerned(scripts []*shellkit.Script) (out []*shellkit.Script) {
	for _, s := range scripts {
		if p := s.Protocol; s.Text == nil || p.HasLocks() || p.Disturbs() || len(p.Unknowns) > 0 {
			out = append(out, s)
		}
	}
	if len(out) == 0 && len(scripts) > 0 {
		return scripts[:1]
	}
	return out
}

// understand reads the scripts of one file; what is wrong with it is said here.
func understand(c *console, name string, open func(string) (*source.File, error)) (scripts []*shellkit.Script, code int) {
	var f *source.File
	var err error
	if name == "-" {
		f, err = source.ReadFrom(name, c.In)
	} else {
		f, err = source.Read(name)
	}
	if err != nil {
		complain(c.Err, fail(proveUsage, "%s: %s", shown(name), err))
		return nil, proveUsage
	}
	scripts, faults := shellkit.LoadAll(f, source.Other, open)
	for _, err := range faults {
		var syntax *shell.SyntaxError
		var host *hosts.Error
		failed := proveUsage
		if errors.As(err, &syntax) || errors.As(err, &host) {
			failed = proveSyntax
		}
		complain(c.Err, unparsed(failed, err))
		code = max(code, failed)
	}
	return scripts, code
}
