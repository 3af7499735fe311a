package cli

import (
	"io"

	"github.com/spf13/cobra"
)

// completers write the code that makes a shell complete lockkit's arguments.
var completers = map[string]func(*cobra.Command, io.Writer) error{
	"bash": func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) },
	"zsh":  (*cobra.Command).GenZshCompletion,
	"fish": func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) },
}

func newCompletionCmd(c *console) *cobra.Command {
	return &cobra.Command{
		Use:       "completion bash|zsh|fish",
		Short:     "print the code that completes lockkit's arguments in a shell",
		ValidArgs: []string{"bash", "zsh", "fish"},
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || completers[args[0]] == nil {
				return fail(exitUsage, "completion: one of bash, zsh and fish is needed")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return completers[args[0]](cmd.Root(), c.Out)
		},
	}
}
