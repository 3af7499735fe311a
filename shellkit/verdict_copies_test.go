package shellkit

import (
	"slices"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

const (
	copiesOpen = "exec 9>/srv/app/lock\n"
	copiesTry  = "flock -n 9 || exit 1\n"
)

// A lock belongs to what was opened, by whatever number it is reached.
func TestCopiesOfDescriptors(t *testing.T) {
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", copiesOpen + copiesTry + "exec 8>&9\nflock -u 8\nwork\n", prove.Violated},
		{"bash", copiesOpen + copiesTry + "flock -u 7 7>&9\nwork\n", prove.Violated},
		{"bash", copiesOpen + copiesTry + "flock -u 9 9<&9\nwork\n", prove.Violated},
		{"bash", copiesOpen + copiesTry + "flock -u 0 <&9\nwork\n", prove.Violated},
		{"bash", "exec 9>/srv/app/lock 8>&9\nflock -n 8 || exit 1\nflock -u 9\nwork\n", prove.Violated},
		{"dash", copiesOpen + copiesTry + "( flock -u 8 ) 8>&9\nwork\n", prove.Violated},
		{"dash", copiesOpen + "exec 8>&9\nflock -n 8 || exit 1\nexec 8>&-\nwork\n", prove.Holds},
		{"bash", copiesOpen + copiesTry + "exec 8>&9 9>&-\nwork\n", prove.Holds},
		{"mksh", copiesOpen + "flock -n 9 9<&9 || exit 1\nwork\n", prove.Holds},
		{"bash", copiesOpen + "flock -n 9 9<&9 || echo busy\nwork\nmore\n", prove.Violated},
		{"bash", copiesOpen + "flock -n 8 8>&9 || echo busy\nwork\nmore\n", prove.Violated},
		{"ksh", copiesOpen + "flock -w 5 9 9<&9 | cat || exit 75\nwork\nmore\n", prove.Violated},
		{"dash", "exec 9>/srv/app/lock 8>&9\nflock -n 8 || echo busy\nexec 8>&-\nwork\nmore\n", prove.Violated},
		{"zsh", "zmodload zsh/system\nrc=$(lockfile -r 0 /srv/app/l.lock; echo $?)\n[ \"$rc\" = 0 ] || exit\ntrap 'rm -f /srv/app/l.lock' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n", prove.Holds},
		{"bash", copiesOpen + "while :; do\nflock -n 9 || exit 1\n[ /srv/app/lock -ef /dev/fd/9 ] && break\nexec 9>/srv/app/lock\ndone\nwork\nshred -u /srv/app/lock\n", prove.Holds},
		// Whether it got the lock only its own shell is told.
		{"bash", copiesOpen + "flock -n 9 &\nwait\nwork\n", prove.Unknown},
		{"dash", copiesOpen + "( flock 9; work 1 ) &\n( flock 9; work 2 ) &\nwait\n", prove.Unknown},
		{"dash", "( flock 9 || exit; work 1 ) 9>/srv/app/lock &\nwait\n", prove.Holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}

// flock -o keeps the lock to itself: nothing that its command leaves behind has it.
func TestFlockKeepsItBack(t *testing.T) {
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"flock -n -o /srv/app/lock sh -c './server & work'\n", prove.Holds},
		{"flock --close /srv/app/lock sh -c 'work; nohup ./server &'\n", prove.Holds},
		{"flock -n /srv/app/lock sh -c './server & work'\n", prove.Violated},
		{"flock -o -n /srv/app/lock sh -c 'rm -f /srv/app/lock; work'\n", prove.Violated},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "sh", c.text, c.want) })
	}
}

// Who gets the lock leaves, also where the lock ends with the subshell that it leaves.
func TestInvertedInSubshells(t *testing.T) {
	const to = ") 9>/srv/app/lock\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"(\nflock -n 9 && exit 1\nwork\n" + to, prove.Violated},
		{"(\n! flock -n 9 || exit 1\nwork\n" + to, prove.Violated},
		{"(\nif flock -n 9; then echo busy; exit 1; fi\nwork\n" + to, prove.Violated},
		{"(\nflock -n 9 || exit 1\nwork\n" + to, prove.Holds},
		{"if ( flock -n 9 ) 9>/srv/app/lock; then echo idle; exit; fi\nwork\n", prove.Holds}, // it asks whether somebody is there
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

// A lock that is a name belongs to the background child that gives it up.
func TestHandedToAChild(t *testing.T) {
	const make = "mkdir /srv/app/lock.d || exit 75\ntrap 'rmdir /srv/app/lock.d; trap - EXIT; exit 1' HUP INT TERM\n"
	const child = "trap 'rmdir /srv/app/lock.d; exit 1' HUP INT TERM; "
	for _, c := range []struct {
		text string
		want prove.Property
	}{
		{make + "( work; rmdir /srv/app/lock.d ) &\n", prove.Stale}, // no clean-up of its own
		{make + "( work; rmdir /srv/app/lock.d ) &\nrmdir /srv/app/lock.d\n", prove.Exclusion},
		{make + "trap 'rmdir /srv/app/lock.d' EXIT\n( " + child + "work; rmdir /srv/app/lock.d ) &\n", prove.Exclusion},
	} {
		t.Run(c.text, func(t *testing.T) { broken(t, "dash", c.text, c.want) })
	}
}

// To a shell that takes one digit two are a word, and {fd} to one that knows no such
// descriptors: exec does not find it, behind a group it is a syntax error, and flock takes
// it for the program that it is to run.
func TestDigitsThatAreAWord(t *testing.T) {
	const rest = " || exit 1\nwork\n"
	for shell, want := range map[string]prove.Verdict{
		"dash": prove.Violated, "sh": prove.Violated, "zsh": prove.Violated, "ksh": prove.Violated, "mksh": prove.Violated,
		"bash": prove.Holds, "yash": prove.Holds, "ash": prove.Holds,
	} {
		for _, text := range []string{
			"exec 200>/srv/app/lock\nflock -n 200" + rest,
			"( flock -n 200" + rest + ") 200>/srv/app/lock\n",
			"take() { flock -n 12" + rest + "}\ntake 12>>/srv/app/lock\n",
			"if exec 10</srv/app/lock; then flock -n 10" + rest + "fi\n",
		} {
			t.Run(shell+" "+text, func(t *testing.T) { ask(t, shell, text, want) })
		}
	}
	for shell, want := range map[string]prove.Verdict{
		"dash": prove.Violated, "mksh": prove.Violated, "yash": prove.Violated, "ash": prove.Violated, "zsh": prove.Holds, "bash": prove.Holds,
	} {
		text := "exec {fd}>/srv/app/lock\nflock -n $fd" + rest
		t.Run(shell+" "+text, func(t *testing.T) { ask(t, shell, text, want) })
	}
	ask(t, "dash", "flock -n 11 11>/srv/app/lock\nwork\n", prove.Violated)
}

// A redirect that copies a closed descriptor fails, and what stands behind it never runs.
// Some shells make nothing of a copy onto itself: then flock fails.
func TestCopiesOfWhatIsClosed(t *testing.T) {
	const closed = "exec 9>/srv/app/lock\nexec 9>&-\n"
	for _, shell := range []string{"bash", "dash", "zsh", "ksh", "mksh", "yash", "ash"} {
		for _, text := range []string{
			closed + "flock -n 9 9<&9 || echo busy\nwork\n",
			closed + "flock -n 9 9<&9\nwork\n",
			closed + "flock -n 9 9<&9 || exit 1\nwork\n",
			closed + "{ flock -n 9 || exit 1; } 9<&9\nwork\n",
			closed + "( flock -n 9 || exit 1; work ) 9<&9\n",
			"exec 8>&-\nflock -n 9 9<&8 || echo busy\nwork\n",
			"exec 9>/srv/app/lock 8>&-\nif ! flock -n 9 9>&8; then exit 1; fi\nwork\n",
			closed + "flock -n 9\nwork\n",
		} {
			t.Run(shell+" "+text, func(t *testing.T) { ask(t, shell, text, prove.Violated) })
		}
		open := "{\nflock -n 9 9<&9 || exit 1\nwork\n} 9>/srv/app/lock\n"
		t.Run(shell+" "+open, func(t *testing.T) { ask(t, shell, open, prove.Holds) })
	}
}

// A folder of which the entries are the holders is a lock that no walk follows.
func TestEntriesOfAFolder(t *testing.T) {
	const mine = "touch /srv/jobs/run/$$.run\nwork\nrm -f /srv/jobs/run/$$.run\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"[ -z \"$(ls /srv/jobs/run/*.run)\" ] || exit 0\n" + mine, prove.Unknown},
		{"set -- /srv/jobs/run/*.run\n[ -e \"$1\" ] && exit 0\n" + mine, prove.Unknown},
		{"n=$(find /srv/jobs/run -name '*.run' | wc -l)\n[ \"$n\" -gt 0 ] && exit 0\n" + mine, prove.Unknown},
		{"for f in /srv/jobs/run/*; do [ -e \"$f\" ] && exit 0; done\n" + mine, prove.Unknown},
		{"compgen -G '/srv/jobs/run/*.run' >/dev/null && exit 0\n" + mine, prove.Unknown},
		{"ls /srv/jobs/run/*.log\n" + mine, prove.Nothing},
		{"for f in /srv/jobs/run/*.run; do work \"$f\"; done\n" + mine, prove.Nothing},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

// What $'…' spells is what the shell runs.
func TestQuotedWithEscapes(t *testing.T) {
	ask(t, "bash", "bash -c $'exec 9>/srv/app/lock\\nflock -n 9\\necho \\'on\\'\\nwork'\n", prove.Violated)
	ask(t, "bash", "bash -c $'exec 9>/srv/app/lo\\x63k\\nflock -n 9 || exit 1\\nwork'\nexec 8>/srv/app/lock\nflock 8 || exit\nwork\nrm /srv/app/lock\n", prove.Violated)
}

// broken asks whether prove finds that a script breaks a promise.
func broken(t *testing.T, shell, text string, want prove.Property) {
	t.Helper()
	p := loadedAs(t, source.Dialect(shell), text).Protocol
	got := prove.Explore([]*protocol.Protocol{p}, prove.Options{})
	if !slices.ContainsFunc(got.Violations, func(v prove.Violation) bool { return v.Property == want }) {
		t.Errorf("%s, and nothing breaks %v\n%s\n%s", got.Verdict, want, text, p)
	}
	if want != prove.Exclusion && slices.ContainsFunc(got.Violations, func(v prove.Violation) bool { return v.Property == prove.Exclusion }) {
		t.Errorf("two are inside\n%s\n%s", text, p)
	}
}

// A lock that is asked for through a copy of a descriptor is not over when the copy is
// gone: who does not ask whether it was got works without it.
func TestLockThroughACopy(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated
		on              = "exec 9>/srv/app/lock\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"mksh", on + "flock -n 9 9<&9\nwork\n", violated},
		{"mksh", on + "flock -n 9 9<&9 || exit\nwork\n", holds},
		{"bash", on + "flock -n 8 8>&9 || echo busy\nwork\n", violated},
		{"bash", on + "{ flock -n 0; } <&9\nwork\n", violated},
		{"bash", on + "{ flock -n 0; } <&9 || exit\nwork\n", holds},
		{"ksh", "take() { flock -n 9 || echo busy; }\n" + on + "take 9<&9\nwork\n", violated},
		{"mksh", "take() { flock -n 9 || exit; }\n" + on + "take 9<&9\nwork\n", violated}, // nothing inside of the function has it
		{"bash", on + "flock -n 8 8>&9 || echo busy\ngrep -c x /srv/app/log\nwork\n", violated},
		{"bash", on + "flock -n 9 || { echo \"busy: $(flock -n 0 2>&1 <&9 | tr a b)\"; exit 1; }\nwork\n", holds}, // it is asked for its words
		{"bash", "{ flock -n 9 || echo busy; } 9>/srv/app/lock\nwork\n", violated},                                // the copy is all that there is
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
