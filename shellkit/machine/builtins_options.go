package machine

import (
	"strings"
)

// setRow is set: options and positional parameters.
func setRow(m *machine, c *call, s *State) plan {
	t := s.clone()
	i := 1
	for ; i < len(c.args); i++ {
		a := c.args[i].Text
		if !c.args[i].Known || c.args[i].loose {
			break
		}
		if a == "--" || a == "-" {
			i++
			if a == "--" || i < len(c.args) {
				t.params = m.argumentsOf(s, c, i)
			}
			i = len(c.args)
			break
		}
		if len(a) < 2 || a[0] != '-' && a[0] != '+' {
			break
		}
		if strings.Contains(a, "A") {
			return m.cannotFollow(c, "set -A")
		}
		on := a[0] == '-'
		for _, letter := range a[1:] {
			if letter != 'o' {
				t.opts.letter(letter, on)
			} else if i+1 < len(c.args) {
				i++
				if c.args[i].Known && m.facts(s).LacksOption(c.args[i].Text) {
					return m.refusesOption(c, s)
				}
				t.opts.named(c.args[i].Text, on)
			}
		}
	}
	if i < len(c.args) {
		t.params = m.argumentsOf(s, c, i)
	}
	if t.opts.errexit && !s.opts.errexit && s.denied && m.facts(s).ErrexitInside {
		m.unknown(c.at, "whether set -e holds behind !, where it is set there")
	}
	opts, params := t.opts, t.params
	if len(c.args) == 1 {
		return m.quiet(c)
	}
	return changes(func(s *State) *State {
		t := s.clone()
		t.opts, t.params = opts, params
		return t
	})
}

// refusesOption is set -o with a name that the shell does not know.
func (m *machine) refusesOption(c *call, s *State) plan {
	if c.args[len(c.args)-1].Text == "pipefail" {
		m.unknown(c.at, "whether this shell has pipefail, as later ones do")
		return m.chance(c, 0)
	}
	return plan{done: func(s *State, _ bool) outcome {
		if m.facts(s).OptionExits && !c.plain {
			return goes(s.over(status(1)).exits())
		}
		return goes(s.over(status(1)))
	}}
}

// letter sets an option by its letter.
func (o *options) letter(letter rune, on bool) {
	switch letter {
	case 'e':
		o.errexit = on
	case 'C':
		o.noclobber = on
	case 'E':
		o.errtrace = on
	case 'u':
		o.nounset = on
	case 'f':
		o.noglob = on
	case 'a':
		o.allexport = on
	}
}

// named sets an option by its name, in which capitals and _ say nothing, and no in front of
// it the opposite.
func (o *options) named(name string, on bool) {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	if rest, negated := strings.CutPrefix(name, "no"); negated && name != "notify" && name != "nomatch" && name != "nolog" {
		name, on = rest, !on
	}
	switch name {
	case "errexit":
		o.errexit = on
	case "errtrace":
		o.errtrace = on
	case "unset":
		o.nounset = !on
	case "clobber":
		o.noclobber = !on
	case "glob":
		o.noglob = !on
	case "pipefail":
		o.pipefail = on
	case "posix":
		o.posix = on
	case "posixtraps":
		o.posixTraps = on
	case "forlocal":
		o.loopsShare = !on
	case "posixlycorrect":
		o.loopsShare = on
	case "inheriterrexit":
		o.inherits = on
	case "allexport":
		o.allexport = on
	}
}

// shoptRow is shopt.
func shoptRow(m *machine, c *call, s *State) plan {
	on, sets := false, false
	t := s.clone()
	for _, a := range c.args[1:] {
		if strings.HasPrefix(a.Text, "-") {
			on, sets = on || strings.Contains(a.Text, "s"), sets || strings.ContainsAny(a.Text, "su")
			continue
		}
		switch {
		case !sets:
			return m.chance(c, 0)
		case on && (a.Text == "failglob" || a.Text == "varredir_close" || a.Text == "lastpipe" || a.Text == "expand_aliases"):
			m.unknown(c.at, "what the option %s changes", a.Text)
		}
		t.opts.named(a.Text, on)
	}
	opts := t.opts
	return changes(func(s *State) *State { t := s.clone(); t.opts = opts; return t })
}

// setoptRow is zsh's setopt and unsetopt.
func setoptRow(m *machine, c *call, s *State) plan {
	t := s.clone()
	on := c.name() == "setopt"
	for _, a := range c.args[1:] {
		if letters := strings.TrimLeft(a.Text, "-+"); letters != a.Text {
			for _, letter := range letters {
				t.opts.letter(letter, on == (a.Text[0] == '-'))
			}
			continue
		}
		switch name := strings.ToLower(strings.ReplaceAll(a.Text, "_", "")); name {
		case "shwordsplit", "globsubst", "ksharrays", "shnullcmd", "errreturn", "localtraps", "localoptions", "typesetsilent", "rcexpandparam":
			m.unknown(c.at, "what the option %s changes", a.Text)
		}
		t.opts.named(a.Text, on)
	}
	opts := t.opts
	return changes(func(s *State) *State { t := s.clone(); t.opts = opts; return t })
}

func emulateRow(m *machine, c *call, s *State) plan {
	return m.cannotFollow(c, "how the shell is as another one")
}
