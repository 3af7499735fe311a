// Command lockkit writes, checks, proves and runs locking in shell scripts.
package main

import (
	"os"

	"github.com/lockkit/lockkit/shellkit/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.Streams{
		In:  os.Stdin,
		Out: os.Stdout,
		Err: os.Stderr,
	}))
}
