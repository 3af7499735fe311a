package cli

import (
	_ "embed"
	"io"
	"slices"

	"github.com/spf13/cobra"
)

// The code that makes a shell complete lockkit's arguments. It asks lockkit itself
// (cobra's hidden command __complete), so it knows what this very lockkit knows.
var (
	//go:embed complete/lockkit.bash
	completeBash string
	//go:embed complete/lockkit.zsh
	completeZsh string
	//go:embed complete/lockkit.fish
	completeFish string
)

var (
	completedShells = []string{"bash", "zsh", "fish"}
	completers      = map[string]string{"bash": completeBash, "zsh": completeZsh, "fish": completeFish}
)

func newCompletionCmd(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "print the code that completes lockkit's arguments in a shell",
		Long: `Prints the code that completes lockkit's commands, options and their values in a
shell: formats, rules by code and slug, shells, engines, promises, and the locks that
exist. bash needs no bash-completion for it.
In ~/.bashrc or ~/.zshrc, after compinit: source <(lockkit completion bash)
bash 3.2 has to have: eval "$(lockkit completion bash)"
fish: lockkit completion fish >~/.config/fish/completions/lockkit.fish

Exit status: 0 done, 64 wrong call.`,
		ValidArgsFunction: operands(completedShells),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(completedShells, args[0]) {
				return fail(exitUsage, "completion: one of bash, zsh and fish is needed")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := io.WriteString(c.Out, completers[args[0]])
			return err
		},
	}
}
