package truth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/source"
)

// PlantOptions say where broken locks are put in.
type PlantOptions struct {
	Scripts int       // of how many real scripts one is planted in by each kind
	In      []string  // folders of real scripts, looked through with all below them
	Seed    uint64    // which scripts and places are chosen
	Folder  string    // for the planted copies; nothing else is written
	Report  io.Writer // is told how far it is, and what is not found; may be nil
}

// Planted is what became of the planted locks.
type Planted struct {
	Scripts int // real scripts that a rehearsal could walk through
	Planted int
	Reached int      // of them, a rehearsal of the very text has come to the work
	Linted  int      // of those, found by lint
	Proved  int      // found by prove
	Unknown int      // not found, and the answer was "unknown"
	Missed  []string // the others, each with its cause
	Doubts  []string // … and those with the answer "unknown"
}

// NotFound is the number of planted locks that a run reaches and that lint or prove does
// not find.
func (p *Planted) NotFound() int { return p.Unknown + len(p.Missed) }

// write says what was planted, and what was not found, with the cause.
func (p *Planted) write(w io.Writer) {
	if p == nil {
		return
	}
	fmt.Fprintf(w, "\nbroken locks in %d real scripts: %d planted, %d reached by a run; lint finds %d of these, prove %d; %d unknown\n",
		p.Scripts, p.Planted, p.Reached, p.Linted, p.Proved, p.Unknown)
	for _, list := range [][]string{p.Missed, p.Doubts} {
		for _, m := range list {
			fmt.Fprintf(w, "    %s\n", m)
		}
	}
}

// Plant puts known broken locks into real scripts, at places that a rehearsal comes to,
// and asks lint and prove for them.
func Plant(ctx context.Context, opt PlantOptions) (*Planted, error) {
	found := realScripts(opt.In)
	r := rand.New(rand.NewPCG(opt.Seed, 3))
	r.Shuffle(len(found), func(i, j int) { found[i], found[j] = found[j], found[i] })
	out := &Planted{}
	for _, file := range found {
		if out.Scripts == opt.Scripts || ctx.Err() != nil {
			break
		}
		if err := out.into(ctx, file, opt, r); err != nil {
			return out, fmt.Errorf("%s: %w", file, err)
		}
	}
	return out, nil
}

// into plants each kind in one script.
func (p *Planted) into(ctx context.Context, file string, opt PlantOptions, r *rand.Rand) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil // it went away
	}
	text := string(data)
	all := beds(text)
	if len(all) == 0 || len(all) > mostBeds || runsOn().MatchString(text) || locksItself(file) {
		return nil
	}
	copy, err := beside(file, opt.Folder)
	if err != nil {
		return err
	}
	folder := filepath.Dir(copy)
	came, err := walked(ctx, copy, marked(text, all))
	if err != nil || len(came) == 0 {
		return err
	}
	var reached []int
	for n, line := range all {
		if slices.Contains(came, plantedMark+strconv.Itoa(n)) {
			reached = append(reached, line)
		}
	}
	if len(reached) == 0 {
		return nil
	}
	p.Scripts++
	if opt.Report != nil {
		fmt.Fprintf(opt.Report, "planting in %s, in which a run comes by at %d of %d places\n", file, len(reached), len(all))
	}
	for i := range plants {
		line := reached[r.IntN(len(reached))]
		if err := p.one(ctx, &plants[i], file, copy, put(text, line, plants[i].write(text, folder)), line, opt.Report); err != nil {
			return err
		}
	}
	return nil
}

// runsOn is what scripts have that wait for something for ever: a rehearsal of one is long.
var runsOn = regex.Of(`\b(while|until) +(:|true|false|\[ 1)|\bsleep\b`)

// mostBeds keeps scripts out that would be all marks.
const mostBeds = 150

// one asks about one planted lock.
func (p *Planted) one(ctx context.Context, kind *plant, file, copy, text string, line int, report io.Writer) error {
	p.Planted++
	came, err := walked(ctx, copy, text)
	if err != nil || !slices.Contains(came, plantedWork) {
		return err
	}
	p.Reached++
	where := fmt.Sprintf("%s before line %d of %s", kind.name, line+1, file)
	said := &Said{}
	if _, err := said.ask(copy); err != nil {
		p.Missed = append(p.Missed, where+": "+err.Error())
		return nil
	}
	proved, linted := said.findsPlant(kind)
	cause := ""
	if proved {
		p.Proved++
	} else {
		cause = " prove: " + string(said.Verdict)
		if len(said.Doubts) > 0 {
			cause += ", " + said.Doubts[0]
		}
	}
	if linted {
		p.Linted++
	} else {
		cause += " lint: " + strings.Join(said.Codes, " ")
	}
	if report != nil && cause != "" {
		fmt.Fprintf(report, "%s:%s\n", where, cause)
	}
	switch {
	case cause == "":
	case said.Verdict == prove.Unknown:
		p.Unknown++
		p.Doubts = append(p.Doubts, where+":"+cause)
	default:
		p.Missed = append(p.Missed, where+":"+cause)
	}
	return nil
}

// findsPlant tells whether prove and lint see the promise broken that the plant breaks.
func (o *Said) findsPlant(kind *plant) (proved, linted bool) {
	for _, b := range o.Proved {
		proved = proved || b.Property == string(kind.breaks) && strings.Contains(b.Lock, plantedLock)
	}
	for _, b := range o.Linted {
		linted = linted || b.Property == string(kind.breaks) && strings.Contains(b.Lock, plantedLock)
	}
	return proved, linted
}

// walked writes a script down, rehearses its lone run, and returns the programs that
// stand-ins were for. A script that cannot be rehearsed has none.
func walked(ctx context.Context, file, text string) ([]string, error) {
	if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
		return nil, err
	}
	var came []string
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	_, err := rehearse.Run(ctx, rehearse.Script{Path: file, Dir: filepath.Dir(file)}, rehearse.Options{Runs: 2, Watch: func(_ string, log []rehearse.Deed) {
		for _, d := range log {
			if d.Op == "work" && d.Run == 0 {
				name, _, _ := strings.Cut(d.Words, " ")
				came = append(came, name)
			}
		}
		enough()
	}})
	if errors.Is(err, rehearse.ErrCannot) || errors.Is(err, context.Canceled) {
		err = nil
	}
	return came, err
}

// mostText keeps large scripts out: the walk through them says nothing that smaller ones
// do not.
const mostText = 40_000

// realScripts lists the shell scripts in folders, in order of their names.
func realScripts(folders []string) []string {
	var list []string
	for _, folder := range folders {
		// What cannot be read is left out.
		_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return nil
			}
			if info, err := entry.Info(); err != nil || info.Size() > mostText || info.Size() < 40 {
				return nil
			}
			if isShell(path) {
				list = append(list, path)
			}
			return nil
		})
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// isShell tells whether the first line of a file asks for a shell that is read.
func isShell(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 128)
	n, err := f.Read(head)
	if err != nil || n < 2 || string(head[:2]) != "#!" {
		return false
	}
	d, ok := source.Shebang(head[:n])
	return ok && d != source.Other && d != source.Bats
}
