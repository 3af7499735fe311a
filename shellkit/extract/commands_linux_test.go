package extract

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// TestBuiltins asks the shells whether what the table calls a builtin is one somewhere:
// neither a program nor unknown. Functions that lockkit prints are none of theirs.
func TestBuiltins(t *testing.T) {
	asked := map[string]bool{}
	for _, command := range []string{"bash", "dash", "busybox ash", "ksh93", "mksh", "yash", "zsh -f"} {
		words := strings.Fields(command)
		if _, err := exec.LookPath(words[0]); err != nil {
			t.Skipf("%s is not here", command)
		}
		load := ""
		if words[0] == "zsh" {
			load = "zmodload zsh/stat zsh/system zsh/datetime zsh/zutil zsh/param/private zsh/computil\n"
		}
		for name, row := range commands() {
			if row.is&isBuiltin == 0 || asked[name] {
				continue
			}
			cmd := exec.CommandContext(t.Context(), words[0], append(words[1:len(words):len(words)], "-c", load+`PATH=/nowhere; type "$0"`, name)...)
			out, err := cmd.Output()
			text := strings.ReplaceAll(string(out), "not found", "")
			asked[name] = err == nil && text != ""
		}
	}
	for name, row := range commands() {
		if row.is&isBuiltin != 0 && !asked[name] && name != "with_lock" && name != "lock_fd" && name != "unlock" {
			t.Errorf("%s is a builtin of no shell", name)
		}
	}
}

// TestToolsHaveSigns: a text with a tool for locks in it is not passed over unread.
func TestToolsHaveSigns(t *testing.T) {
	tools := 0
	for name, row := range commands() {
		if row.is&takesLocks != 0 {
			tools++
			if !shell.SignsIn([]byte(name + " x\n")).Tools {
				t.Errorf("a text with %s has no sign of a tool", name)
			}
		}
	}
	if tools == 0 {
		t.Error("the table has no tools")
	}
}
