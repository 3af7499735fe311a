package machine

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// prefix is a program that runs the command behind its own words, in its own place and with
// its descriptors.
type prefix struct {
	takes    string   // letters of options that take the next word
	long     []string // long options that take the next word
	operands int      // words of its own in front of the command
	assigns  bool     // NAME=VALUE may stand in front of the command
	needs    string   // without this option what it starts is somebody else's child
	text     []string // with one of these options what it runs is a text
	adapts   adapter  // what is different for the command
}

// adapter is what a prefix changes for its command: the state that it finds, its words, or
// whether it is run at all.
type adapter func(m *machine, c, inner *call, s *State, r *reading) (*State, *plan)

// prefixRows are the prefixes. Their options were taken from their manuals.
var prefixRows = prefixTable(map[string]prefix{
	"cgexec":      {takes: "g"},
	"chpst":       {takes: "uUbenmdofprtclC/", adapts: takesLock("lL")},
	"chroot":      {long: []string{"userspec", "groups"}, operands: 1, adapts: elsewhereRoot},
	"chrt":        {takes: "TPD", operands: 1},
	"doas":        {takes: "uC", adapts: asOther},
	"env":         {takes: "uCS", long: []string{"unset", "chdir", "split-string"}, assigns: true, text: []string{"S", "split-string"}, adapts: envAdapts},
	"ionice":      {takes: "cnpPu", long: []string{"class", "classdata", "pid", "pgid", "uid"}},
	"ltrace":      {takes: "eospu"},
	"nice":        {takes: "n", long: []string{"adjustment"}},
	"nohup":       {},
	"numactl":     {takes: "NmCpit"},
	"prlimit":     {takes: "op"},
	"schedtool":   {takes: "anp"},
	"setpriv":     {long: []string{"reuid", "regid", "groups", "ruid", "euid", "rgid", "egid"}},
	"setsid":      {adapts: leavesGroup},
	"softlimit":   {takes: "acdflmoprst"},
	"stdbuf":      {takes: "ioe", long: []string{"input", "output", "error"}},
	"strace":      {takes: "eospuPE"},
	"sudo":        {takes: "ugpChrtUDTR", long: []string{"user", "group", "chdir", "host", "close-from", "prompt", "chroot"}, assigns: true, adapts: asOther},
	"systemd-cat": {takes: "tp", long: []string{"identifier", "priority"}},
	"systemd-run": {takes: "upEHMt", long: []string{"unit", "slice", "property", "uid", "gid", "description"}, needs: "scope"},
	"time":        {takes: "fo", long: []string{"format", "output"}},
	"timeout":     {takes: "sk", long: []string{"signal", "kill-after"}, operands: 1, adapts: limits},
	"unshare":     {takes: "SG", long: []string{"setuid", "setgid", "root", "wd"}},
	"watch":       {takes: "n", long: []string{"interval"}, adapts: repeats},
	"busybox":     {adapts: applet},
	"xargs":       {takes: "adEILnPs", long: []string{"arg-file", "delimiter", "max-args", "max-procs", "replace", "max-lines", "max-chars"}, adapts: addsWords},
	"parallel":    {takes: "jNnLaIS", long: []string{"jobs", "max-args", "arg-file", "colsep", "delay", "timeout", "retries", "results", "joblog"}, adapts: addsWords},
}, `catatonit chronic dumb-init eatmydata fakeroot linux32 linux64 proxychains systemd-inhibit tini torsocks unbuffer`,
	`envdir gosu setarch setuidgid su-exec taskset`)

// prefixTable adds prefixes without options, and those with one word of their own.
func prefixTable(rows map[string]prefix, bare, one string) map[string]command {
	for _, name := range strings.Fields(bare) {
		rows[name] = prefix{}
	}
	for _, name := range strings.Fields(one) {
		rows[name] = prefix{operands: 1}
	}
	all := map[string]command{"lockkit": lockkitRow}
	for name, p := range rows {
		all[name] = p.row
	}
	return all
}

// row runs the words behind the prefix, past the shell's own lookup.
func (p prefix) row(m *machine, c *call, s *State) plan {
	u := usage{takes: p.takes, long: p.long, early: true}
	r := u.read(c)
	at, left := 0, p.operands
	for ; at < len(r.operands); at++ {
		if p.assigns && strings.Contains(c.args[r.operands[at]].Text, "=") && c.args[r.operands[at]].Text[0] != '=' {
			continue
		}
		if left--; left < 0 {
			break
		}
	}
	if r.doubt {
		m.unknown(c.at, "an option of %s that is not known", c.name())
	}
	if r.has(p.text...) {
		return m.unread(c, s, "what "+c.name()+" makes of a text is not known")
	}
	if at >= len(r.operands) {
		return m.program(c, s)
	}
	if p.needs != "" && !r.has(p.needs) {
		return m.program(c, s)
	}
	if c.args[r.operands[at]].loose {
		return m.unread(c, s, "which command "+c.name()+" runs is not known")
	}
	inner := c.program(r.operands[at])
	r.operands = r.operands[:at]
	if p.adapts != nil {
		t, other := p.adapts(m, c, inner, s, &r)
		if other != nil {
			return *other
		}
		s = t
	}
	return m.dispatch(s, inner)
}

// isFollowed tells whether more is known of a command than that it works.
func isFollowed(c *call) bool {
	return c.args[0].Command != "" && commands[c.name()] != nil && !looksOnly(c.name())
}

// takesLock is for prefixes that take a lock themselves with one of some options.
func takesLock(letters string) adapter {
	return func(m *machine, c, inner *call, s *State, r *reading) (*State, *plan) {
		for _, letter := range letters {
			if r.has(string(letter)) {
				m.unknown(c.at, "%s takes a lock", c.name())
			}
		}
		return s, nil
	}
}

// elsewhereRoot is for what runs in a file system of its own.
func elsewhereRoot(m *machine, c, inner *call, s *State, r *reading) (*State, *plan) {
	if isFollowed(inner) {
		m.unknown(c.at, "what %s does under another root", inner.name())
	}
	p := m.program(c, s)
	return s, &p
}

// envAdapts is what env changes in the environment of its command.
func envAdapts(m *machine, c, inner *call, s *State, r *reading) (*State, *plan) {
	t := s.clone()
	if r.has("i", "ignore-environment") || slices.ContainsFunc(c.args[1:], func(f field) bool { return f.Text == "-" }) {
		t.vars = nil
	}
	for _, o := range r.options {
		switch {
		case (o.name == "u" || o.name == "unset") && o.value.Known:
			t.vars = t.vars.without(o.value.Text)
		case o.name == "C" || o.name == "chdir":
			t.cwd = placed(o.value, s)
		}
	}
	return t.withEnvironment(c, r), nil
}

// withEnvironment is the state in which NAME=VALUE among the operands of a prefix are exported.
func (s *State) withEnvironment(c *call, r *reading) *State {
	t := s.clone()
	for _, i := range r.operands {
		name, _, assigned := strings.Cut(c.args[i].Text, "=")
		if assigned && isName(name) {
			t.vars = t.vars.with(name, Variable{Value: behindText(c.args[i].Value, name+"="), Exported: true})
		}
	}
	return t
}

// asOther is for what runs as somebody else: it has an environment of its own, and sudo
// closes all descriptors above 2 without -C.
func asOther(m *machine, c, inner *call, s *State, r *reading) (*State, *plan) {
	t := s.clone()
	if !r.has("E", "preserve-env") {
		t.vars = nil
		for _, name := range []string{"HOME", "USER", "LOGNAME", "SHELL", "MAIL", "PATH"} {
			t.vars = t.vars.with(name, Variable{Value: derived("$"+name, name+" of another user"), Exported: true})
		}
	}
	if o := r.option("D", "chdir"); o != nil {
		t.cwd = placed(o.value, s)
	}
	if c.name() == "sudo" && !r.has("C", "close-from") {
		t.fds = standard()
		if inner.name() == "flock" {
			q := flockOptions(inner)
			if q.operand == len(inner.args)-1 && !q.mode.Has(protocol.Unlock) {
				if fd, ok := shell.Number(inner.args[q.operand].Text); ok && fd > 2 {
					p := m.refused(inner, q, s, "sudo closes descriptor "+itoa(fd), 65)
					return s, &p
				}
			}
		}
	}
	return t.withEnvironment(c, r), nil
}

// leavesGroup is setsid: signals to the group do not reach what it runs.
func leavesGroup(m *machine, c, inner *call, s *State, r *reading) (*State, *plan) {
	inner.apart = true
	if r.has("f", "fork") {
		if inner.detached = true; isFollowed(inner) {
			p := m.unread(c, s, "what "+inner.name()+" does on its own")
			p.effects[0].node.Mode |= protocol.Stays | protocol.Apart
			return s, &p
		}
	}
	return s, nil
}

// limits is timeout: it puts its command in a group of its own, and ends it after a while.
// A flock that waits then waits as long.
func limits(m *machine, c, inner *call, s *State, r *reading) (*State, *plan) {
	inner.apart = inner.apart || !r.has("foreground", "f")
	limit := c.args[r.operands[len(r.operands)-1]]
	if limit.Known && strings.Trim(limit.Text, "0.smhd") == "" && strings.Contains(limit.Text, "0") {
		return s, nil
	}
	if inner.name() != "flock" {
		return s, nil
	}
	q := flockOptions(inner)
	if q.mode&(protocol.Nonblock|protocol.Timed) != 0 || q.operand >= len(inner.args) {
		return s, nil
	}
	code := Literal("124")
	if len(r.options) > 0 {
		code = Symbol("$?", "limit") // -s KILL, -k and --preserve-status give another one
	}
	words := []field{inner.args[0], {Value: Literal("-w")}, {Value: Literal("1")}, {Value: Literal("-E")}, {Value: code}}
	inner.args = append(words, inner.args[1:]...)
	return s, nil
}

// repeats is watch: it runs its command again and again.
func repeats(m *machine, c, inner *call, s *State, r *reading) (*State, *plan) {
	if isFollowed(inner) {
		p := m.unread(c, s, "what watch runs again and again")
		return s, &p
	}
	p := m.program(c, s)
	return s, &p
}

// applet is busybox: its shell is one of its own kind.
func applet(m *machine, c, inner *call, s *State, r *reading) (*State, *plan) {
	if first := &inner.args[0]; first.Text == "sh" {
		inner.args = slices.Clone(inner.args)
		inner.args[0].Text, inner.args[0].Key, inner.args[0].Command = "ash", "ash", "ash"
	}
	return s, nil
}

// addsWords is xargs: behind the words of its command stand more, which are not known. Where
// that is more than a removal, it is not known either how often it is run.
func addsWords(m *machine, c, inner *call, s *State, r *reading) (*State, *plan) {
	item := Symbol("item", "item@"+c.at.Start.String())
	item.Filled = true
	switch {
	case !isFollowed(inner):
		p := m.program(c, s)
		return s, &p
	case !isOneOf(inner.name(), "rm", "rmdir", "unlink", "touch"):
		p := m.unread(c, s, "what "+c.name()+" runs for each word: "+inner.name())
		return s, &p
	}
	inner.args = append(slices.Clone(inner.args), field{Value: item, loose: true})
	p := perhaps(m.dispatch(s, inner))
	p.done = ends(someStatus, someStatus)
	for i := range p.effects {
		p.effects[i].open = false
	}
	return s, &p
}

// lockkitRow is lockkit: as flock it is flock; what else takes a lock is not followed here.
func lockkitRow(m *machine, c *call, s *State) plan {
	if len(c.args) > 1 {
		switch c.args[1].Text {
		case "flock":
			return m.dispatch(s, c.program(1))
		case "run":
			return m.unread(c, s, "lockkit run takes a lock")
		}
	}
	return m.program(c, s)
}
