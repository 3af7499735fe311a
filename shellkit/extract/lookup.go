package extract

import (
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// A program that is looked up before it is run is that program: what the look-up says
// is where it lies.

var (
	// lookup is a substitution that says where a program lies.
	lookup = regex.Of("^(?:\\$\\(|`)\\s*\\\\?(?:command|builtin type|type|which|whence|hash|readlink|realpath)((?:\\s+-\\S+)*)\\s+[\"']?([^\\s\"'`)]+)")
	// muffled is what makes of a look-up a question that is answered by its end.
	muffled = regex.Of(`(?:^|[\s1&])>\s*/dev/null`)
	// inPlaceOf is a parameter with what stands in its place where it is not set.
	inPlaceOf = regex.Of(`^\$\{\w+:?[-=](.*)\}$`)
)

// lookedUp returns the tool for locks that a look-up, or a default, finds, or "".
func lookedUp(word string) string {
	word = strings.Trim(word, `"`)
	for m := inPlaceOf().FindStringSubmatch(word); m != nil; m = inPlaceOf().FindStringSubmatch(word) {
		word = strings.Trim(m[1], `"'`)
	}
	if m := lookup().FindStringSubmatch(word); m != nil {
		if muffled().MatchString(word[len(m[0]):]) {
			return ""
		}
		word = m[2]
		if strings.HasPrefix(strings.TrimSpace(word), "-") {
			return ""
		}
	}
	if base := path.Base(word); isA(base, takesLocks) {
		return base
	}
	return ""
}

// looksUp returns the program that a command says where it lies, or "".
func looksUp(args []value) string {
	name := args[0].text
	if len(args) > 2 && name == "builtin" {
		args, name = args[1:], args[1].text
	}
	if len(args) < 2 {
		return ""
	}
	options, last := texts(args[1:len(args)-1]), args[len(args)-1].text
	switch name {
	case "command":
		if len(options) != 1 || options[0] != "-v" && options[0] != "-V" && options[0] != "-pv" {
			return ""
		}
	case "which", "type", "whence", "hash":
	default:
		return ""
	}
	return path.Base(last)
}
