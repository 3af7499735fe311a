package funcs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Options say what Init emits. The zero value asks for what `lockkit init SHELL`
// prints without options.
type Options struct {
	// Version is that of lockkit; it stands in the first line.
	Version string
	// Standalone adds the engines that are only good enough where there is no
	// lockkit.
	Standalone bool
	// Prefix stands before the name of each public function and goes into the
	// internal names, so that two sets of functions do not disturb each other.
	Prefix string
	// Highest is the highest descriptor that a lock may get inside a command, in
	// shells whose descriptors have one digit: 3 to 9, or 0 for 9.
	Highest int
	// Engine is the only engine to try; LOCKKIT_ENGINE still overrides it.
	Engine string

	inside bool // a script, whose own directives are its own business
}

// Error says which word of a call means nothing to this package.
type Error struct {
	What string // "shell", "engine", "prefix" or "descriptor"
	Word string
	// Known lists what the word could have been; empty where a rule decides.
	Known []string
	Hint  string // what the rule is, where the word alone does not tell
}

func (e *Error) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("bad %s %q", e.What, e.Word)
	}
	return fmt.Sprintf("unknown %s %q", e.What, e.Word)
}

var (
	engines       = []string{"flock", "lockkit"}
	lesserEngines = []string{"busybox", "perl"}
)

// engines lists the engines that the functions know, in the order in which they are
// tried.
func (d dialect) engines(o Options) []string {
	switch {
	case o.Standalone:
		return slices.Concat(engines, lesserEngines)
	case len(d.loadable) > 0 && o.Prefix == "": // the builtins have the names that they have
		return slices.Concat([]string{"builtin"}, engines)
	}
	return engines
}

// Init returns the functions for a shell. The same arguments give the same bytes.
// The error is an *Error.
func Init(shell string, o Options) ([]byte, error) {
	d, ok := dialects[shell]
	if !ok {
		return nil, &Error{What: "shell", Word: shell, Known: Shells}
	}
	known := d.engines(o)
	if slices.Contains(known, "builtin") {
		d.parts = slices.Concat(d.parts, d.loadable)
	}
	list := known
	if o.Engine != "" {
		if !slices.Contains(known, o.Engine) {
			return nil, &Error{What: "engine", Word: o.Engine, Known: known}
		}
		list = []string{o.Engine}
	}
	if !isPrefix(o.Prefix) {
		return nil, &Error{What: "prefix", Word: o.Prefix, Hint: "letters, digits and underscores make one, a digit not first, __lockkit excepted"}
	}
	prelude := assign("__lockkit_known", strings.Join(known, " "), d.lang) + "\n" +
		assign("__lockkit_engines", strings.Join(list, " "), d.lang)
	if o.Highest != 0 {
		if !d.digits {
			return nil, &Error{What: "descriptor", Word: strconv.Itoa(o.Highest), Hint: "--fd is for sh and zsh: " + shell + " takes a descriptor of two digits"}
		} else if o.Highest < 3 || o.Highest > 9 {
			return nil, &Error{What: "descriptor", Word: strconv.Itoa(o.Highest), Hint: "--fd takes a number from 3 to 9"}
		}
		prelude += "\n" + assign("__lockkit_highest", strconv.Itoa(o.Highest), d.lang)
	}

	body, disabled := d.source(o.Standalone)
	directives := "# shellcheck shell=" + d.checked + " disable=" + strings.Join(disabled, ",") + "\n\n"
	if d.checked != shell {
		directives = "# lockkit shell=" + shell + "\n" + directives
	}
	if o.inside {
		directives, body = "", excuse(body, d, disabled)
	}
	text := stamp(shell, o) + "\n" + directives + prelude + "\n\n" + body
	return harden(text, d, o.Prefix), nil
}

func assign(name, value string, lang syntax.LangVariant) string {
	quoted, err := syntax.Quote(value, lang)
	if err != nil {
		panic(err) // only for bytes that no option lets through
	}
	return name + "=" + quoted
}

// isPrefix knows what may stand before a name in every shell.
func isPrefix(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return !strings.HasPrefix(s, "__lockkit")
}
