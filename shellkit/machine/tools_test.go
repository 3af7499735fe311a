package machine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// drawn is what a script does, a node a line and each line once, without how its nodes hang
// together.
func drawn(t *testing.T, script string, d source.Dialect) (lines []string, unknowns []string) {
	t.Helper()
	p, err := Protocol(&source.File{Name: "x", Data: []byte(script)}, d)
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Op == protocol.Leave || n.Op == protocol.End {
			continue
		}
		line := n.Op.String()
		if n.Path != protocol.None {
			line += " " + p.Paths[n.Path].Text
		}
		if n.To != protocol.None {
			line += " to " + p.Paths[n.To].Text
		}
		if n.FD != protocol.None {
			line += fmt.Sprintf(" fd=%d", n.FD)
		}
		if n.Text != "" {
			line += fmt.Sprintf(" %q", n.Text)
		}
		if n.Else != protocol.None {
			line += " ?"
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, u := range p.Unknowns {
		unknowns = append(unknowns, u.Why)
	}
	return lines, unknowns
}

// TestTools: what programs do is drawn, in the order in which they do it.
func TestTools(t *testing.T) {
	for _, c := range []struct {
		script string
		want   string // lines, by ;
	}{
		{"mkdir -m 700 -- /run/x", `claim /run/x "mkdir" ?`},
		{"mkdir -p /run/x", `create /run/x "mkdir -p"`},
		{"mkdir -p /run/x || :", `misuse /run/x "mkdir -p succeeds when it is there"; create /run/x "mkdir -p"; choose "mkdir -p /run/x" ?; work ":"`},
		{"mkdir a b", `claim a "mkdir" ?; claim b "mkdir" ?`},
		{"rm -rf /a /b", `remove /a "rm -r"; remove /b "rm -r"`},
		{"rm -f /a", `remove /a "rm"`},
		{"rm /a", `remove /a "rm" ?`},
		{"rm -f", ``},
		{"rmdir /a", `remove /a "rmdir" ?`},
		{"unlink /a", `remove /a "unlink" ?`},
		{"mv /a /b", `rename /a to /b "mv" ?`},
		{"mv /a /b/", `rename /a to /b/a "mv" ?`},
		{"mv -t /d /a /b", `rename /a to /d/a "mv" ?; rename /b to /d/b "mv" ?`},
		{"mv -n /a /b", `claim /b "mv -n" ?; remove /a "mv"`},
		{"cp /a /b", `store /b "cp"`},
		{"cp --remove-destination /a /b", `store /b "cp --remove-destination"`},
		{"install -m 755 /a /b", `store /b "install"`},
		{"install -d /b", `create /b "mkdir -p"`},
		{"ln /a /b", `claim /b "ln" ?`},
		{"ln -s 12 /b", `claim /b "ln -s" ?`},
		{"ln -sf 12 /b", `store /b "ln -s -f"`},
		{"ln -f /a /b", `rename /a to /b "ln -f"`},
		{"touch -d yesterday /a", `create /a "touch"`},
		{"mkfifo /a", `claim /a "mkfifo" ?`},
		{"dd if=/a of=/b conv=excl", `claim /b "dd conv=excl" ?`},
		{"sleep 3", `work "sleep"`},
		{"cat /a", `load /a "cat"; work "cat" ?`},
		{"sed -i.bak s/a/b/ /f", `work "sed" ?; rename /f to /f "sed -i"`},
		{"lockfile -r 0 /a", `claim /a "lockfile" ?`},
		{"lockfile-create -p /a", `claim /a.lock "lockfile-create" ?`},
		{"lockfile-remove /a", `remove /a.lock "lockfile-remove" ?`},
		{"dotlockfile -u /a", `remove /a "dotlockfile" ?`},
		{"shlock -f /a -p 1", `claim /a "shlock" ?`},
		{"find /a -mmin +5 -delete", `alive /a "its age" ?; work "find" ?; remove /a "find"`},
		{"find /d -name x.lock -exec rm -f {} +", `remove /d/x.lock "find"; work "find" ?`},
	} {
		checkDrawn(t, c.script, c.want, source.Sh, false)
	}
}

// checkDrawn compares what a script does with what is wanted.
func checkDrawn(t *testing.T, script, want string, d source.Dialect, unknown bool) {
	t.Helper()
	lines, unknowns := drawn(t, script, d)
	if got := strings.Join(lines, "; "); got != want {
		t.Errorf("%s:\n got %s\nwant %s", script, got, want)
	}
	if unknown != (len(unknowns) > 0) {
		t.Errorf("%s: not understood: %q", script, unknowns)
	}
}

// TestFlock: flock locks what is open, or a file for a command.
func TestFlock(t *testing.T) {
	const open = `sub "flock"; open /f fd=1000 ?; flock fd=1000 ?`
	for _, c := range []struct {
		script, want string
		unknown      bool
	}{
		{"flock -n 9", `flock fd=9 ?`, false},
		{"flock -u 9", `flock fd=9 ?`, false},
		{"flock -w 5 -E 3 9", `flock fd=9 ?`, false},
		{"flock /f", `misuse /f "flock FILE without a command"`, false},
		{"flock -n", `misuse "flock refuses its arguments: a lock file, directory or descriptor is needed"`, false},
		{"flock -c true /f", `misuse /f "flock -c in front of FILE"`, false},
		{"flock -z 9", `misuse fd=9 "flock refuses its arguments: unknown option -z"`, false},
		{"sudo flock 9", `misuse fd=9 "flock refuses its arguments: sudo closes descriptor 9"`, false},
		{"flock /f rm -f /x", open + `; endsub "failed"; remove /x "rm"; endsub`, false},
	} {
		checkDrawn(t, c.script, c.want, source.Bash, c.unknown)
	}
	lines, _ := drawn(t, "flock 9 true", source.Bash)
	if len(lines) == 0 || lines[0] != `misuse fd=9 "descriptor taken for a file"` {
		t.Errorf("a descriptor that is taken for a file: %q", lines)
	}
}

// TestChildren: what runs under a lock, or as a text, is drawn as well, and the script goes
// on behind it unless it has become the program.
func TestChildren(t *testing.T) {
	for _, c := range []struct {
		script string
		has    []string
		hasNot []string
	}{
		{"flock /f sh -c 'mkdir /d; exit 3' || rm -f /x", []string{`sub "sh -c"`, `claim /d "mkdir"`, `remove /x "rm"`}, nil},
		{"flock /f -c 'mkdir /d'; rm -f /x", []string{`sub "sh -c"`, `claim /d "mkdir"`, `remove /x "rm"`}, nil},
		{"exec flock /f mkdir /d; rm -f /x", []string{`claim /d "mkdir"`}, []string{`remove /x`}},
		{"flock -o /f true", []string{`sub "flock -o"`, `close fd=1000`}, nil},
		{"flock /a flock /b true", []string{`open /a fd=1000`, `open /b fd=1001`}, nil},
		{"timeout 5 flock /f true", []string{`flock fd=1000`}, nil},
		{"mkdir() { rm -f /no; }; flock /f mkdir /d", []string{`claim /d "mkdir"`}, []string{`remove /no`}},
		{"sh -c 'trap \"rm -f /x\" EXIT; mkdir /d'; rm -f /y", []string{`remove /x`, `claim /d`, `remove /y`}, nil},
		{"sh <<'E'\nmkdir /d\nE\n", []string{`claim /d "mkdir"`}, nil},
		{"env A=1 nice -n 5 mkdir /d", []string{`claim /d "mkdir"`}, nil},
		{"sh /some/script", []string{`work "script"`}, nil},
	} {
		lines, unknowns := drawn(t, c.script, source.Bash)
		all := strings.Join(lines, "\n")
		for _, want := range c.has {
			if !strings.Contains(all, want) {
				t.Errorf("%s: no %s in\n%s", c.script, want, all)
			}
		}
		for _, not := range c.hasNot {
			if strings.Contains(all, not) {
				t.Errorf("%s: %s in\n%s", c.script, not, all)
			}
		}
		if len(unknowns) > 0 {
			t.Errorf("%s: not understood: %q", c.script, unknowns)
		}
	}
}

// TestNotUnderstood: what is not followed is said.
func TestNotUnderstood(t *testing.T) {
	for _, script := range []string{
		"curl example.org | sh", "setsid -f flock /f true", "chroot /r flock /f true", "env -S 'a b'", "su me", "lockkit run x y", "sh <<E\nif\nE\n",
		"find /d -exec sh -c 'rm x' \\;", "ls | xargs flock /f",
	} {
		if _, unknowns := drawn(t, script, source.Bash); len(unknowns) == 0 {
			t.Errorf("%s is understood", script)
		}
	}
}
