package truth

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/rehearse/inclusion"
	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
)

// Seen is what a rehearsal of a script has shown.
type Seen struct {
	Breaches  []Breach
	Locks     []string
	Schedules int
	Followed  int      // runs that were held against the protocol
	Unclear   int      // of those, the ones that need what was not understood
	Outside   []Stray  // the first run of each kind that is outside
	Left      []string // why traces were not to be forced
	GotOut    []string // what was changed outside of its world
	Cannot    string   // why it was not rehearsed
}

// Stray is a run that is no path of its protocol.
type Stray struct{ Kind, Why, Schedule string }

// Breach is a promise that was seen broken.
type Breach struct {
	Promise       prove.Property
	Lock          string
	Why, Schedule string
}

// Breaks returns the breach of a promise, or nil.
func (s *Seen) Breaks(p prove.Property) *Breach {
	for i := range s.Breaches {
		if s.Breaches[i].Promise == p {
			return &s.Breaches[i]
		}
	}
	return nil
}

// kept is what is written down of a rehearsal: what it was of, and what it has shown.
type kept struct {
	Of   string
	Seen Seen
}

// of says what a rehearsal was of: of another text, by another choice of schedules, under
// another supervisor or held against another protocol it may show something else.
func of(o *Said, edition string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprint(edition, o.Script.Text, o.Script.Beside, o.Script.Env, o.Script.Files, o.Script.Shell, choose(o).name, o.Protocol))))
}

// recall returns what an earlier rehearsal has shown, so that a run that was broken off
// goes on where it was; nil where there is none.
func recall(file string, o *Said, edition string) *Seen {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var k kept
	if json.Unmarshal(data, &k) != nil || k.Of != of(o, edition) {
		return nil
	}
	return &k.Seen
}

func keep(file string, o *Said, edition string, seen *Seen) error {
	data, err := json.Marshal(kept{of(o, edition), *seen})
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".part", data, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".part", file)
}

// rehearsed shows a script, at path, to the supervisor, by the schedules that its verdict
// asks for.
func rehearsed(ctx context.Context, o *Said, path string) (*Seen, error) {
	s := &o.Script
	c := choose(o)
	out := &Seen{}
	if tool := missing(s); tool != "" {
		out.Cannot = tool + " is not here"
		return out, nil
	}
	script := rehearse.Script{Path: path, Shell: strings.Join(scripts.Interpreter(s.Shell), " "), Args: s.Runs[0], Env: s.Env, Dir: filepath.Dir(path)}
	if len(s.Runs) > 1 { // the trace says which each run needs, and the runs of a plain schedule are all given the same
		script.Args = nil
		return out, out.force(ctx, o, script)
	}
	before := watched()
	defer func() { out.GotOut = gotOut(before) }()
	if err := out.force(ctx, o, script); err != nil {
		return nil, err
	}
	opt, follow := c.options(out), inclusion.New(o.Protocol)
	opt.Watch = follow.Schedule
	report, err := rehearse.Run(ctx, script, opt)
	if errors.Is(err, rehearse.ErrCannot) {
		out.Cannot = err.Error()
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.Locks, out.Schedules = report.Locks, report.Schedules
	for _, b := range report.Breaches {
		out.Breaches = append(out.Breaches, Breach{b.Kind, b.Lock, b.Why, b.Schedule})
	}
	out.follow(follow.Report())
	return out, nil
}

// follow takes in how the runs stand to the protocol.
func (s *Seen) follow(r *inclusion.Report) {
	s.Followed, s.Unclear = r.Runs, r.Unknown
	for _, o := range r.Outside {
		if !slices.ContainsFunc(s.Outside, func(have Stray) bool { return have.Kind == o.Kind }) {
			s.Outside = append(s.Outside, Stray{o.Kind, o.Why, o.Schedule})
		}
	}
}

// missing names a tool that a script takes its lock with and that is not installed.
func missing(s *scripts.Script) string {
	for _, part := range s.Parts {
		tool, is := strings.CutPrefix(part, "tool=")
		if !is {
			continue
		}
		tool, _, _ = strings.Cut(tool, " ")
		switch tool {
		case "lockfile", "dotlockfile", "lockfile-create", "shlock", "lock":
			return installed(tool)
		}
	}
	if strings.Contains(s.Text, "flock --fcntl") && !strings.Contains(flockHelp(), "--fcntl") {
		return "flock --fcntl"
	}
	for _, op := range s.Ops {
		if op == "with_lock" || op == "lock_fd" {
			return installed("lockkit")
		}
	}
	return ""
}

// flockHelp is the program with what it says of its options; older ones have fewer.
var flockHelp = sync.OnceValue(func() string {
	for _, dir := range programDirs {
		if data, err := os.ReadFile(filepath.Join(dir, "flock")); err == nil {
			return string(data)
		}
	}
	return ""
})

// programDirs are the folders in which programs lie.
var programDirs = []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}

// installed returns the tool's name where it is not in a folder of programs.
func installed(tool string) string {
	for _, dir := range programDirs {
		if _, err := os.Stat(filepath.Join(dir, tool)); err == nil {
			return ""
		}
	}
	return tool
}
