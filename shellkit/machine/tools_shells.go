package machine

import (
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// shellRows are programs that run a text as a script.
func shellRows() map[string]command {
	rows := map[string]command{runsText: textRow, "su": suRow, "runuser": suRow, "script": suRow}
	for _, name := range strings.Fields(`sh ash bash dash ksh ksh93 mksh yash zsh lksh oksh`) {
		rows[name] = shellRow
	}
	return rows
}

// baseName is a program's name without its folder.
func baseName(text string) string { return path.Base(text) }

// shellWords are the words of a shell.
type shellWords struct {
	text    field
	isText  bool // there is one: it has -c
	place   int  // of the word that is $0, or of the script
	options string
	long    []string // names behind -o
	reads   bool     // -s
}

// wordsOfShell reads them.
func wordsOfShell(c *call) (w shellWords) {
	i, asked := 1, false
	for ; i < len(c.args); i++ {
		a := c.args[i].Text
		if len(a) < 2 || a[0] != '-' && a[0] != '+' {
			if a == "-" {
				i++
			}
			break
		}
		if a == "--" {
			i++
			break
		}
		switch {
		case a == "--rcfile" || a == "--init-file":
			i++
			continue
		case strings.HasPrefix(a, "--"), a[0] == '+':
			if strings.HasSuffix(a, "o") || strings.HasSuffix(a, "O") {
				i++
			}
			continue
		}
		w.options += a[1:]
		asked, w.reads = asked || strings.Contains(a, "c"), w.reads || strings.Contains(a, "s")
		if strings.ContainsAny(a[1:], "oO") || a == "-T" {
			if i++; i < len(c.args) && strings.Contains(a[1:], "o") {
				w.long = append(w.long, c.args[i].Text)
			}
		}
	}
	w.place = i
	if asked && i < len(c.args) {
		w.text, w.isText, w.place = c.args[i], true, i+1
	}
	return w
}

// shellRow is sh and its like: a text behind -c, one that it reads, or a script in a file.
func shellRow(m *machine, c *call, s *State) plan {
	w := wordsOfShell(c)
	switch {
	case w.isText:
		return m.startsShell(c, s, w)
	case w.place < len(c.args) && c.args[w.place].Key == scriptKey:
		return m.unread(c, s, "the script runs itself")
	case w.place < len(c.args) && !w.reads && c.args[w.place].Text != "/dev/stdin":
		p := m.program(c, s)
		p.effects[0].node.Text = baseName(c.args[w.place].Text) // what runs is that script
		return p
	}
	if text, ok := s.readsDocument(c); ok {
		w.text, w.isText = text, true
		if !w.reads {
			w.place = len(c.args)
		} else if w.place > 0 {
			w.place-- // there is no name among them
		}
		return m.startsShell(c, s, w)
	}
	return m.unread(c, s, "what a shell reads as its script is not known")
}

// readsDocument is the here-document that a command reads.
func (s *State) readsDocument(c *call) (text field, ok bool) {
	if c.ins == nil {
		return field{}, false
	}
	for i, r := range c.ins.Redirects {
		if r.FD != 0 || r.Kind != program.Document && !r.Kind.Opens() && r.Kind != program.DupIn {
			continue
		}
		if ok = r.Kind == program.Document; ok {
			text = field{Value: s.targetOf(c.ins.Redirects, i), word: r.Word}
		}
	}
	return text, ok
}

// unread is a program that does something which is not known.
func (m *machine) unread(c *call, s *State, why string) plan {
	m.unknown(c.at, "%s", why)
	return m.program(c, s)
}

// startsShell starts a shell that runs a text. It has what is exported, and options of its own.
func (m *machine) startsShell(c *call, s *State, w shellWords) plan {
	if !w.text.Known || w.text.loose {
		return m.unread(c, s, "the text that "+c.name()+" runs is not known: "+short(w.text.Text))
	}
	d, ok := source.ParseDialect(c.name())
	if !ok {
		d = shell.SystemShell
	}
	t := s.clone()
	t.proc.dialect = d
	if _, err := m.codeOf(sourceOf(m, c, w.text), t); err != nil {
		return m.unread(c, s, "what "+c.name()+" runs does not parse: "+short(w.text.Text))
	}
	t.vars = m.environment(s)
	name := Literal(c.args[0].Text)
	rest := c.args[min(w.place, len(c.args)):]
	if len(rest) > 0 {
		name, rest = rest[0].Value, rest[1:]
	}
	words := append([]field{own(runsText, c.name()), w.text, {Value: Literal(string(d))}, {Value: Literal(w.options + " " + strings.Join(w.long, " "))}, {Value: name}}, rest...)
	return m.startsChild(c, t, "sh -c", words)
}

// sourceOf is a text with the place where it stands.
func sourceOf(m *machine, c *call, text field) *program.Source {
	if text.word == nil {
		return program.At(c.at, text.Text)
	}
	return program.WordSource(m.p.File, text.word, text.Text)
}

// textRow is a child that is a shell: the words are TEXT DIALECT OPTIONS $0 $1….
func textRow(m *machine, c *call, s *State) plan {
	return plan{done: func(s *State, _ bool) outcome {
		t := s.clone()
		t.proc.dialect = source.Dialect(c.args[2].Text)
		code, err := m.codeOf(sourceOf(m, c, c.args[1]), t)
		if err != nil {
			return goes(s.over(status(2)))
		}
		t.params = m.argumentsOf(s, c, 5)
		t.params.name = c.args[4].Value
		t.code, t.pc, t.phase, t.some, t.regs = code, 0, 0, false, nil
		t.opts, t.asked, t.denied = optionsOf(c.args[3].Text), 0, false
		t.status, t.subst = success, Value{}
		t.traps = t.traps.change(func(a *traps) { a.err = trap{} })
		number := Symbol("$$", "$ of the shell "+itoa(int(t.child().begin)))
		number.Private, number.Fresh, number.Number, number.Filled = true, true, true, true
		t.vars = t.vars.with("$", Variable{Value: number})
		return goes(t)
	}}
}

// optionsOf are the options that a shell is started with.
func optionsOf(text string) (o options) {
	letters, names, _ := strings.Cut(text, " ")
	for _, on := range []struct {
		letter, name string
		is           *bool
	}{
		{"e", "errexit", &o.errexit}, {"C", "noclobber", &o.noclobber}, {"u", "nounset", &o.nounset}, {"f", "noglob", &o.noglob},
		{"E", "errtrace", &o.errtrace}, {"a", "allexport", &o.allexport}, {"\x00", "pipefail", &o.pipefail}, {"\x00", "posix", &o.posix},
	} {
		*on.is = strings.Contains(letters, on.letter) || strings.Contains(" "+names+" ", " "+on.name+" ")
	}
	return o
}

// always are variables that are in every environment.
var always = shell.SetOf(`PATH HOME`)

// environment is what a program has of the variables of a shell: those that are exported.
// Whether one in capitals is, which the script has set, hangs on what it was given.
func (m *machine) environment(s *State) (out *vars) {
	given := map[string]bool{}
	for f := s.stack; f != nil; f = f.up {
		if f.kind == inScope && f.command {
			for _, k := range f.keeps {
				given[k.name] = true
			}
		}
	}
	for name, v := range s.vars.all() {
		value := v.Value
		switch {
		case !isName(name), name == "IFS", v.Refers != "", value.Unset:
			continue
		case v.Exported, given[name], always[name]:
			if v.List != nil {
				continue
			}
		case mayBeGiven(name, m.facts(s)):
			value = derived("$"+name, "environment "+name, value)
			value.Input = true
		default:
			continue
		}
		out = out.with(name, Variable{Value: value, Exported: true})
	}
	return out
}

// suRow is su USER -c TEXT, and its like: another one's shell runs the text.
func suRow(m *machine, c *call, s *State) plan {
	u := usage{takes: "csgGuwoOIBEmT", long: []string{"command", "session-command", "shell", "group", "user", "supp-group"}}
	r := u.read(c)
	o := r.option("c", "command", "session-command")
	if o == nil {
		return m.userProgram(c, s, &r)
	}
	name := string(shell.SystemShell)
	if sh := r.option("s", "shell"); sh != nil {
		if _, ok := source.ParseDialect(baseName(sh.value.Text)); ok && sh.value.Known {
			name = sh.value.Text
		}
	}
	text := field{Value: o.value}
	if c.args[o.place].Key == o.value.Key {
		text = c.args[o.place]
	}
	d := *c
	d.args = []field{{Value: Literal(name)}, {Value: Literal("-c")}, text}
	return m.startsShell(&d, s, wordsOfShell(&d))
}

// userProgram is runuser -u USER COMMAND, and what reads its commands.
func (m *machine) userProgram(c *call, s *State, r *reading) plan {
	if c.name() == "runuser" {
		u := usage{takes: "ugG", long: []string{"user", "group", "supp-group"}, early: true}
		if early := u.read(c); early.has("u", "user") && len(early.operands) > 0 {
			return m.dispatch(s, c.program(early.operands[0]))
		}
	}
	if c.name() == "script" {
		return m.program(c, s)
	}
	if text, ok := s.readsDocument(c); ok {
		d := *c
		d.args = []field{{Value: Literal(string(shell.SystemShell))}}
		return m.startsShell(&d, s, shellWords{text: text, isText: true, place: 1})
	}
	return m.unread(c, s, "what "+c.name()+" runs is not known")
}
