package cli

import (
	"io"

	"github.com/spf13/cobra"
)

// Server is the language server: it speaks with an editor until that ends the conversation,
// and tells whether it has done so in due order.
type Server func(in io.Reader, out io.WriteCloser, version string) (orderly bool, err error)

const lspCutOff = 1 // the editor went without a word

func newLSPCmd(c *console) *cobra.Command {
	var stdio bool
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "the language server: what lint says, in an editor",
		Long: `Speaks the Language Server Protocol on standard input and output: what lint says while
a script is written, also one that does not parse for the moment; the page of a rule
under the pointer; repairs, and directives for what is meant so; and a lens that proves
the script and opens the page that steps through the schedule. Settings are those of
.lockkitrc.

Neovim, in init.lua:
  vim.lsp.config('lockkit', { cmd = { 'lockkit', 'lsp' }, filetypes = { 'sh', 'bash', 'zsh' },
    root_markers = { '.lockkitrc', '.git' } })
  vim.lsp.enable('lockkit')
Helix, in languages.toml:
  [language-server.lockkit]
  command = "lockkit"
  args = ["lsp"]
  [[language]]
  name = "bash"
  language-servers = ["lockkit", "bash-language-server"]
Emacs, with eglot:
  (with-eval-after-load 'eglot
    (add-to-list 'eglot-server-programs '((sh-mode bash-ts-mode) . ("lockkit" "lsp"))))
VS Code has no client for any server by itself; with the extension "Generic LSP Client":
  "glspc.server.command": "lockkit", "glspc.server.commandArguments": ["lsp"],
  "glspc.server.languageId": ["shellscript"]
An editor that runs a linter: lockkit lint -f gcc --stdin-filename FILE -

Exit code: 0 when the editor has ended the conversation in due order, 1 otherwise.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fail(exitUsage, "lsp: takes no operand").withHint("an editor starts it, and speaks to it on standard input")
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error {
			orderly, err := c.serve()
			switch {
			case err != nil:
				return fail(lspCutOff, "lsp: %s", err)
			case !orderly:
				return fail(lspCutOff, "lsp: the conversation was cut off before shutdown and exit")
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&stdio, "stdio", true, "on standard input and output, as always")
	return cmd
}
