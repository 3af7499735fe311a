package conformance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A player runs cases, one after the other, in a world with process numbers, mounts, a
// network and IPC of its own. They have no privilege there; nothing of one case is left
// when the next begins, and nothing at all when the player is closed.
type player struct {
	folder string // the world sees it as /mnt
	world  *exec.Cmd
	orders io.WriteCloser
	ends   chan string // the status of each case
}

// newPlayer makes the folder, and a world, to see whether there can be one.
func newPlayer() (*player, error) {
	folder, err := os.MkdirTemp("/var/tmp", "conformance")
	if err != nil {
		return nil, err
	}
	p := &player{folder: folder}
	for _, name := range []string{"", "bin", "work", "tmp"} {
		name = filepath.Join(folder, name)
		err = errors.Join(err, os.MkdirAll(name, 0o755), os.Chmod(name, 0o755))
	}
	for _, name := range helpers {
		err = errors.Join(err, p.write(filepath.Join("bin", name), "#!/bin/sh\nprintf '%s\\n' \"$*\"\n", 0o755))
	}
	for _, name := range []string{"work", "tmp"} {
		err = errors.Join(err, os.Chmod(filepath.Join(folder, name), 0o777))
	}
	if err == nil {
		var r run
		r, err = p.play(source.Sh, &script{real: "echo 0.0.1 >>" + logPath + "\n"}, nil)
		if err == nil && len(r.events) != 1 {
			err = errors.New("no private world")
		}
	}
	if err != nil {
		return nil, errors.Join(ErrCannot, err, p.close())
	}
	return p, nil
}

// helpers are programs of the suites that only print their arguments.
var helpers = []string{"argv.py", "argv"}

func (p *player) close() error {
	p.end()
	return os.RemoveAll(p.folder)
}

// enter makes the world: $1 is the folder, $2 the number of the user.
const enter = `mount --bind "$1" /mnt && mount --bind "$1/tmp" /tmp || exit
user=
[ "$2" != 0 ] || user='--reuid 65534 --regid 65534 --clear-groups'
exec setpriv $user --bounding-set=-all --inh-caps=-all --no-new-privs -- /bin/sh -c "$3"`

// watch is the first process of the world. It says that it is there. For each line, the command of a shell, it runs
// the case, waits some time for what that has left behind, and ends it.
const watch = `echo ready
while read -r shell; do
  (
    cd /mnt/work || exit
    ulimit -c 0 -t 5 -f 65536
    ulimit -u 256 2>/dev/null || ulimit -p 256
    exec $shell ` + casePath + `
  ) </dev/null >/dev/null 2>&1
  status=$?
  turns=0
  while set -- /proc/[0-9]*; [ $# -gt 1 ] && [ $turns -lt 20 ]; do
    sleep 0.05
    turns=$((turns + 1))
  done
  kill -9 -1 2>/dev/null
  echo $status
done`

// begin makes a world.
func (p *player) begin() error {
	args := []string{"--pid", "--fork", "--kill-child", "--mount-proc", "--net", "--ipc"}
	if os.Getuid() != 0 {
		args = append(args, "--user", "--map-root-user")
	}
	args = append(args, "--", "/bin/sh", "-c", enter, "sh", p.folder, strconv.Itoa(os.Getuid()), watch)
	cmd := exec.Command("unshare", args...)
	cmd.Env = []string{
		"PATH=/mnt/bin:/usr/local/bin:/usr/bin:/bin", "HOME=/mnt/work", "TMP=/tmp", "TMPDIR=/tmp", "LC_ALL=C",
	}
	orders, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.world, p.orders, p.ends = cmd, orders, make(chan string)
	go func(ends chan<- string) {
		defer close(ends)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			ends <- lines.Text()
		}
	}(p.ends)
	select {
	case _, ok := <-p.ends:
		if ok {
			return nil
		}
	case <-time.After(time.Minute):
	}
	p.end()
	return fmt.Errorf("%w: no private world", ErrCannot)
}

// end ends the world and all that is in it.
func (p *player) end() {
	if p.world == nil {
		return
	}
	_ = p.orders.Close()
	_ = p.world.Process.Kill()
	for range p.ends { // the reader stops before the pipe is closed
	}
	_ = p.world.Wait()
	p.world = nil
}

// play runs a script.
func (p *player) play(d source.Dialect, s *script, files map[string]string) (run, error) {
	if err := p.lay(s.real, files); err != nil {
		return run{}, err
	}
	if p.world == nil {
		if err := p.begin(); err != nil {
			return run{}, err
		}
	}
	shell := shellOf(d)
	names := "env SH=" + shell[0] + " TEST_SHELL=" + shell[0] + " TESTEE=" + shell[0] + " "
	if _, err := io.WriteString(p.orders, names+strings.Join(shell, " ")+"\n"); err != nil {
		return run{}, err
	}
	patience := time.NewTimer(Patience)
	defer patience.Stop()
	select {
	case line, ok := <-p.ends:
		status, err := strconv.Atoi(line)
		if !ok || err != nil {
			p.end()
			return run{}, fmt.Errorf("%w: the private world has ended", ErrCannot)
		}
		events, err := p.noted()
		return run{events, status}, err
	case <-patience.C:
		p.end()
		return run{}, errSlow
	}
}

// lay puts into the folder what a run needs, and nothing else.
func (p *player) lay(text string, files map[string]string) error {
	err := errors.Join(p.write("case", text, 0o644), p.write("log", "", 0o666))
	for _, name := range []string{"work", "tmp"} {
		err = errors.Join(err, empty(filepath.Join(p.folder, name)))
	}
	for name, text := range files {
		err = errors.Join(err, p.write(filepath.Join("work", name), text, 0o666))
	}
	return err
}

func (p *player) write(name, text string, mode os.FileMode) error {
	name = filepath.Join(p.folder, name)
	return errors.Join(os.WriteFile(name, []byte(text), mode), os.Chmod(name, mode))
}

// empty removes what is in a folder.
func empty(folder string) error {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(folder, e.Name())))
	}
	return err
}

// noted reads the log.
func (p *player) noted() ([]event, error) {
	text, err := os.ReadFile(filepath.Join(p.folder, "log"))
	if err != nil {
		return nil, err
	}
	var events []event
	for line := range strings.Lines(string(text)) {
		w := strings.FieldsFunc(line, func(r rune) bool { return !unicode.IsDigit(r) })
		if len(w) != 3 {
			return nil, fmt.Errorf("a probe notes %q", line)
		}
		probe, err := strconv.Atoi(w[0])
		if err != nil {
			return nil, err
		}
		events = append(events, event{probe, w[1], w[2]})
	}
	return events, nil
}
