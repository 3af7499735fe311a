package funcs

import (
	"bytes"
	_ "embed"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A mutant is the functions with one thing changed: a simple command dropped, a
// condition negated, a branch of a case taken away, && and || exchanged, the status of a
// return exchanged, a redirect dropped, a number one higher. One that the parser reads
// as the functions themselves, or as another one, is none.
//
// A mutant that nothing notices is a hole, or it does the same as before: then
// testdata/mutants/equivalent.txt says why. LOCKKIT_MUTANTS=bash, sh or zsh looks at
// every mutant of that shell's functions, LOCKKIT_MUTANTS=bash/7 at every seventh,
// bash/7+3 begins with the third, and bash:WORDS at those of which the description fits
// a regular expression; the normal run looks at those of a few functions.
//
// First the functions are called, in all shells that are here, with the calls of
// behaviour.sh that come to the changed statement: first those that have told most for the
// time that they take. What does the same in all of them is proved. LOCKKIT_MUTANTS_FIRST
// set to proof asks the proof first, to know what it sees alone.
func TestMutants(t *testing.T) {
	which, words, _ := strings.Cut(os.Getenv("LOCKKIT_MUTANTS"), ":")
	shell, part, _ := strings.Cut(which, "/")
	all, fits := shell != "", regexp.MustCompile(words)
	if !all {
		shell = "bash"
	}
	text, err := Init(shell, Options{Version: "1.2.3", Engine: "flock"})
	if err != nil {
		t.Fatal(err)
	}
	every, begin := share(part)
	var chosen []*mutant
	bred := mutantsOf(shell, text)
	for i, m := range bred {
		if all && i%every == begin && fits.MatchString(m.String()) || !all && slice[m.function] {
			chosen = append(chosen, m)
		}
	}
	for name := range equivalents(t) {
		of, is, _ := strings.Cut(name, " ")
		if of == shell && !slices.ContainsFunc(bred, func(m *mutant) bool { return m.String() == is }) {
			t.Errorf("equivalent.txt: %s is no mutant", name)
		}
	}
	kept, proof := recall(t, shell), &prover{shell: shell}
	judges := []judge{{"proof", func(m *mutant) (how, by string) { return proof.refuses(t, m) }}}
	if all { // the normal run asks the proof alone
		proof.scout(t, text)
		judges = slices.Concat(behaviours(t, kept, shell, text), judges)
		if os.Getenv("LOCKKIT_MUTANTS_FIRST") == "proof" {
			slices.Reverse(judges)
		}
	}
	tally(t, kept, shell, chosen, judges)
}

// behaviours are the judges that call the functions. A shell is asked for the first time
// when it is needed.
func behaviours(t *testing.T, kept *memory, shell string, text []byte) (judges []judge) {
	marked := slices.Concat([]byte(reacher), marking(text, places(text, dialects[shell].lang), reach))
	dir := tools(t)
	var first func() *stage
	for _, command := range stages[shell] {
		before := first
		its := sync.OnceValue(func() *stage {
			if before == nil {
				return newStage(t, kept, dir, nil, command, text, marked)
			}
			return newStage(t, kept, dir, before(), command, text, marked)
		})
		judges = append(judges, judge{behaves, func(m *mutant) (how, by string) {
			if s := its(); s != nil {
				return s.differs(m)
			}
			return "", ""
		}})
		if first == nil {
			first = its
		}
	}
	return judges
}

// share reads 7+3: every seventh, beginning with the third.
func share(part string) (every, begin int) {
	first, second, _ := strings.Cut(part, "+")
	every, _ = strconv.Atoi(first)
	begin, _ = strconv.Atoi(second)
	return max(every, 1), begin % max(every, 1)
}

// slice are functions whose mutants are few and all seen by the proof.
var slice = map[string]bool{"__lockkit_failed": true}

// A judge tells what is wrong with a mutant, or "", and the call or use that shows it.
type judge struct {
	name   string
	thinks func(*mutant) (how, by string)
}

// behaves is the name of those that call the functions.
const behaves = "behaviour"

func tally(t *testing.T, kept *memory, shell string, chosen []*mutant, judges []judge) {
	known := equivalents(t)
	count := map[string]int{}
	var mu sync.Mutex
	var done sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, m := range chosen {
		done.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			by, how := kept.of(m, judges)
			mu.Lock()
			defer mu.Unlock()
			why, same := known[shell+" "+m.String()]
			switch {
			case how != "" && same:
				t.Errorf("not equivalent: line %d: %s %s: %s", m.line, shell, m, how)
			case how != "":
				count[by]++
				t.Logf("killed by %s: line %d: %s: %s", by, m.line, m, how)
			case same:
				count["equivalent"]++
				t.Logf("equivalent: line %d: %s: %s", m.line, m, why)
			default:
				count["open"]++
				t.Errorf("open: line %d: %s %s", m.line, shell, m)
			}
		})
	}
	done.Wait()
	t.Logf("%s: %d mutants: %d killed by behaviour, %d by the proof, %d equivalent, %d open", shell, len(chosen),
		count[behaves], count["proof"], count["equivalent"], count["open"])
}

//go:embed testdata/mutants/equivalent.txt
var equivalent []byte

// equivalents are the mutants that do as before, with the reason.
func equivalents(t *testing.T) map[string]string {
	out := map[string]string{}
	for line := range bytes.Lines(equivalent) {
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' {
			continue
		}
		last := strings.LastIndex(text, " -- ") // what was changed may have such a word too
		if last < 0 || text[last:] == " -- " {
			t.Fatalf("no reason: %s", text)
		}
		shells, what, _ := strings.Cut(text[:last], " ")
		why := text[last+len(" -- "):]
		for shell := range strings.SplitSeq(shells, ",") {
			out[shell+" "+what] = why
		}
	}
	return out
}
