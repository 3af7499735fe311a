// Package direct runs the commands that stand in for small C programs before the
// rest of lockkit is initialised, which takes longer than they do.
//
// Go initialises packages in the order of their import paths, each as soon as its
// own imports are (language specification, "Program initialization"). This path
// sorts before those of all the packages that have tables and expressions to set
// up, and its imports are few. bats/flock.bats looks whether it is still so.
package direct

import (
	"os"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

func init() {
	if len(os.Args) < 2 {
		return
	}
	switch os.Args[1] {
	case "flock":
		os.Exit(flockcmd.Flock(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	case "run":
		os.Exit(flockcmd.Run(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	}
}
