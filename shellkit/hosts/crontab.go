package hosts

import (
	"bytes"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// crontab(5): each line that is no comment sets a variable or says when a command runs. In
// the tables of the system a user stands before the command.
var crontab = &Kind{
	Name: "crontab",
	named: func(path string) bool {
		return cronName().MatchString(path)
	},
	looks:  looksLikeCrontab,
	taking: cronJobs,
}

// dpkg and friends leave files in cron.d that cron does not read; a dot is enough for that,
// and what has one is none.
var (
	cronName   = regex.Of(`(^|/)(crontabs?|cron\.d/[A-Za-z0-9_-]+|[^/]+\.cron(tab|\.d)?|var/spool/cron/(crontabs/)?[a-z_][a-z0-9_-]*)$`)
	systemName = regex.Of(`(^|/)(etc/crontab|cron\.d/[^/]+|[^/]+\.cron\.d)$`)

	cronSetting = regex.Of(`^[ \t]*("[^"]*"|'[^']*'|[A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*?)[ \t]*$`)
	cronField   = `[-0-9A-Za-z*,/~?#]+`
	cronTime    = regex.Of(`^[ \t]*-?(@[A-Za-z_]+|` + cronField + `([ \t]+` + cronField + `){4})[ \t]+`)
	cronWhen    = regex.Of(`^[ \t]*-?(@(reboot|yearly|annually|monthly|weekly|daily|midnight|hourly|every_minute|every_second)|[0-9*][-0-9*,/~]*[ \t]+[0-9*][-0-9*,/~]*[ \t]+([0-9*][-0-9*,/~?LW]*)[ \t]+([0-9*]|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[-0-9A-Za-z*,/~]*[ \t]+([0-9*]|(?i:sun|mon|tue|wed|thu|fri|sat))[-0-9A-Za-z*,/~?#]*)[ \t]+[^ \t]`)
	cronUser    = regex.Of(`^[A-Za-z_][A-Za-z0-9_.-]*\$?(:[A-Za-z0-9_.-]+)?(/[a-z]+)?$`)
)

// looksLikeCrontab tells whether every line that begins to be read so is one of a crontab.
func looksLikeCrontab(_ string, head []byte) bool {
	jobs := 0
	for i, l := range lines(head) {
		text := strings.TrimSpace(l.of(head))
		switch {
		case text == "" || text[0] == '#' || l.to == len(head) && i > 0:
		case cronWhen().MatchString(text):
			jobs++
		case !cronSetting().MatchString(text) || strings.ContainsAny(text, ";&|`(") && !strings.ContainsAny(text, `"'`):
			return false
		}
	}
	if n := len(lines(head)); jobs == 0 && n == 1 {
		return cronWhen().Match(head)
	}
	return jobs > 0
}

// wellKnown are users of whom the tables of the system speak; none is called like a program.
var wellKnown = []string{"root", "www-data", "nobody", "daemon", "postgres", "mysql", "nginx", "apache", "_apt", "munin", "backup", "list", "news", "git", "http", "smmsp"}

// hasUsers tells whether the lines of a crontab name the user: the place of the file says
// so, else each line has what can be one and some line has one that is known.
func hasUsers(f *source.File) bool {
	if systemName().MatchString(slashed(f.Name)) {
		return true
	}
	known := false
	for _, l := range lines(f.Data) {
		text := l.of(f.Data)
		m := cronTime().FindStringIndex(text)
		if m == nil || strings.HasPrefix(strings.TrimSpace(text), "#") {
			continue
		}
		words := strings.Fields(text[m[1]:])
		if len(words) < 2 || !cronUser().MatchString(words[0]) {
			return false
		}
		known = known || slices.Contains(wellKnown, words[0])
	}
	return known
}

func cronJobs(f *source.File) ([]*draft, error) {
	var out []*draft
	shell := "sh"
	var vars []variable
	users := hasUsers(f)
	all := lines(f.Data)
	for i, l := range all {
		text := l.of(f.Data)
		trimmed := strings.TrimSpace(text)
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if m := cronSetting().FindStringSubmatchIndex(text); m != nil && cronTime().FindStringIndex(text) == nil {
			name := strings.Trim(text[m[2]:m[3]], `"'`)
			value := unquotedSetting(copied(f.Data, l.from+m[4], l.from+m[5]))
			if name == "SHELL" {
				shell = shellOf(string(value.data))
			}
			vars = append(slices.Clip(vars), variable{name: name, value: value})
			continue
		}
		m := cronTime().FindStringIndex(text)
		if m == nil {
			return nil, fail(f, l.from+len(text)-len(strings.TrimLeft(text, " \t")), "this is no line of a crontab: five fields that say when, %sand a command are wanted", map[bool]string{true: "a user "}[users])
		}
		from := l.from + m[1]
		if users {
			word := bytes.IndexAny(f.Data[from:l.to], " \t")
			if word < 0 {
				return nil, fail(f, from, "a user and a command are wanted here")
			}
			from += word
		}
		one := &draft{
			dialect: shell, vars: vars, remarks: remarks(f.Data, all, i),
			body: cronCommand(f.Data, from, l.to), quote: percentQuoted,
		}
		if bytes.HasPrefix(one.body.data, []byte("{ ")) && bytes.HasSuffix(one.body.data, []byte("CRON_INPUT\n")) {
			one.hint = "cron ends the command at the first % that has no \\ before it"
		}
		out = append(out, one)
	}
	return out, nil
}

func unquotedSetting(p passage) passage {
	if n := p.len(); n >= 2 && (p.data[0] == '"' || p.data[0] == '\'') && p.data[n-1] == p.data[0] {
		return p.cut(1, n-1)
	}
	return p
}

// shellOf is the name of a shell by its path.
func shellOf(path string) string {
	return path[strings.LastIndexByte(path, '/')+1:]
}

// cronCommand is the command as the shell gets it: up to the first % that no backslash
// stands before. What follows is its standard input, in which each further % ends a line.
func cronCommand(data []byte, from, to int) passage {
	var command, input passage
	at, fed := &command, false
	for i := from; i < to; i++ {
		switch c := data[i]; {
		case c == '\\' && i+1 < to && data[i+1] == '%':
			at.instead("%", i, i+2)
			i++
		case c == '\\' && i+1 < to:
			at.copy(data, i, i+2)
			i++
		case c == '%' && !fed:
			at, fed = &input, true
		case c == '%':
			at.instead("\n", i, i+1)
		default:
			at.copy(data, i, i+1)
		}
	}
	command = command.trim()
	if !fed || command.len() == 0 {
		return command
	}
	var whole passage
	whole.add("{ ", from)
	whole.join(command)
	whole.add("\n} <<'CRON_INPUT'\n", command.end(from))
	whole.join(input)
	whole.add("\nCRON_INPUT\n", to)
	return whole
}

// percentQuoted is text as a crontab has it.
func percentQuoted(text string) string { return strings.ReplaceAll(text, "%", `\%`) }
