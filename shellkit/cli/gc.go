package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit/doctor"
	"github.com/lockkit/lockkit/shellkit/lockfile"
	"github.com/lockkit/lockkit/shellkit/report"
)

func newGCCmd(c *console) *cobra.Command {
	var remove bool
	cmd := &cobra.Command{
		Use:   "gc DIR",
		Short: "remove the files of named locks that nobody holds",
		Long: `Says which lock files in DIR nobody holds, and why the others are kept; --remove
removes them, each while it is held. DIR must be the directory of named locks
($LOCKKIT_DIR or its default), because only the users of named locks are sure to
look again after locking. Lock files are empty or one line long: there is no need
to remove them but tidiness.

Exit status: 0 done, 64 wrong call, or DIR is another folder, 66 DIR cannot be read.`,
		ValidArgsFunction: folders,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fail(exitUsage, "gc: give one DIR").withHint("the lock directory is %s", lockfile.Dir())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return collect(c, args[0], remove) },
	}
	cmd.Flags().BoolVar(&remove, "remove", false, "remove them, instead of saying which")
	return cmd
}

func collect(c *console, dir string, remove bool) error {
	list, err := doctor.GC(dir, remove)
	switch {
	case errors.Is(err, doctor.ErrNoLockDirectory):
		return fail(exitUsage, "gc: %s is not your directory of named locks: who uses lock files there may not notice that one was removed", dir).
			withHint("LOCKKIT_DIR=%s says that all who lock there use names", dir)
	case err != nil:
		return fail(exitNoInput, "gc: cannot read %s: %s", shown(dir), reason(err))
	}
	return report.Leftovers(c.Out, list, !remove)
}
