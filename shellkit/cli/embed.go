package cli

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/fix"
	"github.com/lockkit/lockkit/shellkit/funcs"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// embedding is what the flags of embed say; options holds what goes into the block.
type embedding struct {
	options       funcs.Options
	changed       func(option string) bool
	remove, force bool
}

func newEmbedCmd(c *console) *cobra.Command {
	var e embedding
	cmd := &cobra.Command{
		Use:   "embed SCRIPT...",
		Short: "write with_lock, lock_fd and unlock into scripts, or renew them there",
		Long: `Writes what init --standalone prints for a script's shell into the script, as a
block before its first command, so that it needs no lockkit where it runs. A block
that is there is renewed in its place, with the options that it was made with where
no others are given. The rest of the script stays byte for byte, and mode and owner
stay too; the file is exchanged at once. - reads standard input and prints.
A block that was edited by hand is renewed as well, and the script as it was is kept
as SCRIPT.orig. lockkit validate tells whether a block is still what was written.

Exit status: 0 done, 64 wrong call, 65 the script does not parse or --remove would
lose an edited block, 66 it cannot be read, 73 it, or SCRIPT.orig, cannot be
written; of several the highest.`,
		Args: someScripts,
		RunE: func(cmd *cobra.Command, args []string) error {
			e.changed = cmd.Flags().Changed
			return eachScript(c, args, e.run)
		},
	}
	addOptions(cmd, &e.options)
	cmd.Flags().BoolVar(&e.remove, "remove", false, "take the block out")
	cmd.Flags().BoolVar(&e.force, "force", false, "where the block was edited by hand, keep nothing of it, and let --remove take it out")
	return cmd
}

func (e *embedding) run(c *console, f *source.File) error {
	text, err := e.renew(f, e.force)
	edited := errors.Is(err, funcs.ErrModified) && !e.remove
	if edited {
		text, err = e.renew(f, true)
	}
	if err != nil {
		return embedFailure(f.Name, err)
	}
	if f.Name == "-" {
		_, err := c.Out.Write(text)
		return err
	}
	if bytes.Equal(text, f.Data) {
		return nil
	}
	kept := f.Name + ".orig"
	if edited {
		if err := fix.Keep(kept, f.Data, f.Name); err != nil {
			return fail(exitCreate, "embed: %s: %s, and that cannot be kept as %s: %s", f.Name, funcs.ErrModified, kept, reason(err)).
				withHint("--force renews it all the same, and what was edited is lost")
		}
		complain(c.Err, fmt.Errorf("embed: %s: %s; it is renewed, and the script as it was is kept as %s", f.Name, funcs.ErrModified, kept))
	}
	if err := fix.Write(f.Name, f.Data, text); err != nil {
		return fail(exitCreate, "embed: %s: cannot be written: %s", f.Name, reason(err))
	}
	return nil
}

func (e *embedding) renew(f *source.File, force bool) ([]byte, error) {
	if e.remove {
		return funcs.Remove(f.Data, force)
	}
	return funcs.Embed(f, version, e.change, force)
}

// change sets the options that were given.
func (e *embedding) change(o *funcs.Options) {
	if e.changed("prefix") {
		o.Prefix = e.options.Prefix
	}
	if e.changed("fd") {
		o.Highest = e.options.Highest
	}
	if e.changed("engine") {
		o.Engine = e.options.Engine
	}
}

func embedFailure(name string, err error) error {
	var word *funcs.Error
	var syntax *shell.SyntaxError
	var other *shellkit.NotShellError
	var passed *shellkit.NotLookedAtError
	switch {
	case errors.As(err, &passed):
		return fail(exitData, "%s", passed)
	case errors.As(err, &word):
		return badWord("embed", err)
	case errors.As(err, &syntax):
		return unparsed(exitData, syntax)
	case errors.As(err, &other):
		return fail(exitData, "%s", other)
	}
	f := fail(exitData, "embed: %s: %s", name, err)
	if errors.Is(err, funcs.ErrModified) {
		f.withHint("--force does it all the same, and what was edited is lost")
	}
	return f
}

func someScripts(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return fail(exitUsage, "%s: no script given", cmd.Name()).withHint("- stands for standard input")
	}
	return nil
}

// eachScript reads the scripts and does something with each. What is wrong with one
// is said, and does not keep the others from their turn.
func eachScript(c *console, names []string, do func(*console, *source.File) error) error {
	code := exitOK
	for _, name := range names {
		f, err := readScript(c, name)
		if err == nil {
			err = do(c, f)
		}
		complain(c.Err, err)
		code = max(code, exitCode(err))
	}
	return exit(code)
}

func readScript(c *console, name string) (*source.File, error) {
	read := source.Read
	if name == "-" {
		read = func(string) (*source.File, error) { return source.ReadFrom(name, c.In) }
	}
	f, err := read(name)
	if err != nil {
		return nil, fail(exitNoInput, "%s: %s", shown(name), reason(err))
	}
	return f, nil
}
