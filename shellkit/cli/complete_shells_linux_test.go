package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A stand-in for lockkit shows the line that the shell has completed; what it is asked
// for completion goes to the real one.
const standIn = `#!/bin/sh
case $1 in
__complete | completion) exec "$LOCKKIT_REAL" "$@" ;;
esac
printf '<%s>' "$@"
echo ' END'
`

// completions are lines as they are typed, with TAB, and what lockkit gets of them.
var completions = []struct{ typed, want string }{
	{"lockkit expl\tLK60\t1", "<explain><LK601>"},
	{"lockkit explain cro\t", "<explain><cron>"},
	{"lockkit lint --format=sar\t", "<lint><--format=sarif>"},
	{"lockkit lint -f chec\tx.sh", "<lint><-f><checkstyle><x.sh>"},
	{"lockkit lint -e LK301,fd-leak-d\t x", "<lint><-e><LK301,fd-leak-daemon><x>"},
	{"lockkit lint rot\t", "<lint><rotate.sh>"},
	{"lockkit prove --property=exclusion,st\t x", "<prove><--property=exclusion,stale><x>"},
	{"lockkit run -n nig\t-- true", "<run><-n><nightly><--><true>"},
	{"lockkit who nig\tdep\t", "<who><nightly><deploy>"},
	{"lockkit init zs\t--eng\tflo\t", "<init><zsh><--engine><flock>"},
	{"lockkit gc fol\t", "<gc><folder"},
}

func TestCompletionInShells(t *testing.T) {
	shells := []struct {
		name, program string
		args          []string
		setup         string
	}{
		{"bash", "bash", []string{"--norc", "--noprofile", "-i"}, `source <(lockkit completion bash)`},
		{"bash 3.2", "bash-3.2", []string{"--norc", "--noprofile", "-i"}, `eval "$(lockkit completion bash)"`},
		{"zsh", "zsh", []string{"-f", "-i"}, `autoload -Uz compinit; compinit -D -u; source <(lockkit completion zsh)`},
		{"zsh, from fpath", "zsh", []string{"-f", "-i"}, `fpath=($PWD/site $fpath); autoload -Uz compinit; compinit -D -u`},
		{"fish", "fish", []string{"--no-config", "--interactive"}, `lockkit completion fish | source`},
	}
	for _, shell := range shells {
		t.Run(shell.name, func(t *testing.T) {
			t.Parallel()
			program, err := exec.LookPath(shell.program)
			if err != nil {
				t.Skipf("%s is not here", shell.program)
			}
			term := startTerminal(t, completionWorld(t), program, shell.args...)
			// What is typed must not look like what is waited for.
			term.send(shell.setup + "; echo REA''DY\n")
			term.expect("READY")
			for _, c := range completions {
				term.send(c.typed + "\n")
				term.expect(c.want)
				term.expect(" END")
			}
			// What is typed is not run; ^U takes the line away again.
			term.send("lockkit explain $(touch harm)LK\t\x15echo GO''NE\n")
			term.expect("GONE")
			if shell.name == "bash" { // 3.2 does not tell that it shows a list
				// A list is shown with what the words mean.
				term.send("lockkit lint --con\t \t\t")
				term.expect("(as far as prove goes)")
			}
		})
	}
}

// completionWorld is a folder with what the lines above are about.
func completionWorld(t *testing.T) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string, mode os.FileMode) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("bin/lockkit", standIn, 0o755)
	write("work/rotate.sh", "", 0o644)
	write("work/folder/x", "", 0o644)
	write("work/site/_lockkit", completeZsh, 0o644)
	write("locks/nightly.lock", "", 0o644)
	write("locks/deploy.lock", "", 0o644)
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o755); err != nil {
		t.Fatal(err)
	}
	// testscript.Main runs a command when the test is started under its name.
	if err := os.Symlink(self, filepath.Join(dir, "real/lockkit")); err != nil {
		t.Fatal(err)
	}
	cmd := &exec.Cmd{Dir: filepath.Join(dir, "work"), Env: []string{
		"PATH=" + filepath.Join(dir, "bin") + ":/usr/local/bin:/usr/bin:/bin", "HOME=" + dir,
		"LOCKKIT_DIR=" + filepath.Join(dir, "locks"), "LOCKKIT_REAL=" + filepath.Join(dir, "real/lockkit"),
		"TERM=xterm", "PS1=$ ", "LC_ALL=C",
	}}
	t.Cleanup(func() {
		if _, err := os.Stat(filepath.Join(dir, "work/harm.ran")); err == nil {
			t.Error("completion has run what was typed")
		}
	})
	return cmd
}
