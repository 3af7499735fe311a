package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/lockkit/lockkit/shellkit/report"
)

// Exit codes of every command but lint, prove, who, doctor and validate, which name their
// own in their files. The numbers from 64 on are those of sysexits.h.
const (
	exitOK      = 0  // done
	exitUsage   = 64 // unknown command, option or name, or operands missing
	exitData    = 65 // a script cannot be worked on
	exitNoInput = 66 // a file that was named cannot be read
	exitCreate  = 73 // a file cannot be written
	exitWrite   = 74 // standard output could not be written
)

// failure ends a command with a code. An empty message means that everything
// there is to say has been written already.
type failure struct {
	code int
	msg  string
	hint string
}

func (f *failure) Error() string { return f.msg }

// fail makes the error that ends a command with code; the message is printed as
// `lockkit: message`, so it is lower case and has no full stop.
func fail(code int, format string, args ...any) *failure {
	return &failure{code: code, msg: fmt.Sprintf(format, args...)}
}

// withHint adds the line that says what to do about it.
func (f *failure) withHint(format string, args ...any) *failure {
	f.hint = fmt.Sprintf(format, args...)
	return f
}

// exit ends a command with code and without a word: nil for 0.
func exit(code int) error {
	if code == exitOK {
		return nil
	}
	return &failure{code: code}
}

func exitCode(err error) int {
	var f *failure
	if errors.As(err, &f) {
		return f.code
	}
	if err != nil {
		return exitUsage
	}
	return exitOK
}

// complain writes an error as the user sees it.
func complain(w io.Writer, err error) {
	if err == nil || err.Error() == "" {
		return
	}
	fmt.Fprintf(w, "lockkit: %s\n", report.Harmless(err.Error()))
	var f *failure
	if errors.As(err, &f) && f.hint != "" {
		fmt.Fprintf(w, "hint: %s\n", report.Harmless(f.hint))
	}
}

// unwritten is the failure that an error of writing to standard output ends a command with;
// nil for another error.
func unwritten(err error) error {
	var path *fs.PathError
	if !errors.As(err, &path) || path.Op != "write" {
		return nil
	}
	return fail(exitWrite, "cannot write to standard output: %s", reason(err))
}

// reason is the cause in the system's words, without the path and the call that
// Go puts before it: the caller's sentence has named the file already.
func reason(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	case errors.As(err, &call):
		return call.Err.Error()
	}
	return err.Error()
}
