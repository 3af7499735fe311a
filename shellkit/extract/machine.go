package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Whether a file of the machine is there, its settings or a folder of the system, is a
// question with one answer within one run, as is whether a program is installed: who asks
// before the lock is taken and again before it is given up hears the same. A file that
// the script itself may make, change or remove is none of the kind, nor is what is kept
// where programs put it while they run.

// settings are the folders in which a machine keeps what runs do not change.
var settings = []string{"/etc/", "/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/opt/", "/sys/", "/proc/sys/"}

// standing are the folders that are there or not as long as the machine runs.
var standing = map[string]bool{
	"/run": true, "/run/lock": true, "/run/user": true, "/run/systemd/system": true, "/var/run": true, "/var/lock": true, "/lock": true,
	"/tmp": true, "/var/tmp": true, "/dev/shm": true, "/proc": true, "/sys": true, "/etc": true, "/usr": true, "/opt": true,
}

// ofTheMachine tells whether a test asks for a file that is the machine's.
func ofTheMachine(op string, v value) bool {
	if !v.known {
		return false
	}
	if standing[strings.TrimSuffix(v.text, "/")] {
		return op == "-d" || op == "-e"
	}
	for _, folder := range settings {
		if strings.HasPrefix(v.text, folder) {
			return true
		}
	}
	return false
}

// asksMachine is the text of the question whether a value is, or fits, another, where the value tells
// what kind of machine it is, in the same words wherever that is asked; else "".
func asksMachine(v value, other string) string {
	kind := v.machine
	switch name := strings.Trim(v.text, "${}"); name {
	case "OSTYPE", "MACHTYPE", "HOSTTYPE", "HOSTNAME":
		kind = name
	}
	if kind == "" {
		return ""
	}
	return protocol.OfMachine + kind + " = " + other
}

// reading are the commands that only read the files that they name.
var reading = map[string]bool{".": true, "source": true, "cat": true, "grep": true, "test": true, "[": true}

// onlyReads notes a command or a question that changes nothing of what it names.
func (in *interest) onlyReads(n syntax.Node) {
	in.mentions.read = append(in.mentions.read, nameOf(in.raw(n)))
}

// unchanged tells whether the script asks more than once for the file that a word names,
// and does nothing with it but read it.
func (in *interest) unchanged(word, file string) bool {
	for _, name := range []string{word, file} {
		if in.made[name] || in.removed[name] || in.opened[name] {
			return false
		}
	}
	read := 0
	for _, text := range in.mentions.read {
		read += shell.CountName(text, nameOf(word))
	}
	return read > 1 && (standing[strings.TrimSuffix(file, "/")] || in.mentions.times(word) <= read)
}

// times is how often a word stands in the texts of a script.
func (m *mentions) times(word string) (n int) {
	for _, text := range m.all {
		n += shell.CountName(nameOf(text), nameOf(word))
	}
	return n
}

// ofMachine asks for a file of the machine, to which the answer may be known already.
func (x *walker) ofMachine(t *test, v value, f flow, ask func() (flow, flow)) (yes, no []flow) {
	if !ofTheMachine(t.op, v) || !x.in.unchanged(x.in.bareIn(x.src, t.x), v.text) {
		a, b := ask()
		return []flow{a}, []flow{b}
	}
	for _, g := range x.once(t.op+v.text, f, func() []flow { a, b := ask(); return []flow{a, b} }) {
		if g.st.status.nonzero {
			no = append(no, g)
		} else {
			yes = append(yes, g)
		}
	}
	return yes, no
}
