package funcs

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

//go:embed testdata/mutants/behaviour.sh
var behaviour []byte

// stages are the shells in which the functions are called, by dialect: first one that
// everybody has, and then those for which there are lines of their own.
var stages = map[string][]string{
	"bash": {"bash", "bash-3.2"},
	"sh":   {"dash", "ksh", "mksh"},
	"zsh":  {"zsh"},
}

// A stage is a shell in which the calls of behaviour.sh are made.
type stage struct {
	t        *testing.T
	command  []string
	opening  []byte            // what stands before the calls
	calls    map[string]string // by name
	names    []string
	pristine []byte                   // the functions as they are
	usual    map[string]string        // what comes of each call
	reached  map[int][]string         // by statement: the calls that come to it
	cost     map[string]time.Duration // how long each call takes
	first    *stage                   // of the same functions
	tools    string                   // the folder of lockkit and lockkit.so
	kept     *memory
}

// newStage makes all calls of functions, to know what is usual. Without the shell there
// is no stage.
func newStage(t *testing.T, kept *memory, tools string, first *stage, command string, text []byte, marked []byte) *stage {
	s := &stage{t: t, tools: tools, first: first, command: strings.Fields(command), pristine: text,
		usual: map[string]string{}, reached: map[int][]string{}, kept: kept, cost: map[string]time.Duration{},
	}
	path, err := exec.LookPath(s.command[0])
	if err != nil {
		return nil
	}
	s.command[0] = path // the calls run it too, and have a PATH of their own
	for _, sig := range []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM} {
		if signal.Ignored(sig) { // as behind nohup: the calls would ignore it as well
			signal.Notify(make(chan os.Signal, 1), sig)
		}
	}
	s.opening, s.names, s.calls = written()
	s.recall(kept, marked)
	s.names = slices.DeleteFunc(s.names, func(name string) bool { return s.usual[name] == "" })
	return s
}

// written splits behaviour.sh into what stands before the calls, their names, and the
// text of each.
func written() (opening []byte, names []string, calls map[string]string) {
	calls = map[string]string{}
	name := ""
	for line := range bytes.Lines(behaviour) {
		if rest, ok := strings.CutPrefix(string(line), "call "); ok {
			name, _, _ = strings.Cut(rest, " ")
			names = append(names, name)
		}
		if name == "" {
			opening = append(opening, line...)
		} else {
			calls[name] += string(line)
		}
	}
	return opening, names, calls
}

// always marks the calls of which it is not known what they come to.
const always = -1

// recall gets to know what comes of each call and what it comes to, where that is not
// known of the call by now.
func (s *stage) recall(kept *memory, marked []byte) {
	type learned struct {
		Usual   string
		Reached []int
		Cost    time.Duration
	}
	key := func(name string) string { return strings.Join(s.command, " ") + " " + name + "\n" + string(s.pristine) }
	all := s.names
	s.names = nil
	for _, name := range all {
		r, ok := kept.find(key(name))
		if !ok {
			s.names = append(s.names, name)
			continue
		}
		var l learned
		if err := json.Unmarshal([]byte(r.Is), &l); err != nil {
			s.t.Fatal(err)
		}
		s.usual[name], s.cost[name] = l.Usual, l.Cost
		for _, from := range l.Reached {
			s.reached[from] = append(s.reached[from], name)
		}
	}
	fresh, reached := slices.Clone(s.names), map[int][]string{}
	for name, outcome := range s.learn(marked, reached) {
		s.usual[name] = outcome
	}
	news := map[string]learned{}
	for _, name := range fresh {
		news[name] = learned{Usual: s.usual[name], Cost: s.cost[name]}
	}
	for from, names := range reached {
		for _, name := range names {
			l := news[name]
			l.Reached = append(l.Reached, from)
			news[name] = l
			s.reached[from] = append(s.reached[from], name)
		}
	}
	for _, name := range fresh {
		out, err := json.Marshal(news[name])
		if err != nil {
			s.t.Fatal(err)
		}
		kept.keep(key(name), remembered{Is: string(out), Shown: string(s.opening) + s.calls[name]})
	}
	s.names = all
}

// learn makes each call twice, once with marks, and returns what comes of it.
func (s *stage) learn(marked []byte, reached map[int][]string) map[string]string {
	usual := s.outcomes(s.pristine, nil)
	s.names = slices.DeleteFunc(s.names, func(name string) bool {
		if strings.HasSuffix(usual[name], endless) {
			s.t.Logf("%v: %s does not come to its end", s.command, name)
			delete(usual, name)
		}
		return usual[name] == ""
	})
	known := s.outcomes(marked, reached)
	for _, name := range s.names {
		if known[name] != usual[name] {
			s.t.Logf("%v: what %s comes to is not known: %q, %q", s.command, name, usual[name], known[name])
			reached[always] = append(reached[always], name)
		}
	}
	return usual
}

// tools builds lockkit, unless LOCKKIT names it, and where there is a compiler lockkit.so, and returns their folder.
func tools(t *testing.T) string {
	dir := t.TempDir()
	if built := os.Getenv("LOCKKIT"); built != "" {
		if err := os.Symlink(built, filepath.Join(dir, "lockkit")); err != nil {
			t.Fatal(err)
		}
	} else if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", dir, "../../cmd/lockkit").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cc := exec.CommandContext(t.Context(), "cc", "-shared", "-fPIC", "-o", filepath.Join(dir, "lockkit.so"), "../loadable/lockkit.c")
	if out, err := cc.CombinedOutput(); err != nil {
		t.Logf("no lockkit.so: %v: %s", err, out)
	}
	return dir
}

// outcomes makes every call; reached gets the calls by the statements that they come to.
func (s *stage) outcomes(text []byte, reached map[int][]string) map[string]string {
	out := map[string]string{}
	for len(out) < len(s.names) { // more than once where a call does not end
		begun := time.Now()
		s.play(text, s.names[len(out):], reached, func(name, outcome string) bool {
			out[name], s.cost[name], begun = outcome, time.Since(begun), time.Now()
			return true
		})
	}
	return out
}

// differs tells what a mutant does otherwise, or "", and the call that shows it.
func (s *stage) differs(m *mutant) (how, by string) {
	names := s.names
	if m.within >= 0 {
		names = slices.Concat(s.reached[m.within], s.reached[always])
	}
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	if s.first != nil && m.within >= 0 && len(s.first.reached[m.within]) > 0 && len(names) > few {
		slices.SortStableFunc(names, func(a, b string) int { return s.odd(b) - s.odd(a) })
		names = names[:few]
	}
	promise := func(name string) float64 { // what has told much and costs little is asked first
		return (float64(s.kept.told[m.function+" "+name])*1000 + float64(s.kept.told[name]) + 0.1) / s.cost[name].Seconds()
	}
	s.kept.mu.Lock()
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(promise(b), promise(a)) })
	s.kept.mu.Unlock()
	for len(names) > 0 {
		suspect, made := "", 0
		s.play(m.text, names, nil, func(name, outcome string) bool {
			made++
			if outcome != s.usual[name] {
				suspect, how = name, firstDifference(s.usual[name], outcome)
			}
			return suspect == ""
		})
		if suspect == "" {
			return "", ""
		}
		// It counts only where the functions as they are still do as usual.
		s.play(s.pristine, []string{suspect}, nil, func(name, outcome string) bool {
			if outcome != s.usual[name] {
				s.t.Logf("%v: %s is not the same again: %q, %q", s.command, name, s.usual[name], outcome)
				suspect = ""
			}
			return true
		})
		if suspect != "" {
			if how == endless { // of all that show something else it is asked last
				s.kept.mu.Lock()
				s.cost[suspect] += patience
				s.kept.mu.Unlock()
			}
			return s.command[0] + ": " + suspect + ": " + how, string(s.opening) + s.calls[suspect]
		}
		names = names[made:]
	}
	return "", ""
}

// few calls are made in the other shells where the first one has come to the same
// statement: those that it answers otherwise, and then any.
const few = 12

func (s *stage) odd(name string) int {
	if s.usual[name] != s.first.usual[name] {
		return 1
	}
	return 0
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range g {
		if i >= len(w) || w[i] != g[i] {
			return g[i]
		}
	}
	return "it ends early"
}

// patience is how long a call may take that waits for ever; one that is busy for ever
// ends by the limit that behaviour.sh sets.
const patience = 120 * time.Second

const endless = "it does not come to its end"

// play makes calls, each in a folder of its own, until nobody wants more.
func (s *stage) play(text []byte, names []string, reached map[int][]string, more func(name, outcome string) bool) {
	world, err := os.MkdirTemp("", "mutant")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(world) }()
	functions, script := filepath.Join(world, "functions"), filepath.Join(world, "calls")
	if err := os.Chmod(world, 0o755); err != nil { // for calls of another user
		s.t.Fatal(err)
	}
	if err := furnish(world, names, text, s.script(names)); err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(s.t.Context())
	defer stop()
	cmd := exec.CommandContext(ctx, s.command[0], append(s.command[1:len(s.command):len(s.command)], script)...)
	cmd.Env = []string{"T=" + world, "FUNCTIONS=" + functions, "THIS=" + strings.Join(s.command, " "), "TOOLS=" + s.tools}
	cmd.Cancel = func() error { return endGroup(cmd) }
	ownGroup(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	defer func() {
		_ = endGroup(cmd)
		_ = cmd.Wait()
	}()
	limit := time.AfterFunc(patience, stop)
	defer limit.Stop()
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	plain := strings.NewReplacer(functions, "FUNCTIONS", script, "CALLS", world, "T",
		fmt.Sprintf("pid %d ", cmd.Process.Pid), "pid HOLDER ")
	var said strings.Builder
	i := 0
	for lines.Scan() {
		line := lines.Text()
		if i < len(names) && strings.HasPrefix(line, "= "+names[i]+" ") {
			limit.Reset(patience)
			if reached != nil {
				note(filepath.Join(world, "call", names[i], "reached"), names[i], reached)
			}
			if !more(names[i], said.String()+line) {
				return
			}
			i++
			said.Reset()
			continue
		}
		said.WriteString(anyNumbers(plain.Replace(line)) + "\n")
	}
	if i < len(names) {
		more(names[i], said.String()+endless)
	}
}

func (s *stage) script(names []string) []byte {
	text := slices.Clone(s.opening)
	for _, name := range names {
		text = append(text, s.calls[name]...)
	}
	return text
}

var (
	lineNumber = regexp.MustCompile(`line \d+|: \d+:|:\d+: |\[\d+\]`)
	process    = regexp.MustCompile(`pid \d+`)
	clock      = regexp.MustCompile(`since \d\d:\d\d:\d\d`)
	duration   = regexp.MustCompile(`(got .* after) [0-9.]+ s`)
)

// anyNumbers takes what differs from run to run out of a line.
func anyNumbers(line string) string {
	line = clock.ReplaceAllString(process.ReplaceAllString(line, "pid N"), "since then")
	return lineNumber.ReplaceAllString(duration.ReplaceAllString(line, "$1 a while"), "N")
}

// A program in the place of flock: it does what $FAKE says, or the next line of the file
// that $ANSWERS names, but not where an engine is proved.
const failing = `#!/bin/sh
for last; do :; done
case $(readlink "/proc/self/fd/$last") in
  /) exec /usr/bin/flock "$@" ;;
esac
if [ -n "$ANSWERS" ]; then
  echo "flock $*" >>"$ANSWERS.asked"
  FAKE=$(sed -n 1p "$ANSWERS")
  sed -i 1d "$ANSWERS"
fi
# tick MILLISECONDS: the clock goes on
tick() {
  read -r clock <"$CLOCK"
  clock=$((clock + $1))
  echo "$clock" >"$CLOCK"
  [ -z "$UPTIME" ] || printf '%d.%02d 77.07\n' "$((clock / 1000))" "$((clock % 1000 / 10))" >"$UPTIME"
}
# late: the time is over for which it was to wait
late() {
  case $1 in
    *w) time=$2 how=${1%w}; shift 2 ;;
    *) exec /usr/bin/flock "$@" ;;
  esac
  /usr/bin/flock "-n${how#-}" "$@" && exit
  result=$?
  tick "$((${time%.*} * 1000 + 1${time#*.} - 1000))"
  exit "$result"
}
eval "${FAKE:-exec /usr/bin/flock \"\$@\"}"
`

// furnish fills a folder with what the calls need.
func furnish(world string, names []string, functions, script []byte) error {
	var err error
	try := func(e error) { err = errors.Join(err, e) }
	in := func(parts ...string) string { return filepath.Join(append([]string{world}, parts...)...) }
	file := func(text []byte, mode os.FileMode, parts ...string) { try(os.WriteFile(in(parts...), text, mode)) }
	try(os.Mkdir(in("bin"), 0o755))
	file([]byte(failing), 0o755, "bin", "flock")
	file(functions, 0o644, "functions")
	file(script, 0o644, "calls")
	file(nil, 0o644, "held")
	file(nil, 0o644, "shared")
	for _, name := range names {
		try(os.MkdirAll(in("call", name, "dir"), 0o755))
		try(os.Mkdir(in("call", name, "reached"), 0o755))
		try(os.Chmod(in("call", name, "reached"), 0o777)) // for calls of another user
		try(os.Link(in("held"), in("call", name, "held")))
		try(os.Link(in("shared"), in("call", name, "shared")))
		file(nil, 0o644, "call", name, "plain")
		try(syscall.Mkfifo(in("call", name, "fifo"), 0o644))
		try(os.Symlink("nowhere", in("call", name, "dangling")))
		try(os.Symlink("dir", in("call", name, "link")))
	}
	return err
}

// ownGroup puts a command and its children into a process group of their own, which
// endGroup ends.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func endGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
