package doctor

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// find is the finding about something; it fails unless there is exactly one.
func (s Section) find(t *testing.T, about string) Finding {
	t.Helper()
	var all []Finding
	for _, f := range s.Findings {
		if f.About == about {
			all = append(all, f)
		}
	}
	if len(all) != 1 {
		t.Fatalf("%d findings about %s: %+v", len(all), about, s.Findings)
	}
	return all[0]
}

// program writes a shell script into a directory of its own and returns that.
func program(t *testing.T, name, text string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func needsFlock(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("flock")
	if err != nil {
		t.Skip("no flock(1)")
	}
	return path
}

func join(dirs ...string) string { return strings.Join(dirs, string(filepath.ListSeparator)) }

// What an engine says is not believed; what it did is looked at.
func TestAnEngineIsProvedByWhatItDoes(t *testing.T) {
	flock := needsFlock(t)
	// The words of a call: -n, -ns, -w or -u first, the descriptor last.
	for name, tt := range map[string]struct{ text, want string }{
		"works":            {`exec ` + flock + ` "$@"`, "exclusive, time-out, shared"},
		"refuses":          {`exit 75`, "a free lock was refused with status 75"},
		"lies":             {`exit 0`, "it says that it locked, but nothing is locked"},
		"other descriptor": {`exec 4>"$0.lock"; exec ` + flock + ` -n 4`, "it says that it locked, but nothing is locked"},
		"not there":        {`exit 127`, "it cannot do flock"},
		"cannot unlock":    {`[ "$1" != -u ] || exit 1; exec ` + flock + ` "$@"`, "unlocking ended with status 1"},
		"unlock lies":      {`[ "$1" != -u ] || exit 0; exec ` + flock + ` "$@"`, "it says that it unlocked, but the lock is still there"},
		"claims":           {flock + ` "$@"; exit 0`, "it claims a lock that somebody else holds"},
		"timed claims":     {`[ "$1" != -w ] || exit 0; exec ` + flock + ` "$@"`, "with a time-out it claims a lock that somebody else holds"},
		"no shared":        {`[ "$1" != -ns ] || set -- -n 3; exec ` + flock + ` "$@"`, "a second shared lock was refused with status 1"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := program(t, "flock", tt.text)
			e := candidates(Environment{Path: dir})[1]
			if e.program != filepath.Join(dir, "flock") {
				t.Fatalf("got %+v", e)
			}
			able, lacks, err := e.prove()
			got := able
			if err != nil {
				got = err.Error()
			}
			if !strings.HasPrefix(got, tt.want) || lacks != "" {
				t.Errorf("got %q, lacks %q; want %q", got, lacks, tt.want)
			}
		})
	}
}

func TestWhichEngineIsChosen(t *testing.T) {
	flock := needsFlock(t)
	good := program(t, "flock", `exec `+flock+` "$@"`)
	bad := program(t, "flock", `exit 0`)
	lockkit := program(t, "lockkit", `shift; exec `+flock+` "$@"`)
	for name, tt := range map[string]struct {
		path, engine string
		want         string // about what the word "chosen" stands; empty: a problem
		program      string
	}{
		"flock first":                {join(good, lockkit), "", "flock", good + "/flock"},
		"lockkit is asked for":       {join(good, lockkit), "lockkit", "lockkit", lockkit + "/lockkit"},
		"the first on the list":      {join(good, lockkit), "nonsense lockkit flock", "lockkit", lockkit + "/lockkit"},
		"the next of that name":      {join(bad, good), "", "flock", good + "/flock"},
		"a list without one":         {join(good, lockkit), "nonsense", "", ""},
		"one that is not to be had":  {good, "lockkit", "", ""},
		"only a lesser one by order": {join(bad, good), "perl", "perl", "perl"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.want == "perl" && len(look("", "perl")) == 0 {
				t.Skip("no perl")
			}
			s := Engines(Environment{Self: "/x/lockkit", Path: tt.path, Engine: tt.engine})
			if tt.want == "" {
				f := s.find(t, "choice")
				if f.Level != Problem || f.Hint == "" || !strings.Contains(f.Text, "with_lock answers 69") {
					t.Errorf("got %+v", f)
				}
				return
			}
			var chosen []string
			for _, f := range s.Findings {
				if strings.Contains(f.Text, "— chosen") {
					chosen = append(chosen, f.About)
					if !strings.Contains(f.Text, tt.program) {
						t.Errorf("got %+v, want %s", f, tt.program)
					}
				}
			}
			if fmt.Sprint(chosen) != "["+tt.want+"]" || Worst([]Section{s}) == Problem {
				t.Errorf("chosen %v, want %s: %+v", chosen, tt.want, s.Findings)
			}
		})
	}
}

// In the place of PATH there is nothing; /usr/bin and /bin are looked at as well.
func TestLookFindsEachProgramOnce(t *testing.T) {
	a := program(t, "sh", "")
	b := t.TempDir()
	if err := os.Symlink(filepath.Join(a, "sh"), filepath.Join(b, "sh")); err != nil {
		t.Fatal(err)
	}
	plain := t.TempDir()
	if err := os.WriteFile(filepath.Join(plain, "sh"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	found := look(join(plain, a, b), "sh")
	if len(found) != 2 || found[0] != filepath.Join(a, "sh") || !strings.HasSuffix(found[1], "/bin/sh") {
		t.Errorf("got %q", found)
	}
}

func TestTheLoadableIsTriedWhereItIs(t *testing.T) {
	env := Environment{Self: "/x/bin/lockkit", Path: os.Getenv("PATH")}
	if e := builtin(env); e.missing == "" {
		t.Errorf("got %+v", e)
	}
	env.Loadable = filepath.Join(program(t, "lockkit.so", ""), "lockkit.so")
	e := builtin(env)
	if e.missing != "" || e.program != env.Loadable {
		t.Fatalf("got %+v", e)
	}
	if _, _, err := e.prove(); err == nil {
		t.Error("a shell script was loaded into bash")
	}
}
