package funcs

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// stamp is the line that says what the text is and how to get it again.
func stamp(shell string, o Options) string {
	command := []string{"lockkit init", shell}
	if o.Standalone {
		command = append(command, "--standalone")
	}
	if o.Prefix != "" {
		command = append(command, "--prefix "+o.Prefix)
	}
	if o.Highest != 0 {
		command = append(command, fmt.Sprintf("--fd %d", o.Highest))
	}
	if o.Engine != "" {
		command = append(command, "--engine "+o.Engine)
	}
	return fmt.Sprintf("# lockkit %s: %s", o.Version, strings.Join(command, " "))
}

var stamps = regex.Of(`(?m)^# lockkit (\S+): lockkit init (\S+)(.*)$`)

// readStamp finds the stamp in a text and says with which arguments Init, of the
// version in the options, made it.
func readStamp(text []byte) (shell string, o Options, ok bool) {
	m := stamps().FindSubmatch(text)
	if m == nil {
		return "", o, false
	}
	shell, o.Version = string(m[2]), string(m[1])
	words := strings.Fields(string(m[3]))
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if word == "--standalone" {
			o.Standalone = true
			continue
		}
		if len(words) == 0 {
			return "", o, false
		}
		value := words[0]
		words = words[1:]
		switch word {
		case "--prefix":
			o.Prefix = value
		case "--fd":
			o.Highest, _ = strconv.Atoi(value) // Init refuses what this makes of no number
		case "--engine":
			o.Engine = value
		default:
			return "", o, false
		}
	}
	return shell, o, true
}
