package scripts

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Script is one generated script.
type Script struct {
	Seed  uint64
	Shell source.Dialect
	Name  string            // of its file
	Text  string            // of its file
	Files map[string]string // other files in its folder: those that it sources
	Env   []string          // what its runs need to be given of the environment, NAME=value
	// Beside is another script that takes the first of its locks, works and ends. It is there
	// where two runs of this one alone never meet at work.
	Beside string
	Jobs   []string      // the programs ./NAME in its folder that are its work
	Runs   [][]string    // arguments of runs that are to meet; the first may be taken for each
	Kind   string        // the recipe that it was made by
	Parts  []string      // what was drawn: "heed=ignored"
	Ops    []string      // the lock operations that stand in it, by the words of the protocol
	Codes  []string      // the rules that it was made for; what else they say of it is not known
	Retold string        // how a script whose verdict is known was written otherwise; empty: it was made from parts
	Expect prove.Verdict // of such a script
	Answer
}

// Interpreter is the command that runs scripts of a shell.
func Interpreter(d source.Dialect) []string {
	switch d {
	case source.Ash:
		return []string{"busybox", "ash"}
	case source.Sh:
		return []string{"dash"}
	}
	return []string{string(d)}
}

// Make makes the script of a seed.
func Make(seed uint64) Script {
	p := draw(seed)
	s := Script{Seed: seed, Shell: p.shell, Kind: p.recipe, Parts: p.parts(), Codes: p.codes()}
	s.Text, s.Files = p.write()
	whole := s.Text
	for _, text := range s.Files {
		whole += text
	}
	s.Ops = operationsIn(whole)
	s.Name, s.Jobs, s.Runs = p.fileName(), p.jobs(), p.runs()
	s.Env, s.Beside = p.environment(), p.another()
	s.Answer = p.answer()
	return s
}

// String names the script so that it can be made again.
func (s *Script) String() string { return fmt.Sprintf("seed %d (%s, %s)", s.Seed, s.Kind, s.Shell) }

// Lasts tells whether its lock is one that is there or not, and so stays behind when its
// owner is killed.
func (s *Script) Lasts() bool {
	return slices.Contains(s.Parts, "way="+string(byExistence)) || slices.Contains(s.Parts, "way="+string(byApplet)) ||
		slices.Contains(s.Parts, "twist=entries") || slices.Contains(s.Parts, "twist=mixed")
}
