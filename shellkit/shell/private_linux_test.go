package shell

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Which parameters have a value that no script gave them is asked of the shells.
func TestPrivateParameters(t *testing.T) {
	for dialect, shells := range shellsOf {
		for _, shell := range shells {
			command := strings.Fields(shell)
			if _, err := exec.LookPath(command[0]); err != nil {
				continue
			}
			for _, name := range []string{"RANDOM", "SRANDOM", "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME", "BASHPID", "PPID"} {
				script := `[ -n "${` + name + `-}" ] && echo yes`
				if dialect == source.Zsh {
					script = "zmodload zsh/datetime\n" + script
				}
				if got := saysYes(t, command, script); got != Of(dialect).IsPrivate(name) {
					t.Errorf("%s has a value in %s: %v", name, shell, got)
				}
			}
		}
	}
}
