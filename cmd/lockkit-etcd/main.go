// Command lockkit-etcd is what `lockkit run --on etcd://…` becomes. It is a program of its
// own, so that lockkit stays small and quick to start, and it is not for people to call.
package main

import (
	"os"

	"github.com/lockkit/lockkit/cmd/lockkit-etcd/etcd"
	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

const usage = `usage: lockkit run --on etcd://HOST:PORT,... LOCK -- COMMAND [ARG...]
       lockkit who --on etcd://HOST:PORT,... [LOCK...]
       lockkit doctor --on etcd://HOST:PORT,...

lockkit-etcd is called by lockkit, beside which it is installed; ` + "`lockkit run --help`" + ` tells more.
`

func main() {
	os.Exit(run(flockcmd.On{Connect: etcd.Connect}, os.Args[1:]))
}

func run(on flockcmd.On, args []string) int {
	command := ""
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch command {
	case "run":
		return on.Run(args, os.Stdin, os.Stdout, os.Stderr)
	case "guard":
		return on.Guard(args, os.Stdin, os.Stdout, os.Stderr)
	case "keep":
		return on.Keep(args, os.Stdin, os.Stdout, os.Stderr)
	case "who", "doctor":
		return look(command, args)
	case "--help", "-h":
		os.Stdout.WriteString(usage)
		return 0
	}
	os.Stderr.WriteString(usage)
	return flockcmd.StatusUsage
}

// look is who and doctor: args are the place and the names of locks.
func look(command string, args []string) int {
	if len(args) == 0 {
		os.Stderr.WriteString(usage)
		return flockcmd.StatusUsage
	}
	place, err := flockcmd.ReadPlace(args[0])
	switch {
	case err != nil:
		os.Stderr.WriteString("lockkit: " + command + ": " + err.Error() + "\n")
		return flockcmd.StatusUsage
	case command == "who":
		return etcd.Who(place, args[1:], os.Stdout, os.Stderr)
	}
	return etcd.Doctor(place, os.Stdout, os.Stderr)
}
