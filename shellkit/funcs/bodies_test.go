package funcs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// bodiesOf is what Validate says of the bodies of functions, after changes to them and
// to what it will prove.
func bodiesOf(t *testing.T, shell string, o Options, change func(string) string, choose func([]*proof) []*proof) Check {
	t.Helper()
	o.Version = "1.2.3"
	text, err := Init(shell, o)
	if err != nil {
		t.Fatal(err)
	}
	v := &validation{file: script(t, string(text)), text: []byte(change(string(text))), shell: shell, opt: o}
	v.plan()
	v.proofs = choose(v.proofs)
	v.follow()
	for _, p := range v.proofs {
		if _, err := p.script(); err != nil {
			t.Fatal(err)
		}
	}
	v.bodies()
	return v.checks[len(v.checks)-1]
}

// guards match what stands before a builtin in the functions: ~ in the changes below.
const guards = `\\(?:builtin |command )?`

// The functions of every shell are proved; and where a line that keeps a promise is
// taken out of them, the proof fails.
func TestBodies(t *testing.T) {
	const recheck = "the recheck of the name"
	flock := Options{Engine: "flock"}
	for _, c := range []struct {
		name, shell string
		options     Options
		old, new    string
		use         string // what the uses begin with that are looked at
		want        Outcome
		text        string
	}{
		{"lesser engines", "bash", Options{Standalone: true, Engine: "busybox"}, "", "", "", Passed, "prove: hold for 3 runs, with busybox"},
		{"a prefix", "sh", Options{Prefix: "my_", Highest: 7, Engine: "lockkit"}, "", "", "PREFIXwith_lock -n -E 0", Passed, "prove: hold for 3 runs, with lockkit"},
		{"not followed", "bash", Options{Engine: "builtin"}, "", "", "", Unknown, "not followed: builtin"},

		{recheck + " gone", "bash", flock, "if [[ ! $__lockkit_path -ef /dev/fd/$__lockkit_held ]]", "if ~false", "PREFIXlock_fd -n 9", Failed, "violated: exclusion: lock_fd -n 9 /run/x || exit; job; unlock -r 9 && gone, with flock"},
		{recheck + " gone in sh", "sh", flock, `if ~[ ! "$__lockkit_path" -ef "/dev/fd/$1" ]`, "if ~false", "PREFIXlock_fd -n 9", Failed, "violated: exclusion: lock_fd"},
		{recheck + " gone in zsh", "zsh", flock, `if ~[ ! "$__lockkit_path" -ef "/dev/fd/$1" ]`, "if ~false", "PREFIXlock_fd -n 9", Failed, "violated: exclusion: lock_fd"},
		{"busy taken for got", "bash", flock, `0 | 65 | 75) ~return "$1" ;;`, `75) ~return 0 ;; 0 | 65) ~return "$1" ;;`, "PREFIXwith_lock -n -E 0", Unknown, "it is not seen to come to job"},
		{"a lock that is left to a child", "bash", flock, `__lockkit_release "$__lockkit_held" || ~:`, `~:`, "PREFIXwith_lock -n /run/x leave", Failed, "violated: leak: with_lock -n /run/x leave"},
		{"busy told and then taken for got", "bash", flock, "  ~return \"$__lockkit_status\"\n}\n\n# Usage: __lockkit_lock FD", "  ~return 0\n}\n\n# Usage: __lockkit_lock FD", "PREFIXwith_lock -n -E 0", Failed, "the work is done without the lock: with_lock -n"},
		{"a lock that others share", "sh", flock, `"-n$__lockkit_shared"`, "-ns", "PREFIXwith_lock -n -E 0", Failed, "the work is done without the lock: with_lock -n"},
		{"another descriptor unlocked", "bash", flock, `__lockkit_release "$1" || __lockkit_status=71`, `__lockkit_release 0 || __lockkit_status=71`, "exec 9", Failed, "the lock is held when it was freed: exec 9>/run/x; lock_fd -n 9 || exit; left &; job; unlock 9 && gone"},
		{"nothing done", "bash", flock, `__lockkit_take '' "$@"`, "~return 75", "PREFIXwith_lock -n -E 0", Unknown, "it is not seen to come to lock"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := bodiesOf(t, c.shell, c.options, func(text string) string {
				if c.old == "" {
					return text
				}
				old := regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(c.old), "~", guards))
				if n := len(old.FindAllString(text, -1)); n != 1 {
					t.Fatalf("%q is there %d times", c.old, n)
				}
				return old.ReplaceAllLiteralString(text, strings.ReplaceAll(c.new, "~", `\`))
			}, begins(c.use))
			if got.Outcome != c.want || !strings.Contains(got.Text, c.text) {
				t.Errorf("%s: %s", got.Outcome, got.Text)
			}
		})
	}
}

// begins keeps the proofs of uses that begin with one of these texts.
func begins(texts ...string) func([]*proof) []*proof {
	return func(all []*proof) (some []*proof) {
		for _, p := range all {
			for _, text := range texts {
				if strings.HasPrefix(p.use.text, text) {
					some = append(some, p)
				}
			}
		}
		return some
	}
}

// A return that does not say its status gives another one in the traps of bash and of
// mksh; and where what the user wants to read for busy is what the functions go by, it
// may be 0. Both are seen.
func TestBodiesAsTheyWere(t *testing.T) {
	bare := func(text string) string {
		return regexp.MustCompile(guards+`return "\$\?"`).ReplaceAllLiteralString(text, `\return`)
	}
	wished := func(text string) string {
		return regexp.MustCompile(guards+`return 75`).ReplaceAllLiteralString(text, `\return "$__lockkit_code"`)
	}
	for _, c := range []struct {
		name, shell string
		change      func(string) string
		use, text   string
	}{
		{"bare returns", "bash", bare, "trap 'PREFIXlock_fd", "lock_fd -n 9 /run/x"},
		{"bare returns", "sh", bare, "trap 'PREFIXlock_fd", "in mksh"},
		{"one variable", "bash", wished, "PREFIXwith_lock -n -E 0", "the work is done without the lock"},
		{"one variable", "sh", wished, "PREFIXwith_lock -n -E 0", "the work is done without the lock"},
		{"one variable", "zsh", wished, "PREFIXwith_lock -n -E 0", "the work is done without the lock"},
	} {
		t.Run(c.name+" in "+c.shell, func(t *testing.T) {
			t.Parallel()
			got := bodiesOf(t, c.shell, Options{Engine: "flock"}, c.change, begins(c.use))
			if got.Outcome != Failed || !strings.Contains(got.Text, c.text) {
				t.Errorf("%s: %s", got.Outcome, got.Text)
			}
		})
	}
}

// What sh means is not the same to all that run it. mksh is looked at by Validate too,
// where a trap makes a difference.
func TestBodiesOfEveryShell(t *testing.T) {
	for _, c := range []struct {
		dialect source.Dialect
		version string // what the shell says of itself
	}{
		{source.Ash, ""}, {source.Yash, ""}, {source.Mksh, "KSH_VERSION='@(#)MIRBSD KSH R59'\n"}, {source.Ksh, "KSH_VERSION='Version AJM 93u+m/1.0.8'\n"},
	} {
		t.Run(string(c.dialect), func(t *testing.T) {
			t.Parallel()
			got := bodiesOf(t, "sh", Options{Engine: "flock"}, func(text string) string { return c.version + text }, func(all []*proof) []*proof {
				some := begins("PREFIXwith_lock -n -E 0", "PREFIXlock_fd -n 9")(all)
				for _, p := range some {
					p.dialect = c.dialect
				}
				return some
			})
			if got.Outcome != Passed {
				t.Errorf("%s: %s", got.Outcome, got.Text)
			}
		})
	}
}
