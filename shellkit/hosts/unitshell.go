package hosts

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// unitCommand is one command of a unit as shell. Where it runs a shell with a text and
// nothing more, that text is the script; any other one becomes a line of words.
func unitCommand(words []word, name string) *draft {
	first := words[0].passage
	argv0, expands := false, true
	for first.len() > 0 && strings.IndexByte("@-:+!|", first.data[0]) >= 0 && !toBeFilled().Match(first.data) {
		argv0 = argv0 || first.data[0] == '@'
		expands = expands && first.data[0] != ':'
		first = first.cut(1, first.len())
	}
	words = append([]word{{first, words[0].bare}}, words[1:]...)
	if argv0 && len(words) > 1 { // what the program is to be called
		words = append(words[:1:1], words[2:]...)
	}
	if first.len() == 0 {
		return nil
	}
	for i := range words {
		words[i].passage = specified(words[i].passage, name)
	}
	if d := handedToShell(words, expands); d != nil {
		return d
	}
	d := &draft{dialect: "sh"}
	at := words[0].start(0)
	for i, w := range words {
		if i > 0 {
			d.body.add(" ", w.start(at))
		}
		text := i > 0 && takesText().Match(words[i-1].data)
		d.body.join(w.shell(text, expands))
		at = w.end(at)
	}
	return d
}

// toBeFilled is how a template of a unit begins whose prefix is put in when it is built.
var toBeFilled = regex.Of(`^@[A-Za-z_]+@`)

var takesText = regex.Of(`^-[a-z]*c$`)

// handedToShell is the text of sh -c 'TEXT', or nil where the command is something else.
func handedToShell(words []word, expands bool) *draft {
	shell := shellOf(string(words[0].data))
	if _, known := source.ParseDialect(shell); !known || len(words) < 3 {
		return nil
	}
	flags := ""
	for i, w := range words[1:] {
		switch flag := string(w.data); {
		case takesText().MatchString(flag) && i+3 == len(words):
			if strings.Contains(flag, "e") {
				flags = "-e"
			}
			return &draft{dialect: shell, flags: flags, body: dollars(words[i+2].passage, expands)}
		case flag == "-e" || flag == "-ex" || flag == "-eu" || flag == "-eux":
			flags = "-e"
		case flag != "-x" && flag != "-u" && flag != "-l" && flag != "--login" && flag != "--norc" && flag != "--noprofile":
			return nil
		}
	}
	return nil
}

var plainWord = regex.Of(`^[-A-Za-z0-9_@%+:,./]+$`)

// shell is the word as a shell reads it. In text that some shell is given, variables stay
// what they are: that shell has them too.
func (w word) shell(text, expands bool) (out passage) {
	at := w.start(0)
	data := string(w.data)
	switch {
	case plainWord().MatchString(data):
		return w.passage
	case expands && wholeVariable().MatchString(data):
		return w.passage // split into words, as systemd does
	}
	out.add("'", at)
	p := w.passage
	for i := 0; i < p.len(); i++ {
		c := p.data[i]
		end := variableEnd(p.data, i)
		switch {
		case c == '\'':
			out.instead(`'\''`, int(p.from[i]), int(p.to[i]))
		case c == '$' && expands && i+1 < p.len() && p.data[i+1] == '$':
			out.instead("$", int(p.from[i]), int(p.to[i+1]))
			i++
		case end > 0 && !text && (expands || strings.HasPrefix(string(p.data[i:]), "${SPECIFIER_")):
			out.instead(`'"`+string(p.data[i:end])+`"'`, int(p.from[i]), int(p.to[end-1]))
			i = end - 1
		default:
			out.join(p.cut(i, i+1))
		}
	}
	out.add("'", p.end(at))
	return out
}

var wholeVariable = regex.Of(`^\$[A-Za-z_][A-Za-z0-9_]*$`)

// variableEnd is where ${NAME} that begins at i ends, or 0.
func variableEnd(data []byte, i int) int {
	if i+2 >= len(data) || data[i] != '$' || data[i+1] != '{' {
		return 0
	}
	j := i + 2
	for j < len(data) && (data[j] == '_' || data[j] >= '0' && data[j] <= '9' || data[j]|0x20 >= 'a' && data[j]|0x20 <= 'z') {
		j++
	}
	if j == i+2 || j == len(data) || data[j] != '}' {
		return 0
	}
	return j + 1
}

// dollars makes one dollar of two.
func dollars(p passage, expands bool) (out passage) {
	for i := 0; i < p.len(); i++ {
		if expands && p.data[i] == '$' && i+1 < p.len() && p.data[i+1] == '$' {
			out.instead("$", int(p.from[i]), int(p.to[i+1]))
			i++
			continue
		}
		out.join(p.cut(i, i+1))
	}
	return out
}
