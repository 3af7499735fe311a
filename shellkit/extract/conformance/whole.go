package conformance

import (
	"path/filepath"
	"strings"
)

// readSmoosh reads a test of smoosh: the file is the script.
func readSmoosh(name, text string) []Case {
	return []Case{{File: name, Line: 1, Name: strings.TrimSuffix(filepath.Base(name), ".test"), Text: text}}
}

// modernishHead is as much of modernish as most of its tests of shells need.
const modernishHead = "CCn='\n'\nsetstatus() { return \"$1\"; }\n"

// readModernish reads one of modernish's tests of a shell: the file is sourced there and
// returns; here it is the body of a function, which ends in nothing but its status.
func readModernish(name, text string) []Case {
	return []Case{{
		File: name, Line: 1, Name: strings.TrimSuffix(filepath.Base(name), ".t"),
		Head: modernishHead + "thetest() {\n", Text: text + "\n}\nthetest\n",
	}}
}
