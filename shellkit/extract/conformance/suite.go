package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A Suite is somebody's test suite for shells.
type Suite struct {
	Name   string           // also the folder that it is looked for in
	URL    string           // where git gets it
	files  string           // a pattern for filepath.Glob, within the folder
	about  []string         // how the names of its files begin that are about what runs and with which status; nil: all
	shells []source.Dialect // its cases are judged in each of them
	read   func(name, text string) []Case
}

// A Case is one script of a suite.
type Case struct {
	File string // where it stands
	Line int    // of the first line of Text in File
	Name string
	Head string // lines that its suite runs before it
	Text string
	// Files lie in its working directory, by name.
	Files map[string]string
	// Shells are those that it is for; nil: all of its suite.
	Shells []string
	// Skip says why it cannot be run here; "" when it can.
	Skip string
}

// Suites are those that there is a reader for.
var Suites = []Suite{
	{
		Name: "oils", URL: "https://github.com/oils-for-unix/oils", files: "spec/*.test.sh", read: readOils,
		about: []string{
			"errexit", "redir", "builtin-trap", "background", "subshell", "command-sub", "loop", "sh-func", "assign.", "exit-status",
			"pipeline", "fatal-errors", "if_", "case_", "builtin-special", "builtin-process", "builtin-kill", "command_", "smoke",
		},
		shells: []source.Dialect{source.Bash, source.Dash},
	},
	{
		Name: "yash", URL: "https://github.com/magicant/yash", files: "tests/*-p.tst", read: readYash,
		about: []string{
			"andor", "async", "bg", "break", "builtins", "case", "cmdsub", "command", "continue", "dot", "errexit", "error", "eval", "exec",
			"exit", "for", "function", "grouping", "if", "kill", "pipeline", "redir", "return", "set", "simple", "trap", "until", "wait", "while",
		},
		shells: []source.Dialect{source.Yash},
	},
	{
		Name: "mksh", URL: "https://github.com/MirBSD/mksh", files: "check.t", read: readMksh,
		shells: []source.Dialect{source.Mksh},
	},
	{
		Name: "smoosh", URL: "https://github.com/mgree/smoosh", files: "tests/shell/*.test", read: readSmoosh,
		shells: []source.Dialect{source.Dash},
	},
	{
		Name: "modernish", URL: "https://github.com/modernish/modernish", files: "lib/modernish/cap/*.t", read: readModernish,
		shells: []source.Dialect{source.Bash, source.Dash},
	},
}

// Cases reads the cases of a suite from its folder within the given one. Success means
// that there is at least one; the error says what is missing.
func (s *Suite) Cases(folder string) ([]Case, error) {
	names, err := filepath.Glob(filepath.Join(folder, s.Name, s.files))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var cases []Case
	for _, name := range names {
		base := filepath.Base(name)
		if s.about != nil && !slices.ContainsFunc(s.about, func(b string) bool { return strings.HasPrefix(base, b) }) {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		within, err := filepath.Rel(folder, name)
		if err != nil {
			return nil, err
		}
		cases = append(cases, s.read(within, string(text))...)
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("not here: git clone --depth 1 %s %s", s.URL, filepath.Join(folder, s.Name))
	}
	return cases, nil
}

// in tells whether a case is for a shell.
func (c *Case) in(d source.Dialect) bool {
	return c.Shells == nil || slices.ContainsFunc(c.Shells, func(name string) bool {
		base, _, _ := strings.Cut(name, "-") // bash-4.4
		return base == string(d)
	})
}

// options makes the options that a suite starts the shell with a line of the script.
// Those that are more than set can do leave the case out.
func (c *Case) options(args []string) {
	for _, a := range args {
		if len(a) < 2 || a[0] != '-' && a[0] != '+' || strings.Trim(a[1:], "euCfax") != "" {
			c.Skip = "it asks for arguments"
			return
		}
	}
	if len(args) > 0 {
		c.Head += "set " + strings.Join(args, " ") + "\n"
	}
}
