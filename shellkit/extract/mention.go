package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// A folder that a run makes for itself, and removes with all that is in it, may be a lock
// or a place to work in. It is a lock where nobody is ever told its name: the script makes
// it, asks for it, removes it and speaks of it to people, and that is all.

// mentions is what is written in the texts of a script.
type mentions struct {
	all   []string // the texts
	plain []string // the commands that only make, ask for, remove and print what they name
	read  []string // the commands and questions that only read what they name
	known map[string]bool
}

func (m *mentions) add(of mentions) {
	m.all, m.plain, m.known = append(m.all, of.all...), append(m.plain, of.plain...), nil
	m.read = append(m.read, of.read...)
}

// without takes out a text that is looked at as one of its own.
func (m *mentions) without(text string) { m.all[0] = strings.Replace(m.all[0], text, "", 1) }

// plainly notes a command that uses nothing of what it names.
func (in *interest) plainly(name string, c *syntax.CallExpr) {
	raw := in.raw(c)
	if (name == "ln" || name == "link") && len(c.Args) > 2 { // the new name alone: what it leads to is used
		in.mentions.plain = append(in.mentions.plain, nameOf(in.raw(c.Args[len(c.Args)-1])))
	}
	if (isA(name, namesAny) || name == "mkdir" || name == "mkfifo" || name == "mknod" || name == "cat") && !strings.ContainsAny(raw, "`") && !strings.Contains(raw, "$(") {
		in.mentions.plain = append(in.mentions.plain, nameOf(raw))
	}
}

// mentioned tells whether a word that names a file stands anywhere else than in such
// commands, or is known to the programs that run.
func (in *interest) mentioned(word string) bool {
	word = nameOf(word)
	if in.exports[strings.TrimPrefix(word, "$")] {
		return true
	}
	is, known := in.mentions.known[word]
	if !known {
		is = in.mentions.count(word) > 0
		if in.mentions.known == nil {
			in.mentions.known = map[string]bool{}
		}
		in.mentions.known[word] = is
	}
	return is
}

// count is how often a word stands anywhere else than in plain commands.
func (m *mentions) count(word string) (left int) {
	for _, text := range m.all {
		left += shell.CountName(nameOf(text), word)
	}
	for _, text := range m.plain {
		left -= shell.CountName(text, word)
	}
	return left
}
