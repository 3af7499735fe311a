// Package cli is the command line: one file per subcommand, each of which turns
// options into a library call, the result into a report, and both into an exit
// code. Nothing here decides anything about locks.
//
// A new subcommand is a file with a function `func newXCmd(c *console) *cobra.Command`
// and one line in the list in root.go.
package cli

import (
	"bufio"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// Streams are the three standard files of the process.
type Streams struct {
	In, Out, Err *os.File
}

// Main runs the command that args (without the program's name) asks for and
// returns the exit code for the process. It never exits itself. The language server stands
// beside this package, and is handed in.
func Main(args []string, s Streams, serve Server) int {
	if code, done := direct(args, s); done {
		return code
	}
	c := newConsole(s)
	c.serve = func() (bool, error) { return serve(s.In, s.Out, version) }
	err := execute(c, args)
	code := exitCode(err)
	if ferr := c.out.Flush(); ferr != nil && code != exitWrite {
		complain(c.Err, fail(exitWrite, "cannot write to standard output: %s", reason(ferr)))
		code = max(code, exitWrite)
	}
	if c.written.any && flockcmd.Closed(s.Out) {
		complain(c.Err, fail(exitWrite, "cannot write to standard output: it is closed").
			withHint("/dev/null that is open for reading as well looks the same: open it for writing"))
		code = max(code, exitWrite)
	}
	return code
}

// console is what a subcommand talks to. What it writes to Out appears, in one
// piece, when the command ends; an error that writing meets is reported then.
type console struct {
	In  *os.File
	Out io.Writer
	Err io.Writer

	// Colour says whether Out is a terminal whose user wants colour.
	Colour bool

	// terminal is what Out ends in where that is a terminal, else nil.
	terminal *os.File

	serve func() (orderly bool, err error)

	out     *bufio.Writer
	written *noticing
}

// noticing remembers whether anything was written.
type noticing struct {
	io.Writer
	any bool
}

func (n *noticing) Write(text []byte) (int, error) {
	n.any = n.any || len(text) > 0
	return n.Writer.Write(text)
}

func newConsole(s Streams) *console {
	written := &noticing{Writer: s.Out}
	out := bufio.NewWriterSize(written, 1<<16)
	c := &console{In: s.In, Out: out, Err: s.Err, Colour: wantsColour(s.Out), out: out, written: written}
	if term.IsTerminal(int(s.Out.Fd())) {
		c.terminal = s.Out
	}
	return c
}
