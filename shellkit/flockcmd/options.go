package flockcmd

import (
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// Options that have no short form.
const (
	keyVerbose = 1 + iota
	keyFcntl
	keyStart
	keyLength
	keyFD
)

// flockOptions are those of util-linux 2.38, then what came after it: --fcntl
// with 2.41, --start and --length with 2.42, --fd with 2.43.
var flockOptions = []option{
	{long: "shared", key: 's'},
	{long: "exclusive", key: 'x'},
	{key: 'e'},
	{long: "unlock", key: 'u'},
	{long: "nonblock", key: 'n'},
	{long: "nonblocking", key: 'n'},
	{long: "nb", key: 'n'},
	{long: "timeout", key: 'w', value: true},
	{long: "wait", key: 'w', value: true},
	{long: "conflict-exit-code", key: 'E', value: true},
	{long: "close", key: 'o'},
	{long: "no-fork", key: 'F'},
	{long: "verbose", key: keyVerbose},
	{long: "help", key: 'h'},
	{long: "version", key: 'V'},
	{long: "fcntl", key: keyFcntl, later: true},
	{long: "start", key: keyStart, value: true, later: true},
	{long: "length", key: keyLength, value: true, later: true},
	{long: "fd", key: keyFD, value: true, later: true},
}

// call is a command line of flock.
type call struct {
	request  lockfile.Request
	unlock   bool
	conflict int // the status for a busy lock
	closeFD  bool
	noFork   bool
	verbose  bool

	file    string // the FILE form
	fd      int    // the descriptor form, else -1
	command []string

	// badWait is a time that no clock can be set to; flock(1) opens the file
	// before it finds that out.
	badWait bool
	// only is --help or --version.
	only byte
}

// parseFlock understands the arguments of flock.
func parseFlock(args []string) (*call, *failure) {
	if len(args) == 0 {
		return nil, usage("flock", "a lock file, directory or descriptor is needed")
	}
	c := &call{conflict: exitFailure, fd: -1, request: lockfile.Request{Wait: lockfile.Forever, Devices: true}}
	g := getopt{command: "flock", options: flockOptions, args: args}
	nonblock := false
	for {
		key, value, err := byte(0), "", (*failure)(nil)
		if !g.before(isCommandOption) { // behind it there are no options of ours
			key, value, err = g.next()
		}
		if err != nil {
			return nil, err
		}
		switch key {
		case 0:
			if nonblock {
				c.request.Wait = 0
			}
			if c.fd < 0 && g.before(isCommandOption) && !g.ended {
				return nil, usage("flock", "a lock file, directory or descriptor is needed")
			}
			return c, c.operands(g.args)
		case 's':
			c.request.Shared, c.unlock = true, false
		case 'x', 'e':
			c.request.Shared, c.unlock = false, false
		case 'u':
			c.unlock = true
		case 'n':
			nonblock = true
		case 'w':
			err = c.wait(value)
		case 'E':
			c.conflict, err = exitStatus("flock", value)
		case 'o':
			c.closeFD = true
		case 'F':
			c.noFork = true
		case keyVerbose:
			c.verbose = true
		case keyFcntl:
			c.byteRange()
		case keyStart:
			c.byteRange().Start, err = number(value, 64)
		case keyLength:
			c.byteRange().Length, err = number(value, 64)
		case keyFD:
			err = c.descriptor(value)
		case 'h', 'V':
			c.only = key
			return c, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// Refusal is what flock says to arguments that it refuses, so that it neither locks nor
// runs anything; it is "" where they are fine. A time that no clock can be set to is refused as
// well (status 71): that is found out when the file is open, and no lock is taken.
func Refusal(args []string) string {
	c, err := parseFlock(args)
	switch {
	case err != nil:
		return err.text
	case c.badWait:
		return "no clock can be set to such a time"
	}
	return ""
}

func (c *call) operands(args []string) *failure {
	if c.noFork && c.closeFD {
		return usage("flock", "--no-fork and --close exclude each other: nobody would hold the lock")
	}
	if c.fd < 0 {
		switch len(args) {
		case 0:
			return usage("flock", "a lock file, directory or descriptor is needed")
		case 1:
			return c.descriptor(args[0])
		}
		c.file, args = args[0], args[1:]
	}
	if len(args) > 0 && isCommandOption(args[0]) {
		if len(args) != 2 {
			return usage("flock", args[0], " takes exactly one command")
		}
		shell := os.Getenv("SHELL")
		if shell == "" {
			shell = "/bin/sh"
		}
		args = []string{shell, "-c", args[1]}
	}
	c.command = args
	return nil
}

// isCommandOption tells of the option that stands before a command for the shell: behind
// FILE, or where --fd takes its place.
func isCommandOption(word string) bool { return word == "-c" || word == "--command" }

func (c *call) byteRange() *lockfile.Range {
	if c.request.Range == nil {
		c.request.Range = &lockfile.Range{}
	}
	return c.request.Range
}

func (c *call) descriptor(text string) *failure {
	n, err := number(text, 32)
	if err != nil {
		return usage("flock", "bad file descriptor '", text, "'")
	}
	// A negative one cannot be open; it must not be taken for "none given".
	c.fd = int(n)
	if c.fd < 0 {
		c.fd = noDescriptor
	}
	return nil
}

// wait reads what strtod reads, "1e2" and "inf" included, and keeps microseconds.
func (c *call) wait(text string) *failure {
	seconds, ok := decimal(text)
	if !ok {
		return usage("flock", "bad time '", text, "'")
	}
	c.badWait = seconds < 0 || seconds >= 1<<63 || seconds != seconds
	c.request.Wait = patience(seconds)
	return nil
}

func decimal(text string) (float64, bool) {
	if strings.Contains(text, "_") {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(strings.TrimLeft(text, " \t\n\v\f\r"), 64)
	// Out of range it is infinite, or so small that it is 0.
	return seconds, err == nil || math.IsInf(seconds, 0)
}

// patience turns seconds into a wait; what exceeds 290 years has no end.
func patience(seconds float64) time.Duration {
	if seconds >= 9e9 {
		return lockfile.Forever
	}
	return time.Duration(seconds*1e6) * time.Microsecond
}

func exitStatus(command, text string) (int, *failure) {
	n, err := number(text, 32)
	if err != nil {
		return 0, usage(command, "bad exit status '", text, "'")
	}
	if n < 0 || n > 255 {
		return 0, usage(command, "exit status '", text, "' is not within 0 to 255")
	}
	return int(n), nil
}

// number reads what strtol reads in base 10.
func number(text string, bits int) (int64, *failure) {
	n, err := strconv.ParseInt(strings.TrimLeft(text, " \t\n\v\f\r"), 10, bits)
	if err != nil {
		return 0, usage("flock", "bad number '", text, "'")
	}
	return n, nil
}
