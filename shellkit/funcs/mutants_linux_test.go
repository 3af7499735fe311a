package funcs

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A mutant that nothing notices is a hole, or it does the same as before: then
// testdata/mutants/equivalent.txt says why. LOCKKIT_MUTANTS=bash, sh or zsh looks at
// every mutant of that shell's functions, and LOCKKIT_MUTANTS=bash/7 at every seventh;
// the normal run looks at those of a few functions.
func TestMutants(t *testing.T) {
	shell, part, _ := strings.Cut(os.Getenv("LOCKKIT_MUTANTS"), "/")
	step, err := strconv.Atoi(part)
	if err != nil {
		step = 1
	}
	all := shell != ""
	if !all {
		shell = "bash"
	}
	text, err := Init(shell, Options{Version: "1.2.3", Engine: "flock"})
	if err != nil {
		t.Fatal(err)
	}
	var chosen []*mutant
	for i, m := range mutantsOf(shell, text) {
		if all && i%step == 0 || !all && slice[m.function] {
			chosen = append(chosen, m)
		}
	}
	var before []string // the normal run asks the proof alone
	if all {
		if before = transcript(t, shell, text); len(before) < 50 {
			t.Fatalf("nothing to compare with: %q", before)
		}
	}
	tally(t, shell, chosen, before)
}

// slice are functions whose mutants are few and all seen by the proof.
var slice = map[string]bool{"__lockkit_failed": true}

func tally(t *testing.T, shell string, chosen []*mutant, before []string) {
	known := equivalents(t)
	count := map[string]int{}
	var mu sync.Mutex
	var done sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, m := range chosen {
		done.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			by, how := "the proof", proved(t, shell, m)
			if how == "" && before != nil {
				by, how = "behaviour", differs(t, shell, m, before)
			}
			mu.Lock()
			defer mu.Unlock()
			why, same := known[shell+" "+m.String()]
			switch {
			case how != "":
				count["killed by "+by]++
				t.Logf("killed by %s: line %d: %s: %s", by, m.line, m, how)
			case same:
				count["equivalent"]++
				t.Logf("equivalent: line %d: %s: %s", m.line, m, why)
			default:
				count["open"]++
				t.Errorf("open: line %d: %s %s", m.line, shell, m)
			}
		})
	}
	done.Wait()
	t.Logf("%s: %d mutants: %d killed by the proof, %d by behaviour, %d equivalent, %d open", shell, len(chosen),
		count["killed by the proof"], count["killed by behaviour"], count["equivalent"], count["open"])
}

// proved tells why the proof does not pass, or "".
func proved(t *testing.T, shell string, m *mutant) string {
	v := &validation{file: script(t, string(m.text)), text: m.text, shell: shell, opt: Options{Version: "1.2.3", Engine: "flock"}}
	v.plan()
	for _, p := range v.proofs {
		p.followed = follow("mutant", v.calling(p), p.dialect)
		seen.Clear() // nobody asks again
		s, err := p.script()
		if err != nil {
			return "it does not parse"
		}
		if wrong := p.use.wrong(s.Protocol); wrong != "" {
			return fmt.Sprintf("%s: %s", wrong, p)
		}
		if missing := p.use.missing(s.Protocol); missing != "" {
			return fmt.Sprintf("it does not come to %s: %s", missing, p)
		}
		if len(s.Protocol.Unknowns) > 0 {
			return fmt.Sprintf("%s: %s", s.Protocol.Unknowns[0].Why, p)
		}
	}
	for _, p := range v.proofs {
		if r := p.result(); r.Verdict == prove.Unknown {
			return fmt.Sprintf("%s: %s", r.Doubts[0].Why, p)
		}
		if broken := p.broken(); broken != nil {
			return fmt.Sprintf("%s is violated: %s", broken.Property, p)
		}
	}
	return ""
}

//go:embed testdata/mutants/behaviour.sh
var behaviour []byte

// transcript is what the functions do when they are called.
func transcript(t *testing.T, shell string, text []byte) (lines []string) {
	listen(t, shell, text, func(line string) bool { lines = append(lines, line); return true })
	return lines
}

// differs tells what functions do otherwise, or "".
func differs(t *testing.T, shell string, m *mutant, before []string) (how string) {
	i := 0
	listen(t, shell, m.text, func(line string) bool {
		if i >= len(before) || line != before[i] {
			how = line
		}
		i++
		return how == ""
	})
	if how == "" && i < len(before) {
		how = "it does not come to its end: " + before[i]
	}
	return how
}

// listen hands out what a shell prints, line by line, until nobody wants more.
func listen(t *testing.T, shell string, text []byte, more func(string) bool) {
	dir := t.TempDir()
	functions, calls := filepath.Join(dir, "functions"), filepath.Join(dir, "behaviour")
	world := filepath.Join(dir, "world")
	for name, data := range map[string][]byte{functions: text, calls: behaviour} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(world, 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute) // a mutant may wait for ever
	defer stop()
	command := map[string]string{"sh": "dash"}[shell]
	if command == "" {
		command = shell
	}
	cmd := exec.CommandContext(ctx, command, calls)
	cmd.Env = []string{"T=" + world, "FUNCTIONS=" + functions}
	cmd.Cancel = func() error { return endGroup(cmd) }
	ownGroup(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if !more(strings.ReplaceAll(lines.Text(), functions, "FUNCTIONS")) {
			break
		}
	}
	_ = endGroup(cmd)
	_ = cmd.Wait()
}

//go:embed testdata/mutants/equivalent.txt
var equivalent []byte

// equivalents are the mutants that do as before, with the reason.
func equivalents(t *testing.T) map[string]string {
	out := map[string]string{}
	for line := range bytes.Lines(equivalent) {
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' {
			continue
		}
		what, why, ok := strings.Cut(text, " -- ")
		if !ok || why == "" {
			t.Fatalf("no reason: %s", text)
		}
		out[what] = why
	}
	return out
}

// ownGroup puts a command and its children into a process group of their own, which
// endGroup ends.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func endGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
