package flockcmd

import "strings"

// option is one spelling of an option. Spellings with the same key are the same
// option; a key that is a letter or digit is also its short form.
type option struct {
	long  string
	key   byte
	value bool
	// later marks what a later version brought. It never makes an abbreviation
	// ambiguous that was none before.
	later bool
}

// getopt reads args as getopt_long does under POSIXLY_CORRECT: options end at the
// first operand or at --; short ones may be bundled, and long ones abbreviated.
type getopt struct {
	command string
	options []option
	args    []string
	bundle  string // what is left of a word of short options
	ended   bool   // by --
}

// before tells whether the next word is one of which so is true.
func (g *getopt) before(so func(word string) bool) bool {
	return g.bundle == "" && len(g.args) > 0 && so(g.args[0])
}

// next returns the next option's key and value. Key 0 means that there is no
// other; args has the operands then.
func (g *getopt) next() (key byte, value string, err *failure) {
	if g.bundle == "" {
		if len(g.args) == 0 || len(g.args[0]) < 2 || g.args[0][0] != '-' {
			return 0, "", nil
		}
		word := g.args[0]
		g.args = g.args[1:]
		if word == "--" {
			g.ended = true
			return 0, "", nil
		}
		if word[1] == '-' {
			return g.long(word[2:])
		}
		g.bundle = word[1:]
	}
	return g.short()
}

func (g *getopt) short() (byte, string, *failure) {
	key := g.bundle[0]
	g.bundle = g.bundle[1:]
	for i := range g.options {
		o := &g.options[i]
		if o.key != key || !isShort(key) {
			continue
		}
		if !o.value {
			return key, "", nil
		}
		value := g.bundle
		g.bundle = ""
		if value == "" {
			if len(g.args) == 0 {
				return 0, "", usage(g.command, "option -", string(rune(key)), " needs a value")
			}
			value, g.args = g.args[0], g.args[1:]
		}
		return key, value, nil
	}
	return 0, "", usage(g.command, "unknown option -", string(rune(key)))
}

func isShort(key byte) bool {
	return 'a' <= key && key <= 'z' || 'A' <= key && key <= 'Z'
}

func (g *getopt) long(word string) (byte, string, *failure) {
	name, value, given := strings.Cut(word, "=")
	o, err := g.find(name)
	if err != nil {
		return 0, "", err
	}
	switch {
	case !o.value && given:
		return 0, "", usage(g.command, "option --", o.long, " takes no value")
	case o.value && !given:
		if len(g.args) == 0 {
			return 0, "", usage(g.command, "option --", o.long, " needs a value")
		}
		value, g.args = g.args[0], g.args[1:]
	}
	return o.key, value, nil
}

// find looks for the one option that name abbreviates. An exact name is always
// right, and so are several spellings of the same option.
func (g *getopt) find(name string) (*option, *failure) {
	for _, later := range []bool{false, true} {
		var found *option
		for i := range g.options {
			o := &g.options[i]
			if o.long == name {
				return o, nil
			}
			if o.long == "" || o.later != later || !strings.HasPrefix(o.long, name) {
				continue
			}
			if found != nil && found.key != o.key {
				return nil, usage(g.command, "option --", name, " may be --", found.long, " or --", o.long)
			}
			if found == nil {
				found = o
			}
		}
		if found != nil {
			return found, nil
		}
	}
	return nil, usage(g.command, "unknown option --", name)
}
