package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/rehearse"
)

// unreached says what no run has come to although it stands in the script, and what may
// lead a run there; "" where all was reached that a rehearsal needs.
func unreached(seen *rehearse.Report, p *protocol.Protocol) string {
	const help = "if that hangs on arguments or the environment, give them: -- ARGUMENT… behind the script, --env NAME=VALUE before it"
	if len(seen.Locks) == 0 {
		lines := lockLines(p)
		if lines == "" {
			return ""
		}
		return fmt.Sprintf("the lock at %s: a run that is alone %s before it; %s", lines, lastDeed(seen), help)
	}
	if len(seen.StoodIn) == 0 {
		return "work: no run has started a program that does any, so nobody is seen inside; " + help +
			"; what the shell does itself, and tools about names and text, is no work that is seen"
	}
	return ""
}

// lastDeed is how the lone run has ended.
func lastDeed(seen *rehearse.Report) string {
	if n := len(seen.Alone); n > 0 && (seen.Alone[n-1].Op == "exit" || seen.Alone[n-1].Op == "die") {
		effect, _ := strings.CutPrefix(seen.Alone[n-1].Effect, "the script ")
		return effect
	}
	return "does not come to its end"
}

// lockLines names the lines at which a script asks for its locks.
func lockLines(p *protocol.Protocol) string {
	if p == nil {
		return ""
	}
	var lines []int
	for i := range p.Nodes {
		n := &p.Nodes[i]
		takes := n.Op == protocol.Flock && !n.Mode.Has(protocol.Unlock) || n.Op == protocol.Claim && p.Paths[n.Path].Kind != protocol.Data
		if line := n.Span.Start.Line; takes && n.Span.File == p.File && line > 0 && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	var words []string
	for _, line := range lines {
		words = append(words, strconv.Itoa(line))
	}
	switch len(words) {
	case 0:
		return ""
	case 1:
		return "line " + words[0]
	}
	return "lines " + strings.Join(words, ", ")
}
