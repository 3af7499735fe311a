package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// A direct command parses its own options and writes its own help. Here that help is
// read back, so that completion and the manual say what it says and nothing else.

// optionLine begins what is said of an option: its names, its value and what it does.
var optionLine = regex.Of(`^ {2,6}((?:-\w, )*)--([a-z][a-z-]*)(?: (\S*[A-Z]\S*))?(?: +(\S.*))?$`)

// helpOption is an option as a help tells of it.
type helpOption struct {
	shorts, long string
	value        string // the word for its value, "" where it has none
	about        string
}

// readOptions finds the options in a help.
func readOptions(help string) (options []helpOption) {
	open := false // whether the next line may still be about the last option
	for _, line := range strings.Split(help, "\n") {
		if m := optionLine().FindStringSubmatch(line); m != nil {
			o := helpOption{long: m[2], value: m[3], about: m[4]}
			for _, short := range strings.Fields(m[1]) {
				o.shorts += short[1:2]
			}
			options, open = append(options, o), true
		} else if open = open && strings.HasPrefix(line, "        "); open {
			last := &options[len(options)-1]
			last.about = strings.TrimSpace(last.about + " " + strings.TrimSpace(line))
		}
	}
	return options
}

// addFlags gives cmd the options that its help tells of.
func addFlags(cmd *cobra.Command) {
	for _, o := range readOptions(cmd.Long) {
		short := ""
		if o.shorts != "" {
			short = o.shorts[:1]
		}
		switch {
		case o.long == "help":
		case o.value != "":
			cmd.Flags().StringP(o.long, short, "", o.about)
		default:
			cmd.Flags().BoolP(o.long, short, false, o.about)
		}
	}
	cmd.Flags().SetInterspersed(false) // what stands behind LOCK is another command's
}

var thoughtEnd = regex.Of(`[:;] | \(`)

// shorten makes what is said of options fit beside them in a list of completions: the
// first thought of it.
func shorten(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		cmd.InitDefaultHelpFlag()
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" {
				f.Usage = "show how " + cmd.Name() + " is called"
			}
			f.Usage = strings.ReplaceAll(f.Usage, "`", "")
			f.Usage = thoughtEnd().Split(f.Usage, 2)[0]
		})
	}
}
