// Reading the CPU quota of a container costs every start some 0.1 ms, which the
// commands that stand in for C programs cannot spare.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

// Command lockkit writes, checks, proves and runs locking in shell scripts.
package main

import (
	"os"

	_ "github.com/lockkit/lockkit/cmd/lockkit/direct" // flock and run end there
	"github.com/lockkit/lockkit/shellkit/cli"
	"github.com/lockkit/lockkit/shellkit/lsp"
	"github.com/lockkit/lockkit/shellkit/rehearse"
)

func main() {
	if code, ours := rehearse.Serve(os.Args); ours {
		os.Exit(code) // the helper process of a rehearsal
	}
	os.Exit(cli.Main(os.Args[1:], cli.Streams{
		In:  os.Stdin,
		Out: os.Stdout,
		Err: os.Stderr,
	}, lsp.Serve))
}
