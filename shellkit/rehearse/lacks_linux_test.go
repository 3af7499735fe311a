//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// absentTool is a tool that this machine does not have; "" where it has them all.
func absentTool() string {
	for _, tool := range []string{"shlock", "lockfile", "lockfile-create", "dotlockfile"} {
		if _, err := exec.LookPath(tool); err != nil {
			return tool
		}
	}
	return ""
}

// A tool that is not here is told of, whatever way a shell looks for it; a program that does
// work is taken to exist, and a tool that is here is none that lacks.
func TestLacks(t *testing.T) {
	needsWorld(t)
	tool := absentTool()
	if tool == "" {
		t.Skip("all tools are here")
	}
	tests := []struct {
		name, text string
		lacks      bool
		shells     []string
	}{
		{"it is called", tool + " /srv/app/lock && exit 75\n./work\n", true, shellsAsked},
		{"nobody hears of it, in a child", "( " + tool + " /srv/app/lock 2>/dev/null; ./work ) & wait\n", true, shellsAsked},
		{"it is called by its path", "/usr/bin/" + tool + " /srv/app/lock && exit 75\n./work\n", true, []string{"bash", "dash"}},
		{"other ones are called", "mkdir /srv/app/lock || exit 75\nno-such-program\n./" + tool + "\n", false, []string{"bash", "dash"}},
	}
	for _, tt := range tests {
		for _, shell := range tt.shells {
			if _, err := shellFor(shell, nil); err != nil {
				continue
			}
			t.Run(shell+", "+tt.name, func(t *testing.T) {
				script := filepath.Join(t.TempDir(), "script")
				if err := os.WriteFile(script, []byte(tt.text), 0o644); err != nil {
					t.Fatal(err)
				}
				told := false
				r, err := Run(context.Background(), Script{Path: script, Shell: shell}, Options{Runs: 2, Choose: func(string, *Report) bool { return false }, Watch: func(_ string, log []Deed) {
					told = told || slices.ContainsFunc(log, func(d Deed) bool { return d.Op == "lacks" && d.Words == tool })
				}})
				if err != nil {
					t.Fatal(err)
				}
				if got := slices.Contains(r.Lacking, tool); got != tt.lacks || told != tt.lacks {
					t.Errorf("%q are said to be lacking; the log tells of it: %v", r.Lacking, told)
				}
			})
		}
	}
}
