package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// directCommands are called before anything of cobra is set up: they stand in
// for small C programs and are started as often. They parse their own options.
var directCommands = map[string]func(args []string, in, out, err *os.File) int{
	"flock": flockcmd.Flock,
	"run":   flockcmd.Run,
}

// direct runs args when a direct command is asked for, by name or for its help.
func direct(args []string, s Streams) (code int, done bool) {
	if len(args) == 2 && args[0] == "help" {
		args = []string{args[1], "--help"}
	}
	if len(args) == 0 || directCommands[args[0]] == nil {
		return 0, false
	}
	return directCommands[args[0]](args[1:], s.In, s.Out, s.Err), true
}

// newFlockCmd and newRunCmd give the direct commands their place in help,
// completion and man pages.
func newFlockCmd(*console) *cobra.Command {
	return listed("flock", "flock(1) of util-linux, on every Unix")
}

func newRunCmd(*console) *cobra.Command {
	return listed("run", "hold a lock while a command runs: for cron, units, make, fish")
}

func listed(name, short string) *cobra.Command {
	return &cobra.Command{
		Use:               name + " …",
		Short:             short,
		Long:              flockcmd.Help(name),
		ValidArgsFunction: oneLock,
		RunE: func(*cobra.Command, []string) error {
			return fail(exitUsage, "%s: nothing may stand before it", name).withHint("lockkit %s …", name)
		},
	}
}
