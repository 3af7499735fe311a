package rehearse

import (
	"path"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// findLacks works out which programs a run of the trace has looked for in vain: a run of
// cron's has another PATH than that of a login.
func (c *course) findLacks(protocols []*protocol.Protocol, v *prove.Violation) {
	for i := range v.Events {
		ev := &v.Events[i]
		if ev.Node == protocol.None || ev.OK {
			continue
		}
		node := &protocols[ev.Script].Nodes[ev.Node]
		if !node.AsksForLocker() {
			continue
		}
		plan := &c.actors[c.runOf(ev.Process)]
		for _, program := range soughtIn(node.Text) {
			if !slices.Contains(plan.lacks, program) {
				plan.lacks = append(plan.lacks, program)
			}
		}
	}
}

// soughtIn are the programs that a question asks for, without their folders.
func soughtIn(question string) []string {
	var programs []string
	for _, word := range strings.Fields(question) {
		word = strings.Trim(word, `"'`)
		switch {
		case word == "]" || word == "]]" || strings.ContainsAny(word, "<>&|;"):
			return programs
		case strings.HasPrefix(word, "-"), strings.HasPrefix(word, "["),
			word == "command" || word == "which" || word == "type" || word == "hash" || word == "test":
		default:
			programs = append(programs, path.Base(word))
		}
	}
	return programs
}
