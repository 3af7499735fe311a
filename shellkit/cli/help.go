package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lockkit/lockkit/shellkit/manual"
)

// help writes how cmd is called: what --help and `lockkit help COMMAND` show.
func help(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	if directCommands[cmd.Name()] != nil {
		fmt.Fprint(w, cmd.Long) // it has written all of it
		return
	}
	cmd.InitDefaultHelpFlag()
	about := cmd.Long
	if about == "" {
		about = strings.ToUpper(cmd.Short[:1]) + cmd.Short[1:] + "."
	}
	fmt.Fprintf(w, "usage: %s\n\n%s\n", usage(cmd), about)
	if list := visible(cmd); len(list) > 0 {
		fmt.Fprintln(w)
		for _, sub := range list {
			fmt.Fprintf(w, "  %-10s  %s\n", sub.Name(), sub.Short)
		}
	}
	if flags := cmd.LocalFlags(); flags.HasAvailableFlags() {
		flags.Lookup("help").Usage = "show this"
		fmt.Fprintf(w, "\n%s", flags.FlagUsagesWrapped(80))
	}
	if page, err := manual.Written(pageName(cmd) + ".1"); err == nil && page.Find("EXAMPLES") != nil {
		fmt.Fprintf(w, "\nexamples:\n%s", manual.TextOf(*page.Find("EXAMPLES")))
	}
	if !cmd.HasParent() {
		fmt.Fprintf(w, "\n%s COMMAND --help says more about each\n", cmd.Name())
	}
}

// wrapped breaks text into lines for a help.
func wrapped(text string) string { return strings.Join(manual.Wrap(text, 80), "\n") }

// usage is the line that shows a command's shape: options stand before operands.
func usage(cmd *cobra.Command) string {
	name, operands, _ := strings.Cut(cmd.Use, " ")
	if cmd.HasParent() {
		name = cmd.Parent().Name() + " " + name
		if !onlyHelp(cmd) {
			name += " [OPTION...]"
		}
	}
	return strings.TrimSpace(name + " " + operands)
}

func onlyHelp(cmd *cobra.Command) bool {
	only := true
	cmd.Flags().VisitAll(func(f *pflag.Flag) { only = only && (f.Hidden || f.Name == "help") })
	return only
}

// newHelpCmd is `lockkit help COMMAND`, the same as `lockkit COMMAND --help`.
func newHelpCmd(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND|PAGE]",
		Short: "show how a command is called, or a page of the manual",
		Long: wrapped("Shows what COMMAND --help shows, or a page of the manual about something else: "+list(manual.Topics)) + `.

Exit status: 0 done, 64 there is no such command or page.`,
		ValidArgsFunction: completeCommands,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fail(exitUsage, "help: one command at a time")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && slices.Contains(manual.Topics, args[0]) {
				return showPage(c.Out, args[0])
			}
			topic, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd.Root(), args)
			}
			return topic.Help()
		},
	}
}

func completeCommands(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 0 {
		for _, sub := range visible(cmd.Root()) {
			names = append(names, sub.Name()+"\t"+sub.Short)
		}
		names = append(names, manual.Topics...)
	}
	return beginning(names, typed), cobra.ShellCompDirectiveNoFileComp
}

func visible(cmd *cobra.Command) []*cobra.Command {
	var list []*cobra.Command
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			list = append(list, sub)
		}
	}
	return list
}
