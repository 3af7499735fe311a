package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commands lists the subcommands in the order in which --help shows them.
var commands = []func(*console) *cobra.Command{
	newInitCmd,
	newEmbedCmd,
	newValidateCmd,
	newLintCmd,
	newCheckCmd,
	newProveCmd,
	newRehearseCmd,
	newExplainCmd,
	newLSPCmd,
	newWhoCmd,
	newDoctorCmd,
	newGCCmd,
	newFlockCmd,
	newRunCmd,
	newHelpCmd,
	newCompletionCmd,
}

// execute runs args through the command tree and prints the error it ends with.
func execute(c *console, args []string) error {
	root := newRoot(c)
	if len(args) > 0 && args[0] == cobra.ShellCompRequestCmd {
		addAll(root)
		shorten(root)
	}
	root.SetArgs(args)
	cmd, err := root.ExecuteC()
	if err != nil {
		err = asUsage(cmd, err)
		complain(c.Err, err)
	}
	return err
}

// addAll gives the commands what only completion asks for, which every other start is
// spared: the options of those that parse them on their own, and all values.
func addAll(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if directCommands[cmd.Name()] != nil {
			addFlags(cmd)
		}
		addValues(cmd)
	}
}

func newRoot(c *console) *cobra.Command {
	var tellVersion bool
	root := &cobra.Command{
		Use:               "lockkit COMMAND [ARGUMENT...]",
		Short:             "locks for shell scripts: written, checked, proved and run",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              unknownCommand,
		RunE: func(*cobra.Command, []string) error {
			if tellVersion {
				fmt.Fprintln(c.Out, "lockkit "+version)
				return nil
			}
			return fail(exitUsage, "no command given").withHint("lockkit --help lists them")
		},
	}
	root.Flags().BoolVarP(&tellVersion, "version", "V", false, "tell which lockkit this is")
	root.SuggestionsMinimumDistance = 2 // letters
	root.SetIn(c.In)
	root.SetOut(c.Out)
	root.SetErr(c.Err)
	root.SetHelpFunc(help)
	root.SetFlagErrorFunc(badOption)
	cobra.EnableCommandSorting = false
	for _, command := range commands {
		sub := command(c)
		root.AddCommand(sub)
		if sub.Name() == "help" {
			root.SetHelpCommand(sub)
		}
	}
	return root
}

func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	f := fail(exitUsage, "unknown command %q", args[0])
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return f.withHint("did you mean %s", strings.Join(near, " or "))
	}
	return f.withHint("lockkit --help lists the commands")
}

// usageCode is the code for a wrong call of cmd: lint, prove and rehearse count their own
// results from 1, and 4 is the usage error in all.
func usageCode(cmd *cobra.Command) int {
	switch cmd.Name() {
	case "lint", "check", "prove", "rehearse":
		return 4
	}
	return exitUsage
}

// asUsage gives a code to an error that cobra itself made, which is about the call, and to
// one of standard output: commands end with a failure or with exit.
func asUsage(cmd *cobra.Command, err error) error {
	var f *failure
	if errors.As(err, &f) {
		return err
	}
	if reason := unwritten(err); reason != nil {
		return reason
	}
	return fail(usageCode(cmd), "%s%s", where(cmd), err).withHint("%s --help shows how it is called", cmd.CommandPath())
}

// badOption puts what pflag says about an option into our words.
func badOption(cmd *cobra.Command, err error) error {
	f := fail(usageCode(cmd), "%s%s", where(cmd), err)
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		f.msg = where(cmd) + "unknown option " + dashed(unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames())
	case errors.As(err, &missing):
		f.msg = where(cmd) + "option " + dashed(missing.GetSpecifiedName(), missing.GetSpecifiedShortnames()) + " needs a value"
	case errors.As(err, &invalid):
		f.msg = where(cmd) + badValue(invalid.GetFlag(), invalid.GetValue(), invalid.Unwrap())
	}
	return f.withHint("%s --help lists the options", cmd.CommandPath())
}

// badValue says what an option takes that was given something else.
func badValue(f *pflag.Flag, value string, err error) string {
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	switch f.Value.Type() {
	case "int", "int64", "uint":
		return fmt.Sprintf("option %s needs a whole number, not %q", name, value)
	case "float64":
		return fmt.Sprintf("option %s needs a number, not %q", name, value)
	case "bool":
		return fmt.Sprintf("option %s takes no value, but was given %q", name, value)
	}
	return fmt.Sprintf("option %s: %s", name, err)
}

// dashed writes an option as the user wrote it; shorts is empty for a long one.
func dashed(name, shorts string) string {
	if shorts != "" {
		return "-" + name
	}
	return "--" + name
}

func where(cmd *cobra.Command) string {
	if cmd.HasParent() {
		return cmd.Name() + ": "
	}
	return ""
}
