package extract

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// fatesOf lists the sites of a script: "LINE:WHAT fate".
func fatesOf(t *testing.T, text string, files map[string]string) (string, *protocol.Protocol) {
	t.Helper()
	f, err := source.New("job.sh", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	open := func(name string) (*source.File, error) {
		if text, ok := files[name]; ok {
			return source.New(name, []byte(text))
		}
		return nil, errors.New("not there")
	}
	p, err := Script(f, source.Bash, Options{Open: open})
	if err != nil {
		t.Fatal(err)
	}
	if err := protocol.Sanity(p); err != nil {
		t.Errorf("%v\n%s", err, p)
	}
	var out []string
	for _, s := range p.Sites {
		out = append(out, fmt.Sprintf("%d:%s %s", s.Span.Start.Line, s.What, s.Fate))
	}
	return strings.Join(out, ", "), p
}

// Pairs and their siblings: what stands there has exactly this fate.
func TestFates(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a tool that is called", "flock -n /run/x work\n", "1:flock modelled"},
		{"one that is only asked for", "command -v flock || exit\necho flock\nflock --version\n", "3:flock nolock"},
		{"behind builtin or command", "t=$(command -v flock)\nbuiltin [ \"$t\" = x ]\ncommand echo \"$t\"\nexec 9>/run/x\ncommand flock -n 9 || exit\nwork\n", "5:flock modelled"},
		{"one by its path, quoted, behind prefixes", "\"/usr/bin/flock\" -n /run/x work\nsudo nice flock -n /run/x work\n", "1:flock modelled, 2:flock modelled"},
		{"one that a variable holds", "F=/usr/bin/flock\n$F -n /run/x work\n", "2:flock modelled"},
		{"one that an array holds", "f=(flock -n /run/x)\n\"${f[@]}\" work\n", "2:flock modelled"},
		{"one that something unknown runs", "wrapped flock -n /run/x work\n", "1:flock unclear"},
		{"one that a function of the script runs", "run() { \"$@\"; }\nrun flock -n /run/x work\n", ""},
		{"a function of that name", "flock() { :; }\nflock -n /run/x work\n", ""},
		{"behind an exit", "exit\nflock -n /run/x work\n", "2:flock dead"},
		{"behind an exit that something guards", "a || exit\nflock -n /run/x work\n", "2:flock modelled"},
		{"behind a program that takes the shell's place", "exec a\nflock -n /run/x work\n", "2:flock dead"},
		{"behind an exec that only redirects", "exec 9>a\nflock -n /run/x work\n", "2:flock modelled"},
		{"under false", "if false; then flock -n /run/x work; fi\n", "1:flock dead"},
		{"where no path was found to lead", "D=0\nif [ $D = 1 ]; then flock -n /run/x work; fi\n", "2:flock unclear"},
		{"in a function that nobody calls", "take() { flock -n /run/x work; }\n", "1:flock modelled"},
		{"in a text that a trap runs", "trap 'flock -n /run/x work' EXIT\nwork\n", "1:flock modelled"},
		{"in a text that a shell is given", "bash <<'EOF'\nflock -n /run/x work\nEOF\n", "2:flock modelled"},
		{"in a text that is printed", "cat <<'EOF'\nflock -n /run/x work\nEOF\n", ""},
		{"piped into a shell", "echo 'flock -n /run/x work' | sh -s\n", "1:flock unclear"},
		{"piped to who runs it later", "echo 'flock -n /run/x work' | crontab -\n", "1:flock unclear"},
		{"piped elsewhere", "echo 'flock -n /run/x work' | mail root\n", ""},
		{"made, and asked for behind that", "mkdir /srv/j 2>/dev/null\n[ -d /srv/j ] || exit\nwork\nrmdir /srv/j\n", "1:mkdir unclear"},
		{"made, asked for behind that, and used", "mkdir /srv/j 2>/dev/null\n[ -d /srv/j ] || exit\nwork >/srv/j/log\nrmdir /srv/j\n", ""},
		{"moved to where nothing is", "echo $$ >/srv/j.$$\nmv -n /srv/j.$$ /srv/j\nif [ -e /srv/j.$$ ]; then exit; fi\nwork\nrm /srv/j\n", "2:mv unclear"},
		{"an alias", "alias l='flock -n /run/x'\nl work\n", "1:flock unclear"},
		{"on another machine", "ssh host 'flock -n /run/x work'\n", "1:flock modelled"},
		{"in another language", "perl -e 'use Fcntl; flock(F, LOCK_EX)'\n", "1:flock unclear"},
		{"another language that locks nothing", "perl -e 'print 1'\n", ""},
		{"a folder that is made like a lock", "mkdir /srv/a || exit\nwork\nrmdir /srv/a\n", "1:mkdir modelled"},
		{"one that is kept", "mkdir /srv/a || exit\nwork\n", ""},
		{"one that something is kept in", "mkdir /srv/a || exit\nwork /srv/a\nrm -r /srv/a\n", ""},
		{"one that is this run's own", "d=$(mktemp -d)\nmkdir \"$d/a\" || exit\nrmdir \"$d/a\"\n", ""},
		{"one that nobody heeds", "mkdir /srv/a\nwork\nrmdir /srv/a\n", ""},
		{"plain work with files", "mkdir -p out\n[ -f a ] || exit\nrm -f out/*\ntouch out/log\necho x >out/b\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, p := fatesOf(t, c.text, nil); got != c.want {
				t.Errorf("%s, want %s\n%s", got, c.want, p)
			}
		})
	}
}

// A site that nobody accounts for is never silent: neither is one that a gate of the
// walk or a pass behind it has dropped.
func TestUnclearIsUnknown(t *testing.T) {
	for _, text := range []string{"wrapped flock -n /run/x work\n", "D=0\n[ $D = 1 ] && flock -n /run/x work\n", "case x in y) flock -n /run/x work;; esac\n"} {
		_, p := fatesOf(t, text, nil)
		if !p.Unclear() || len(p.Unknowns) == 0 {
			t.Errorf("%s: it is silent\n%s", text, p)
		}
	}
}

func TestUnreadFiles(t *testing.T) {
	for _, c := range []struct {
		name, text, want, unknown string
		files                     map[string]string
	}{
		{"it may define what is called", ". /lib/a.sh\ntake_it\ntake_it\nwork\n", "2:take_it unclear, 4:work unclear", "/lib/a.sh was not read, and take_it, work may be defined there", nil},
		{"nothing hangs on it", ". /lib/a.sh\ncp a b\nmake-it\n./work\n/bin/x\n", "", "", nil},
		{"what is called is defined here", "work() { :; }\n. /lib/a.sh\nwork\n", "", "", nil},
		{"it is there", ". /lib/a.sh\ntake_it\n", "1:flock modelled", "", map[string]string{"/lib/a.sh": "take_it() { flock -n /run/x work; }\n"}},
		{"one of its name is beside the script", ". \"$LIB/a.sh\"\ntake_it\n", "1:flock modelled", "", map[string]string{"a.sh": "take_it() { flock -n /run/x work; }\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, p := fatesOf(t, c.text, c.files)
			unknown := ""
			for _, u := range p.Unknowns {
				unknown += u.Why
			}
			if got != c.want || unknown != c.unknown {
				t.Errorf("%s: %q, want %s: %q\n%s", got, unknown, c.want, c.unknown, p)
			}
		})
	}
}

// A flag that a file which was not read may set is not what it was before.
func TestUnreadFilesSetFlags(t *testing.T) {
	text := "on=0\n%s[ $on = 1 ] && flock -n /run/x work\n"
	if got, _ := fatesOf(t, fmt.Sprintf(text, ". /etc/default/a\n"), nil); got != "3:flock modelled" {
		t.Error(got)
	}
	if got, _ := fatesOf(t, fmt.Sprintf(text, ""), nil); got != "2:flock unclear" {
		t.Error(got)
	}
}

// A script that is too long to be followed says so, whatever the end of the walk is.
func TestTooLongIsUnknown(t *testing.T) {
	var b strings.Builder
	b.WriteString("exec 9>/run/x\n")
	for i := range 6_000 {
		fmt.Fprintf(&b, "[ -e /srv/x%d.lock ] || touch /srv/x%d.lock && cat /srv/x%d.lock\n", i, i, i)
	}
	b.WriteString("flock -n 9\nwork\n")
	_, p := fatesOf(t, b.String(), nil)
	if !slices.ContainsFunc(p.Unknowns, func(u protocol.Unknown) bool { return strings.Contains(u.Why, "too many paths") }) {
		t.Errorf("%d nodes, %d sites, unknown is %v", len(p.Nodes), len(p.Sites), p.Unknowns)
	}
}
