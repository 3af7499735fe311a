package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// What a script is given differs from run to run: its arguments, and the variables
// that it does not set itself. Such a value is a symbol, and what the script puts in
// its place where it is not given, as in ${DIR:-/run}, is an input: the walk acts on
// it as a person would read it, and decides nothing by it.

// unset is the value of a variable that is not there.
var unset = value{known: true, key: "\x04"}

// foundEmpty is a value of which it turned out that nothing is in it: an empty one, or that
// of a variable which is not set.
func (v value) foundEmpty() value {
	return value{known: true, quoted: true, key: "\x05" + v.key}
}

// mayBeUnset tells whether a value is nothing, and perhaps not even set.
func (v value) mayBeUnset() bool { return v.known && strings.HasPrefix(v.key, "\x05") }

// blank tells whether a value is surely nothing.
func (v value) blank() bool { return v.known && v.text == "" && !v.input }

// isNothing tells of what no process has for its number, and no script for its name: they are
// never empty, nor 0.
func (v value) isNothing() bool { return v.blank() || v.sure() && v.text == "0" }

// An inputKey is the key of a value that is this one unless another one is given.
// For a path the two are one.
func inputKey(given, usual string) string { return "\x02" + given + "\x03" + usual + "\x06" }

// usualKey is a key without what may be given instead.
func usualKey(key string) string {
	if strings.IndexByte(key, '\x02') < 0 {
		return key
	}
	var b strings.Builder
	depth := 0
	for i := 0; i < len(key); i++ {
		switch key[i] {
		case '\x02':
			depth++
		case '\x03':
			depth--
		case '\x06':
		default:
			if depth == 0 {
				b.WriteByte(key[i])
			}
		}
	}
	return b.String()
}

// as is a value that was worked out from another one, and is an input where that is.
func (v value) as(from value) value {
	if from.input {
		v.input, v.key = true, inputKey(from.key, v.key)
	}
	return v
}

// orGiven is what a variable holds that may be set, and is this otherwise.
func (v value) orGiven(name string, may value) value {
	if v.blank() {
		return may
	}
	v.input, v.key = true, inputKey(name+may.key, v.key)
	return v
}

// atStart is the value of a variable that nothing on the way has set.
func (x *walker) atStart(name string) value {
	v := symbol("$"+name, name)
	switch {
	case x.effort == exact || x.preset || x.strange || x.in.madeUp || x.mayBeGiven(name):
		return v
	case len(x.in.assigned[name]) == 0:
		v.empty = true // a person would name it so
		return v
	}
	return unset
}

// missesSites tells whether a walk has not come to a lock command that the text lets
// it come to. A variable in small letters that nothing sets is taken for empty; a
// script that never comes to its lock so must be given it by who calls it.
func (x *walker) missesSites() bool {
	return x.effort != exact && slices.ContainsFunc(x.marks.sites, func(s site) bool {
		_, why := x.fateOf(&s, nil)
		return why == notReached
	})
}

// mayBeGiven tells whether a variable may be set when the script begins: by the shell,
// or by the environment where it is written in capitals. What the script itself uses
// as a flag begins empty.
func (x *walker) mayBeGiven(name string) bool {
	switch {
	case x.sourced || !syntax.ValidName(name):
		return true
	case strings.ToUpper(name) == name:
		return shellSets(name) || !x.in.isFlag(name) && !x.in.guards[name]
	}
	return slices.Contains(x.facts.SmallNames, name)
}

// shellSets tells of variables that the shell, login or a service manager sets.
func shellSets(name string) bool {
	for _, prefix := range []string{"BASH", "ZSH", "KSH", "LC_", "XDG_", "SSH_", "SUDO_", "GITHUB_", "CI_", "COMP_", "SYSTEMD_", "DBUS_", "BATS_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "HOME", "USER", "LOGNAME", "PATH", "SHELL", "PWD", "OLDPWD", "TERM", "LANG", "LANGUAGE", "TZ", "EDITOR", "VISUAL", "PAGER", "DISPLAY",
		"MAIL", "MAILTO", "HOSTNAME", "HOST", "HOSTTYPE", "MACHTYPE", "OSTYPE", "VENDOR", "CPUTYPE", "UID", "EUID", "GID", "EGID", "GROUPS", "USERNAME",
		"PPID", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "OPTIND", "OPTARG", "OPTERR", "IFS", "PS1", "PS2", "PS3", "PS4", "COLUMNS", "LINES", "SHLVL", "SHELLOPTS",
		"TMPDIR", "TMP", "TEMP", "TEMPDIR", "CI", "DEBUG", "DIRSTACK", "PIPESTATUS", "REPLY", "FUNCNAME", "FUNCNEST", "EPOCHSECONDS", "EPOCHREALTIME", "INVOCATION_ID",
		"JOURNAL_STREAM", "MAINPID", "MANAGERPID", "NOTIFY_SOCKET", "WATCHDOG_USEC", "ENV", "FPATH", "CDPATH", "HISTFILE", "HISTSIZE", "MANPATH", "TTY", "COPROC", "TRY_BLOCK_ERROR", "_":
		return true
	}
	return false
}

// isFlag tells whether a variable in capitals is the script's own: it is set to texts
// that are written down, and never to what it was before.
func (in *interest) isFlag(name string) bool {
	list := in.assigned[name]
	return len(list) > 0 && !slices.ContainsFunc(list, func(a assignment) bool { return slices.Contains(a.vars, name) || a.ifUnset })
}

// orNothing is what a condition compares: a variable that nothing sets is empty.
func (v value) orNothing() value {
	if v.empty {
		return literal("")
	}
	return v
}
