package flockcmd

import (
	"os"
	"strings"
)

// Exit statuses of both commands; the numbers from 64 on are those of sysexits.h.
const (
	exitOK          = 0
	exitFailure     = 1   // flock: busy, unless -E says otherwise; output lost
	exitUsage       = 64  // wrong call
	exitData        = 65  // the descriptor cannot be locked
	exitNoInput     = 66  // the lock file cannot be opened
	exitUnavailable = 69  // flock: the command cannot be executed
	exitNever       = 70  // run: waiting would never end
	exitOS          = 71  // the system refuses
	exitCantCreate  = 73  // the lock file cannot be created
	exitWrite       = 74  // run: output lost
	exitBusy        = 75  // run: busy, unless -E says otherwise
	exitLost        = 79  // run: the lock in etcd was lost, and the command ended because of it
	exitTooLong     = 124 // run: --max ran out
	exitNotExec     = 126
	exitNotFound    = 127
	exitSignal      = 128            // plus the number of the signal
	exitKilled      = exitSignal + 9 // run: --max ran out, and what did not end was killed
)

// failure ends a command with a status and one line on standard error.
type failure struct {
	status int
	text   string
	hint   string
}

// fail is a failure that has nothing to hint at.
func fail(status int, words ...string) *failure {
	return &failure{status: status, text: strings.Join(words, "")}
}

// usage is a wrong call of command.
func usage(command string, words ...string) *failure {
	return &failure{exitUsage, strings.Join(words, ""), "lockkit " + command + " --help lists the options"}
}

// end reports f as the end of command and returns its status. One without a text is for the
// shell to tell of.
func (f *failure) end(command string, stderr *os.File) int {
	if f.text == "" {
		return f.status
	}
	text := "lockkit: " + command + ": " + harmless(f.text) + "\n"
	if f.hint != "" {
		text += "hint: " + f.hint + "\n"
	}
	stderr.WriteString(text)
	return f.status
}

// harmless keeps what came from outside from steering a terminal.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || 0x7f <= r && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}
