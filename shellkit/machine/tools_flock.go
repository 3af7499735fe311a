package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// hidden is the first of the numbers that stand for descriptors which a lock command opens
// for itself; no script uses them.
const hidden = 1000

// flockRows are programs that lock what is open, or a file for a command.
func flockRows() map[string]command {
	rows := map[string]command{
		"flock": flockRow, "lockf": lockfRow, "zsystem": zsystemRow,
		underLock: underLockRow, closing: closingRow,
	}
	for _, name := range []string{"lckdo", "runlock", "setlock", "with-lock-ex"} {
		rows[name] = tool(usage{early: true}, lockRunnerRow)
	}
	return rows
}

// request is what the options of flock ask for.
type request struct {
	mode    protocol.Mode
	close   bool  // -o
	says    bool  // --verbose
	only    bool  // --help, --version
	busy    Value // the status where the lock is somebody else's
	operand int   // place of the first operand, or how many words there are
	unclear bool  // a word that may be options, or none
}

var flockLong = map[string]byte{
	"shared": 's', "exclusive": 'x', "unlock": 'u', "nonblock": 'n', "nb": 'n', "nonblocking": 'n', "timeout": 'w', "wait": 'w',
	"conflict-exit-code": 'E', "close": 'o', "no-fork": 'F', "verbose": 'v', "fcntl": 'f', "help": 'h', "version": 'V', "fd": '?', "start": '?', "length": '?',
}

// flockOptions reads the options as getopt does for flock.
func flockOptions(c *call) request {
	r := request{busy: failure}
	conflict := status(1)
	i := 1
	for ; i < len(c.args); i++ {
		a := c.args[i]
		if a.Text == "--" {
			i++
			break
		}
		if len(a.Text) < 2 || a.Text[0] != '-' {
			if !isOptions(c, i) {
				break
			}
			r.unclear = true
			continue
		}
		letters, value, joined := flockWord(a.Text)
		if letters == "" {
			break // -c is no option of flock
		}
		last := letters[len(letters)-1]
		if (last == 'w' || last == 'E' || last == '?') && !joined {
			if i++; i < len(c.args) {
				value = c.args[i].Text
			}
		}
		for _, letter := range letters {
			r.apply(byte(letter))
		}
		if last == 'E' {
			conflict = failure
			if n, ok := shell.Number(value); ok {
				conflict = status(n)
			}
		}
		r.unclear = r.unclear || !a.Known && last != 'w' && last != 'E'
	}
	r.operand = min(i, len(c.args))
	if r.mode&(protocol.Nonblock|protocol.Timed) != 0 {
		r.busy = conflict
	}
	return r
}

// flockWord is a word of options: their letters, and what is joined to the last one. There
// are no letters where it is a command option.
func flockWord(text string) (letters, value string, joined bool) {
	if name, ok := strings.CutPrefix(text, "--"); ok {
		name, value, joined = strings.Cut(name, "=")
		letter := flockLong[name]
		for long, l := range flockLong {
			if letter == 0 && strings.HasPrefix(long, name) && !strings.HasPrefix("command", name) {
				letter = l
			}
		}
		if letter == 0 {
			return "", "", false
		}
		return string(letter), value, joined
	}
	if text[1] == 'c' {
		return "", "", false
	}
	for k := 1; k < len(text); k++ {
		letters += text[k : k+1]
		if text[k] == 'w' || text[k] == 'E' {
			return letters, text[k+1:], k+1 < len(text)
		}
	}
	return letters, "", true
}

func (r *request) apply(letter byte) {
	switch letter {
	case 's':
		r.mode = r.mode&^protocol.Unlock | protocol.Shared
	case 'x', 'e':
		r.mode &^= protocol.Shared | protocol.Unlock
	case 'u':
		r.mode |= protocol.Unlock
	case 'n':
		r.mode |= protocol.Nonblock
	case 'w':
		r.mode |= protocol.Timed
	case 'o':
		r.close = true
	case 'f':
		r.mode |= protocol.Fcntl
	case 'v':
		r.says = true
	case 'h', 'V':
		r.only = true
	case '?':
		r.unclear = true
	}
}

// isOptions tells of a word that is not known and stands, open to being parted, before a
// last word that is a number: flock $OPTIONS 9.
func isOptions(c *call, i int) bool {
	if c.args[i].Known || c.args[i].word != nil && isQuoted(c.args[i].word) || i+2 != len(c.args) {
		return false
	}
	_, isNumber := shell.Number(c.args[i+1].Text)
	return isNumber
}

// flockRow is flock.
func flockRow(m *machine, c *call, s *State) plan {
	r := flockOptions(c)
	if r.unclear {
		m.unknown(c.at, "the options of flock are not known")
	}
	operands := c.args[r.operand:]
	if why := refusal(c); why != "" && !lacksCommand(operands) {
		return m.refused(c, r, s, why, 64)
	}
	switch {
	case r.only:
		return m.quiet(c)
	case len(operands) == 0:
		return m.refused(c, r, s, "a lock file, directory or descriptor is needed", 64)
	case operands[0].blank() && len(operands) > 1:
		return m.refused(c, r, s, "there is no file without a name", 66)
	case isCommandOption(operands[0].Value):
		n := m.fileNode(protocol.Misuse, c, len(c.args)-1, s)
		n.Text, n.Mode = protocol.MisuseEarlyCommand, r.mode
		return plan{effects: []effect{{node: n}}, done: ends(status(64), status(64))}
	}
	fd, isNumber := shell.Number(operands[0].Text)
	isNumber = isNumber && operands[0].Known
	switch {
	case len(operands) == 1 && isNumber:
		p := m.locksDescriptor(c, s, fd, r)
		if r.says {
			p = m.outspoken(c, &reading{options: []option{{name: "v"}}}, p)
		}
		return p
	case len(operands) == 1 && mayBeDescriptor(operands[0].Value):
		m.unknown(c.at, "the descriptor %s is not known", operands[0].Text)
		n := node(protocol.Opaque, c.at)
		n.Text = "flock of a descriptor that is not known"
		return plan{effects: []effect{{node: n, open: true}}, done: ends(success, failure)}
	case len(operands) == 1:
		n := m.fileNode(protocol.Misuse, c, r.operand, s)
		n.Text, n.Mode = protocol.MisuseNoCommand, n.Mode|r.mode
		return plan{effects: []effect{{node: n}}, done: ends(status(64), status(64))}
	}
	p := m.locksFile(c, s, r)
	if isNumber {
		n := node(protocol.Misuse, c.at)
		n.Text, n.FD, n.Mode, n.Word = protocol.MisuseFDAsFile, fd, r.mode, pathSpan(operands[0], c.at)
		return preceded([]effect{{node: n}}, p)
	}
	return p
}

// mayBeDescriptor tells of a value that is not known whether it may be a number.
func mayBeDescriptor(v Value) bool {
	return !v.Known && v.Spawn == 0 && v.Key != scriptKey && !strings.ContainsAny(v.Text, "/.")
}

// refusal is what flock says to the arguments of a call that it refuses whatever stands in
// the words that are not known, or "". One that is open to being parted may be no word.
func refusal(c *call) string {
	var all, fewest []string
	for _, a := range c.args[1:] {
		text := a.Text
		if !a.Known {
			text = "9" // right as a descriptor, a file, a number of seconds and a status
		}
		all = append(all, text)
		if a.Known || a.word != nil && isQuoted(a.word) {
			fewest = append(fewest, text)
		}
	}
	why := flockcmd.Refusal(all)
	if why != "" && flockcmd.Refusal(fewest) == "" {
		return ""
	}
	return why
}

// lacksCommand tells of the usage errors that have a name of their own: a file alone, and
// -c in front of it.
func lacksCommand(operands []field) bool {
	if len(operands) == 0 {
		return false
	}
	_, isNumber := shell.Number(operands[0].Text)
	return isCommandOption(operands[0].Value) || len(operands) == 1 && !isNumber
}

// isCommandOption tells of -c, which is no option of flock, but a word behind FILE.
func isCommandOption(v Value) bool { return v.Text == "-c" || v.Text == "--command" }

// refused is an acquisition that ends with a usage error every time.
func (m *machine) refused(c *call, r request, s *State, why string, code int) plan {
	n := node(protocol.Misuse, c.at)
	if r.operand < len(c.args) {
		n = m.fileNode(protocol.Misuse, c, r.operand, s)
		if fd, ok := shell.Number(c.args[r.operand].Text); ok {
			n.FD, n.Path = fd, none
		}
	}
	n.Text, n.Mode = protocol.MisuseRefused+why, r.mode
	return plan{effects: []effect{{node: n}}, done: ends(status(code), status(code))}
}

// locksDescriptor is flock on what is open.
func (m *machine) locksDescriptor(c *call, s *State, fd int, r request) plan {
	n := node(protocol.Flock, c.at)
	n.FD, n.Mode = fd, r.mode
	if r.operand > 0 && r.operand < len(c.args) {
		n.Word = pathSpan(c.args[r.operand], c.at)
	}
	busy := r.busy
	if !s.fds.get(fd).open {
		busy = failure // or it is not open
	}
	return plan{effects: []effect{{node: n, open: true, well: func(s *State) *State {
		if s.fds.get(fd).open {
			return s
		}
		return s.opened(fd, descriptor{open: true}) // what is closed cannot be locked
	}}}, done: ends(success, busy)}
}
