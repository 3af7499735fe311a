package shellkit

import (
	"slices"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What becomes of the descriptors that a background command has in its redirects, by
// shell; source asks the shells themselves.
func TestJobsAndTheirRedirects(t *testing.T) {
	const (
		head  = "exec 9>/run/x || exit\nflock -n 9 9<&9 || exit\nprepare\nf() { hold; more; }\n"
		frees = prove.Holds
		keeps = prove.Violated
	)
	all := []string{"bash", "zsh", "ksh", "sh", "dash", "ash", "mksh", "yash"}
	for _, c := range []struct {
		job   string
		keeps []string // the shells in which the job keeps the lock
	}{
		{"hold 9>&- &", []string{"yash"}},
		{"hold >/dev/null 9>&- 2>&1 &", []string{"yash"}},
		{"nohup hold 9>&- >/dev/null 2>&1 &", []string{"yash"}},
		{"setsid env A=b nice -n 5 timeout -k 1 9 hold 9>&- &", []string{"yash"}},
		{"nohup hold &", []string{"bash", "zsh", "sh", "dash", "ash", "yash"}},
		{"hold 8>&- 9>&- &", []string{"yash"}},
		{"hold 9>/dev/null &", []string{"yash"}},
		{"{ hold; more; } 9>&- &", []string{"mksh", "yash"}},
		{"{ hold; } 9<&- 8>&- &", []string{"mksh", "yash"}},
		{"for i in 1 2; do hold; more; done 9>&- &", []string{"mksh", "yash"}},
		{"while hold; do more; done 9>&- &", []string{"mksh", "yash"}},
		{"if hold; then more; fi 9>&- &", []string{"mksh", "yash"}},
		{"( hold; more ) 9>&- &", []string{"mksh", "yash"}},
		{"( hold ) 9>&- &", []string{"yash"}},
		{"f 9>&- &", []string{"sh", "dash", "ash", "mksh", "yash"}},
		{"{ hold; more; } 8>&- &", all},
		{"( exec 9>&-; f ) &", nil},
		{"{ exec 9>&-; hold; more; } &", nil},
		{"{ hold 9>&-; more; } &", all},
		{"{ { hold; } 9>&-; more; } &", all},
	} {
		for _, shell := range all {
			t.Run(shell+" "+c.job, func(t *testing.T) {
				want := frees
				if slices.Contains(c.keeps, shell) {
					want = keeps
				}
				ask(t, shell, head+c.job+"\nwork\n:\n", want)
			})
		}
	}
}

// The last program of a subshell takes the place of its shell in some shells: what its
// redirects close is closed for good then, the lock with it.
func TestLastProgramInPlaceOfItsShell(t *testing.T) {
	all := []string{"bash", "zsh", "ksh", "sh", "dash", "ash", "mksh", "yash"}
	for _, c := range []struct {
		text  string
		drops []string // the shells in which the lock is gone while the program works
	}{
		{"( flock -n 9 || exit; critical 9>&- ) 9>/run/x\n:\n", []string{"sh", "dash", "ash", "zsh"}},
		{"( flock -n 9 || exit; critical 9>&- ) 9>/run/x\n", []string{"sh", "dash", "ash", "zsh", "ksh"}},
		{"( flock -n 9 || exit; critical 9>&-; : ) 9>/run/x\n", nil},
		{"( flock -n 9 || exit; critical ) 9>/run/x\n", nil},
		{"( flock -n 9 || exit; critical 8>&- 9>&- ) 9>/run/x\n:\n", []string{"sh", "dash", "ash", "zsh"}},
		{"( flock -n 9 || exit; critical 9</dev/null ) 9>/run/x\n:\n", []string{"sh", "dash", "ash", "zsh"}},
		{"( flock -n 9 && nice critical 9>&- ) 9>/run/x\n:\n", []string{"sh", "dash", "ash", "zsh"}},
		{"( if flock -n 9; then critical 9>&-; fi ) 9>/run/x\n:\n", []string{"sh", "dash", "ash", "zsh"}},
		{"( flock -n 9 || exit; { critical; } 9>&- ) 9>/run/x\n:\n", []string{"zsh"}},
		{"f() { critical 9>&-; }\n( flock -n 9 || exit; f ) 9>/run/x\n:\n", nil},
		{"( trap 'echo bye' EXIT; flock -n 9 || exit; critical 9>&- ) 9>/run/x\n:\n", nil},
		{"( flock -n 9 || exit; while critical 9>&-; do :; done ) 9>/run/x\n:\n", nil},
		{"{ flock -n 9 || exit; critical 9>&-; } 9>/run/x\n:\n", nil},
		{"{ flock -n 9 || exit; critical 9>&-; } 9>/run/x\n", []string{"ksh"}},
		{"{ flock -n 9 || exit; critical 9>&-; } 9>/run/x\n# the end\n", nil},
		{"if flock -n 9; then critical 9>&-; fi 9>/run/x\n", []string{"ksh"}},
		{"trap 'echo bye' EXIT\nif flock -n 9; then critical 9>&-; fi 9>/run/x\n", nil},
		{"x=$(exec 9>/run/x; flock -n 9 9<&9 || exit; critical 9>&-)\n:\n", []string{"sh", "dash", "ash", "zsh"}},
		{"exec 9>/run/x; flock -n 9 9<&9 || exit\ncritical\n", []string{"ksh"}}, // close-on-exec
		{"exec 9>/run/x; flock -n 9 9<&9 || exit\ncritical\n:\n", nil},
		{"exec 9>/run/x; flock -n 9 9<&9 || exit\nif check; then critical; else :; fi\n", []string{"ksh"}},
		{"exec 9>/run/x; flock -n 9 9<&9 || exit\ncase $1 in a) critical ;; esac\n", []string{"ksh"}},
		{"exec 9>/run/x; flock -n 9 9<&9 || exit\n{ check; critical; }\n", []string{"ksh"}},
		{"exec 9>/run/x; flock -n 9 9<&9 || exit\nif check; then critical; fi\n:\n", nil},
		{"exec 9>/run/x; flock -n 9 9<&9 || exit\nfor i in 1 2; do critical; done\n", nil},
		{"exec 9>/run/x; flock -n 9 9<&9 || exit\n( critical 9>&- )\nmore\n:\n", nil},
		{"trap : TERM\nexec 9>/run/x; flock -n 9 9<&9 || exit\n( critical )\n", nil},
	} {
		for _, shell := range all {
			t.Run(shell+" "+c.text, func(t *testing.T) {
				want := prove.Holds
				if slices.Contains(c.drops, shell) {
					want = prove.Violated
				}
				ask(t, shell, c.text, want)
			})
		}
	}
}

// ask proves a script in a dialect, and holds lint against the answer: it has
// something serious to say if and only if a promise is broken.
func ask(t *testing.T, shell, text string, want prove.Verdict) prove.Result {
	t.Helper()
	d, ok := source.ParseDialect(shell)
	if !ok {
		t.Fatal(shell)
	}
	f, err := source.New("job.sh", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(f, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{})
	if got.Verdict != want {
		t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, want, got.Doubts, text, s.Protocol)
	}
	serious, open := "", false
	for _, f := range Check(s) {
		open = open || f.Rule.Code == "LK902"
		if f.Level == diag.Error || f.Level == diag.Warning {
			serious += f.Rule.Code + " " + f.Message + "\n"
		}
	}
	if (serious != "") != (want == prove.Violated) {
		t.Errorf("lint: %q, but prove: %s\n%s", serious, want, text)
	}
	if want == prove.Unknown && !open {
		t.Errorf("lint is silent where prove cannot tell: %v\n%s", got.Doubts, text)
	}
	return got
}

// askFor is ask of a script that breaks no promise but one.
func askFor(t *testing.T, shell, text string, want prove.Verdict, only prove.Property) {
	t.Helper()
	for _, v := range ask(t, shell, text, want).Violations {
		if v.Property != only {
			t.Errorf("%s is broken, want %s\n%s", v.Property, only, text)
		}
	}
}
