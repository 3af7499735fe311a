package conformance

import "strings"

// readOils reads a file of oils' spec folder: a case begins with "#### NAME" and goes on
// to the first line that begins with "## ", which is about what is expected.
// "## compare_shells: A B" before the first case says which shells the file is for.
func readOils(name, text string) []Case {
	var cases []Case
	var shells []string
	var lines []string
	code := false
	end := func() {
		if len(cases) > 0 && cases[len(cases)-1].Text == "" {
			cases[len(cases)-1].Text = strings.Join(lines, "")
		}
		lines, code = nil, false
	}
	for i, line := range strings.SplitAfter(text, "\n") {
		switch {
		case strings.HasPrefix(line, "#### "):
			end()
			cases = append(cases, Case{File: name, Line: i + 2, Name: strings.TrimSpace(line[5:]), Shells: shells})
			code = true
		case strings.HasPrefix(line, "## compare_shells:") && len(cases) == 0:
			shells = strings.Fields(strings.TrimPrefix(line, "## compare_shells:"))
		case strings.HasPrefix(line, "## code: ") && len(cases) > 0:
			cases[len(cases)-1].Text, cases[len(cases)-1].Line = line[len("## code: "):], i+1
			code = false
		case strings.HasPrefix(line, "## "):
			code = false
		case code:
			lines = append(lines, line)
		}
	}
	end()
	return cases
}
