package funcs

import (
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

// The functions of every shell are proved; and where a line that keeps a promise is
// taken out of them, the proof fails.
func TestBodies(t *testing.T) {
	const recheck = "the recheck of the name"
	flock := Options{Engine: "flock"}
	for _, c := range []struct {
		name, shell string
		options     Options
		old, new    string
		want        Outcome
		text        string
	}{
		{"lesser engines", "bash", Options{Standalone: true, Engine: "busybox"}, "", "", Passed, "prove: hold for 3 runs, with busybox"},
		{"a prefix", "sh", Options{Prefix: "my_", Highest: 7, Engine: "lockkit"}, "", "", Passed, "prove: hold for 3 runs, with lockkit"},
		{"not followed", "bash", Options{Engine: "builtin"}, "", "", Unknown, "not followed: builtin"},

		{recheck + " gone", "bash", flock, " && [[ $__lockkit_path -ef /dev/fd/$__lockkit_fd ]]", "", Failed, "violated: exclusion: lock_fd -n 9 /run/x || exit; work; unlock -r 9, with flock"},
		{recheck + " gone in sh", "sh", flock, ` && \command [ "$__lockkit_path" -ef "/dev/fd/$__lockkit_fd" ]`, "", Failed, "violated: exclusion: lock_fd"},
		{recheck + " gone in zsh", "zsh", flock, ` && \builtin [ "$__lockkit_path" -ef "/dev/fd/$__lockkit_fd" ]`, "", Failed, "violated: exclusion: lock_fd"},
		{"busy taken for got", "bash", flock, `0 | 65 | 75) \return "$1" ;;`, `75) \return 0 ;; 0 | 65) \return "$1" ;;`, Failed, "violated: exclusion: with_lock -n"},
		{"a lock that is left to a child", "bash", flock, `__lockkit_release "$__lockkit_held" || \:`, `\:`, Failed, "violated: leak: leave() { left & }; with_lock -n"},
		{"busy told and then taken for got", "bash", flock, "      *) \\return \"$__lockkit_status\" ;;\n    esac\n  done", "      *) \\return 0 ;;\n    esac\n  done", Failed, "the work is done without the lock: with_lock -n"},
		{"a lock that others share", "sh", flock, `"-n$__lockkit_shared"`, "-ns", Failed, "the work is done without the lock: with_lock -n"},
		{"another descriptor unlocked", "bash", flock, `__lockkit_release "$1" || __lockkit_status=71`, `__lockkit_release 0 || __lockkit_status=71`, Failed, "violated: leak: exec 9>/run/x; lock_fd -n 9 || exit; left &; work; unlock 9"},
		{"nothing done", "bash", flock, "&& __lockkit_take ''; then\n    # From", "&& \\return 75; then\n    # From", Unknown, "with_lock -n /run/x work, with flock: it is not seen to"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := bodiesOf(t, c.shell, c.options, func(text string) string {
				if c.old != "" && strings.Count(text, c.old) != 1 {
					t.Fatalf("%q is there %d times", c.old, strings.Count(text, c.old))
				}
				return strings.Replace(text, c.old, c.new, min(1, len(c.old)))
			}, func(all []*proof) []*proof { return all })
			if got.Outcome != c.want || !strings.Contains(got.Text, c.text) {
				t.Errorf("%s: %s", got.Outcome, got.Text)
			}
		})
	}
}

// What sh means is not the same to all that run it.
func TestBodiesOfEveryShell(t *testing.T) {
	for _, c := range []struct {
		dialect source.Dialect
		version string // what the shell says of itself
	}{
		{source.Dash, ""}, {source.Ash, ""}, {source.Yash, ""},
		{source.Mksh, "KSH_VERSION='@(#)MIRBSD KSH R59'\n"}, {source.Ksh, "KSH_VERSION='Version AJM 93u+m/1.0.8'\n"},
	} {
		t.Run(string(c.dialect), func(t *testing.T) {
			t.Parallel()
			got := bodiesOf(t, "sh", Options{Engine: "flock"}, func(text string) string { return c.version + text }, func(all []*proof) []*proof {
				some := []*proof{all[0], all[4]} // with_lock, and lock_fd with unlock -r
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
