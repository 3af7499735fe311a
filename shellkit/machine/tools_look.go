package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// lookRows are programs that look at files and texts, and print.
func lookRows() map[string]command {
	rows := map[string]command{"cat": tool(usage{}, catRow), "sleep": sleepRow, "usleep": sleepRow, "logger": notesRow, "sed": tool(usage{takes: "efl", joins: "i", long: []string{"expression", "file"}}, sedRow)}
	for _, name := range strings.Fields(`arch awk b2sum base64 basenc bc cksum cmp column comm cut df diff dir du egrep expand expr fgrep file fmt fold free fuser
		gawk getconf getent gettext grep groups head hexdump hostid jq last lastlog ls lsblk lscpu lslocks lsof mawk md5sum mktemp mountpoint netstat nl nproc od
		paste pr printenv rev seq sha1sum sha224sum sha256sum sha384sum sha512sum shuf sort ss stat strings sum tac tail tempfile tput tr ts tsort
		unexpand uniq uptime users uuidgen vmstat w wc who xxd yes`) {
		rows[name] = looksRow
	}
	// These succeed where they are given what they know.
	for _, name := range strings.Fields(`basename date dirname hostname id logname readlink realpath tty uname whoami`) {
		rows[name] = looksRow
	}
	return rows
}

// looksRow is a program that only looks.
func looksRow(m *machine, c *call, s *State) plan {
	p := m.programWith(c, s, protocol.Program|protocol.Minor)
	if cannotFail(c) {
		p.effects[0].open = false
	}
	return p
}

// cannotFail tells of what answers in any case.
func cannotFail(c *call) bool {
	for _, a := range c.args[1:] {
		if !a.Known || a.loose {
			return false
		}
	}
	words := c.args[1:]
	switch c.name() {
	case "hostname", "whoami", "uname", "id", "arch", "nproc":
		return len(words) == 0
	case "basename", "dirname":
		operands := len(words) == 1 || len(words) == 2 && c.name() == "basename"
		return operands && !strings.HasPrefix(words[0].Text, "-")
	case "date":
		return len(words) == 0 || len(words) == 1 && strings.HasPrefix(words[0].Text, "+")
	}
	return false
}

// sleepRow is sleep: it has nothing to say, and comes to its end.
func sleepRow(m *machine, c *call, s *State) plan {
	n := node(protocol.Work, c.at)
	n.Text, n.Mode, n.Call = c.name(), protocol.Program|placeOf(c, s), m.sameCall(c)
	if len(c.args) == 2 && c.args[1].Text == "infinity" {
		n.Mode |= protocol.Endless
	}
	return plan{effects: []effect{{node: n}}, done: ends(success, success)}
}

// placeOf says whether a program takes the place of a shell, or leaves its group.
func placeOf(c *call, s *State) (mode protocol.Mode) {
	switch {
	case c.execs && s.child() == nil:
		mode |= protocol.Exec
	case c.execs:
		mode |= protocol.InPlace
	}
	if c.apart {
		mode |= protocol.Apart
	}
	if c.detached {
		mode |= protocol.Stays
	}
	return mode
}

// notesRow is a program that only prints, or sends a note elsewhere.
func notesRow(m *machine, c *call, s *State) plan {
	return m.programWith(c, s, protocol.Program|protocol.Quiet)
}

// catRow is cat: it reads its files.
func catRow(m *machine, c *call, s *State, r *reading) plan {
	var list []effect
	for _, i := range r.operands {
		if v := c.args[i].Value; v.Text == "-" || isOutlet(v) || strings.HasPrefix(v.Text, "/proc/") {
			continue
		}
		list = append(list, effect{node: m.fileNode(protocol.Load, c, i, s)})
	}
	return preceded(list, looksRow(m, c, s))
}

// sedRow is sed: with -i, a new file takes the place of each one that it is given.
func sedRow(m *machine, c *call, s *State, r *reading) plan {
	inPlace := false
	for _, o := range r.options {
		inPlace = inPlace || o.name == "i" || o.name == "in-place"
	}
	if !inPlace {
		return looksRow(m, c, s)
	}
	files := r.operands
	if !r.has("e", "f", "expression", "file") {
		files = files[min(1, len(files)):]
	}
	p := m.program(c, s)
	for _, i := range files {
		n := m.fileNode(protocol.Rename, c, i, s)
		n.To, n.Text = n.Path, "sed -i"
		p.effects = append(p.effects, effect{node: n})
	}
	p.effects[0].stops = true
	return p
}
