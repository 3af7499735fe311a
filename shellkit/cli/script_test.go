package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/lockkit/lockkit/shellkit/lsp"
	"github.com/lockkit/lockkit/shellkit/rehearse"
)

func TestMain(m *testing.M) {
	if code, ours := rehearse.Serve(os.Args); ours {
		os.Exit(code)
	}
	testscript.Main(m, map[string]func(){
		"lockkit": func() {
			if code, ours := rehearse.Serve(os.Args); ours {
				os.Exit(code)
			}
			os.Exit(Main(os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, lsp.Serve))
		},
	})
}

// TestScript runs testdata/script: each file is a conversation with the command.
// There, `exits CODE COMMAND...` demands an exit code.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits,
		},
		Condition: func(name string) (bool, error) {
			if name != "rehearsal" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return rehearsal(), nil
		},
	})
}

// rehearsal tells whether scripts can be rehearsed on this machine; the tests of the
// package rehearse hold that they can wherever the kernel lets them.
var rehearsal = sync.OnceValue(func() bool {
	_, err := rehearse.Run(context.Background(), rehearse.Script{Path: "testdata/nothing.sh", Shell: "sh"}, rehearse.Options{Choose: func(string, *rehearse.Report) bool { return false }})
	return !errors.Is(err, rehearse.ErrCannot)
})

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("%s is no exit code", args[0])
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
