package conformance

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

var mkshFile = regex.Of(`^file ([0-7]+) "([^"/]+)"$`)

// readMksh reads mksh's check.t: cases are parted by lines "---"; a field is "NAME: VALUE"
// or "NAME:" and lines that begin with a tab. What is in the field stdin is the script.
func readMksh(name, text string) []Case {
	var cases []Case
	var c Case
	var args string
	var body *strings.Builder
	var file string
	stdin := &strings.Builder{}
	var setup strings.Builder
	keep := func() { // what was read of a file that the case needs
		if file != "" {
			if c.Files == nil {
				c.Files = map[string]string{}
			}
			c.Files[file] = setup.String()
		}
		file = ""
		setup.Reset()
	}
	end := func() {
		keep()
		if c.Text = stdin.String(); c.Text != "" && c.Name != "" {
			c.options(strings.FieldsFunc(args, func(r rune) bool { return r == '!' || r == ' ' }))
			cases = append(cases, c)
		}
		c, args, body = Case{File: name}, "", nil
		stdin.Reset()
	}
	end()
	for i, line := range strings.Split(text, "\n") {
		if inner, ok := strings.CutPrefix(line, "\t"); ok {
			if body != nil {
				body.WriteString(inner + "\n")
			}
			continue
		}
		if line == "---" {
			end()
			continue
		}
		field, value, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		keep()
		body = nil
		switch value = strings.TrimSpace(value); field {
		case "name":
			c.Name = value
		case "stdin":
			c.Line, body = i+2, stdin
		case "arguments":
			args = value
		case "file-setup":
			m := mkshFile().FindStringSubmatch(value)
			if m == nil {
				c.Skip = "it needs files of its own kind"
				break
			}
			file, body = m[2], &setup
		case "need-ctty", "perl-setup", "script", "category", "env-setup":
			if field != "need-ctty" || value == "yes" {
				c.Skip = "it needs " + field
			}
		}
	}
	end()
	return cases
}
