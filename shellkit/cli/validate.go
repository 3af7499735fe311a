package cli

import (
	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit/funcs"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/source"
)

const validateFailed = 1 // a check failed

func newValidateCmd(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "validate FILE...",
		Short: "check what init printed, or the block that embed wrote into a script",
		Long: `Checks what init printed into a file, or a script with a block of embed; - is
standard input. A line for each check:
  parses       in its dialect
  block        it is what lockkit wrote, and which version did
  functions    with_lock, lock_fd and unlock are there
  definitions  reading it runs nothing but functions of lockkit
  lint         the functions, where they are called, and the script are clean
  bodies       prove explores scripts that call the functions, with each engine that
               is a command: builtin and perl are not followed
  prove        prove explores the script, the functions taken at their word; no
               line where the script takes no lock
unknown means that this cannot be decided, and why; that is neither ok nor a failure.

Exit status: 0 nothing failed, 1 something did, 64 wrong call, 66 a file cannot be
read; of several the highest.`,
		Args: someScripts,
		RunE: func(_ *cobra.Command, args []string) error { return eachScript(c, args, validate) },
	}
}

func validate(c *console, f *source.File) error {
	code := exitOK
	var list []report.Check
	for _, check := range funcs.Validate(f, version) {
		if check.Outcome == funcs.Failed {
			code = validateFailed
		}
		list = append(list, report.Check{What: check.What, Outcome: check.Outcome.String(), Text: check.Text})
	}
	if err := report.Checks(c.Out, f.Name, list, c.Colour); err != nil {
		return err
	}
	return exit(code)
}
