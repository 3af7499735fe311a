package conformance

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

var (
	// test_oE -e 0 'NAME' OPTION…
	yashTest = regex.Of(`^test_([a-zA-Z]+) ((?:-d |-e \S+ )*)('[^']*'|"[^"]*")(.*)$`)
	// setup <<\END, setup 'TEXT
	yashSetup = regex.Of(`^\s*setup (?:<<\\(\w+)|'([^']*)('?))\s*$`)
)

// yashDefault is what "setup -d" stands for.
const yashDefault = "echoraw() { printf '%s\\n' \"$*\"; }\n" +
	"bracket() { if [ $# -gt 0 ]; then printf '[%s]' \"$@\"; fi; echo; }\n"

// readYash reads one of yash's test files: a case is a here-document that ends with
// __IN__, behind a line that begins with test_ and letters that tell what else follows.
// What setup is given runs before each case after it.
func readYash(name, text string) []Case {
	var cases []Case
	setup := ""
	lines := strings.Split(text, "\n")
	// until returns the lines after i up to one that is end, and where that stands.
	until := func(i int, end string) (string, int) {
		var out strings.Builder
		for i++; i < len(lines) && lines[i] != end; i++ {
			out.WriteString(lines[i] + "\n")
		}
		return out.String(), i
	}
	for i := 0; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) == "setup -d" {
			setup += yashDefault
			continue
		}
		if m := yashSetup().FindStringSubmatch(lines[i]); m != nil {
			body := m[2] + "\n"
			if m[1] != "" {
				body, i = until(i, m[1])
			} else if m[3] == "" {
				var more string
				more, i = until(i, "'")
				body += more
			}
			setup += body
			continue
		}
		m := yashTest().FindStringSubmatch(lines[i])
		if m == nil {
			continue
		}
		c := Case{File: name, Line: i + 2, Name: m[3][1 : len(m[3])-1], Head: setup}
		c.options(strings.Fields(m[4]))
		c.Text, i = until(i, "__IN__")
		if strings.Contains(m[1], "o") {
			_, i = until(i, "__OUT__")
		}
		if strings.Contains(m[1], "e") {
			_, i = until(i, "__ERR__")
		}
		cases = append(cases, c)
	}
	return cases
}
