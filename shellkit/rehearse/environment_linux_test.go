//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shellsAsked are those of whose environment something is known.
var shellsAsked = []string{"bash", "sh", "dash", "zsh", "mksh", "ksh93", "yash", "busybox ash"}

// A script has the environment that it was given, and nothing of that of whoever
// rehearses: what is set there may change what a shell or a tool does before its first line.
func TestEnvironmentIsGiven(t *testing.T) {
	needsWorld(t)
	folder := t.TempDir()
	begin := filepath.Join(folder, "begin")
	if err := os.WriteFile(begin, []byte(": >/srv/app/seen-began\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, ".zshenv"), []byte(": >/srv/app/seen-began\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	theirs := []string{"LD_PRELOAD=" + folder + "/none.so", "LD_LIBRARY_PATH=" + folder, "BASH_ENV=" + begin, "ENV=" + begin, "ZDOTDIR=" + folder,
		"SHELLOPTS=xtrace", "POSIXLY_CORRECT=1", "CDPATH=" + folder, "PYTHONSTARTUP=" + begin, "PERL5OPT=-Mevil", "TMPDIR=" + folder, "LC_ALL=C",
		"LOCKKIT_DIR=" + folder, "BASH_FUNC_flock%%=() { : >/srv/app/seen-began; }", "HOME=/srv/home", "PATH=" + folder + ":" + os.Getenv("PATH")}
	var text strings.Builder
	for _, v := range theirs {
		name, value, _ := strings.Cut(v, "=")
		if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_5") == "" {
			fmt.Fprintf(&text, "[ \"${%s-}\" != '%s' ] || : >/srv/app/seen-%[1]s\n", name, value)
		}
	}
	text.WriteString("exec 9>/srv/app/lock\nflock 9\n./work\n")
	script := filepath.Join(folder, "script")
	if err := os.WriteFile(script, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	seen := func(t *testing.T, shell string, env ...string) []string {
		var names []string
		_, err := Run(t.Context(), Script{Path: script, Shell: shell, Env: env}, Options{Choose: func(string, *Report) bool { return false }, Watch: func(_ string, log []Deed) {
			for i := range log {
				if name, is := strings.CutPrefix(path.Base(log[i].Name), "seen-"); is && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	for _, v := range theirs {
		name, value, _ := strings.Cut(v, "=")
		if name != "LD_PRELOAD" { // the loader of whatever this test starts would speak of it
			t.Setenv(name, value)
		}
	}
	for _, shell := range shellsAsked {
		t.Run(shell, func(t *testing.T) {
			if _, err := shellFor(shell, nil); err != nil {
				t.Skip(err)
			}
			if names := seen(t, shell); len(names) > 0 {
				t.Errorf("of the caller's environment: %q", names)
			}
		})
	}
	if names := seen(t, "bash", theirs...); !slices.Contains(names, "began") || !slices.Contains(names, "ENV") || !slices.Contains(names, "HOME") {
		t.Errorf("of what was given, only: %q", names)
	}
}

// What is given takes the place of what every script has: a shell would take the last of
// two, and a program the first.
func TestGivenOnce(t *testing.T) {
	env := environment([]string{"HOME=/home/a", "X=1", "PATH=/p"}, []string{"/usr/bin", "/bin"})
	names := map[string]string{}
	for _, v := range env {
		name, value, _ := strings.Cut(v, "=")
		if _, twice := names[name]; twice {
			t.Errorf("%s is there twice", name)
		}
		names[name] = value
	}
	if names["HOME"] != "/home/a" || names["X"] != "1" || names["PATH"] != "/p" || names["SHELL"] == "" {
		t.Errorf("%q", env)
	}
	if env = environment(nil, []string{"/usr/bin", "/bin"}); !slices.Contains(env, "PATH=/usr/bin:/bin") {
		t.Errorf("%q", env)
	}
}
