package cli

import (
	"os"

	"golang.org/x/term"
)

// wantsColour follows https://no-color.org: any value but the empty one of
// NO_COLOR means none, and so does a terminal that cannot show it.
func wantsColour(out *os.File) bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	return term.IsTerminal(int(out.Fd()))
}
