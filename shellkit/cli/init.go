package cli

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit/funcs"
	"github.com/lockkit/lockkit/shellkit/source"
)

func newInitCmd(c *console) *cobra.Command {
	o := funcs.Options{Version: version}
	cmd := &cobra.Command{
		Use:   "init SHELL",
		Short: "print with_lock, lock_fd and unlock for a shell to source",
		Long: `Prints the functions with_lock, lock_fd and unlock for SHELL, which is ` + list(funcs.Shells) + `.
In a script: eval "$(lockkit init bash)"  or  source <(lockkit init bash)
sh is for dash, busybox ash, yash, mksh and ksh93; each of these names means it.
A path, such as "$SHELL", means the shell that it leads to.
The same options give the same bytes.

Exit status: 0 done, 64 wrong call, 74 the output cannot be written.`,
		Args:              oneShell,
		ValidArgsFunction: operands(funcs.Shells),
		RunE: func(_ *cobra.Command, args []string) error {
			shell, err := shellWord(args[0])
			if err != nil {
				return err
			}
			text, err := funcs.Init(shell, o)
			if err != nil {
				return badWord("init", err)
			}
			_, err = c.Out.Write(text)
			return err
		},
	}
	addOptions(cmd, &o)
	cmd.Flags().BoolVar(&o.Standalone, "standalone", false, "for machines without lockkit: lesser engines as well")
	return cmd
}

// addOptions adds what init and embed have in common.
func addOptions(cmd *cobra.Command, o *funcs.Options) {
	cmd.Flags().StringVar(&o.Prefix, "prefix", "", "put `P` before the name of each function")
	cmd.Flags().IntVar(&o.Highest, "fd", 0, "in sh and zsh, the highest descriptor `N` that a command gets (9)")
	cmd.Flags().StringVar(&o.Engine, "engine", "", "lock with engine `E` only")
}

func oneShell(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return fail(exitUsage, "init: no shell given").withHint("it is one of %s", list(funcs.Shells))
	case 1:
		return nil
	}
	return fail(exitUsage, "init: too many operands: %s", strings.Join(args[1:], " "))
}

// badWord turns what funcs does not understand into a usage error.
func badWord(command string, err error) error {
	var word *funcs.Error
	if !errors.As(err, &word) {
		return err
	}
	f := fail(exitUsage, "%s: %s", command, word)
	if len(word.Known) > 0 {
		return f.withHint("it is one of %s", list(word.Known))
	}
	return f.withHint("%s", word.Hint)
}

// shellWord is the word for the functions of a shell: sh has several names, and a path
// leads to one. The error is that of a shell for which there are none.
func shellWord(word string) (string, error) {
	name := filepath.Base(word)
	if slices.Contains(funcs.Shells, name) {
		return name, nil
	}
	switch d, known := source.ParseDialect(name); {
	case known && d != source.Bats:
		return "sh", nil
	case slices.Contains(otherShells, name):
		return "", fail(exitUsage, "init: there are no functions for %s", name).withHint("lockkit run LOCK -- COMMAND does the same there")
	}
	return word, nil
}

// otherShells are shells of which it is known that the functions cannot be read by them.
var otherShells = []string{"fish", "csh", "tcsh", "nu", "elvish", "xonsh", "pwsh", "powershell", "rc", "es"}

func list(words []string) string { return strings.Join(words, ", ") }
