package funcs

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// A memory keeps what was found out about mutants in the file that
// LOCKKIT_MUTANTS_MEMORY names, so that a run that was ended can be taken up again. It
// goes by the whole text of a mutant, and by that of the call or use that showed
// something; what nothing has shown begins anew whenever one of them is changed.
type memory struct {
	t     *testing.T
	shell string
	there map[string]bool // the calls and uses that there are, and all of them together
	mu    sync.Mutex
	file  *os.File // nil: nothing is kept
	known map[string]remembered
	told  map[string]int // in how many mutants a call has shown something, by function and name
}

// remembered is what was found out of a mutant, and by Function and Call where a call has
// shown it.
type remembered struct{ Key, Judge, Is, Shown, Function, Call string }

func recall(t *testing.T, shell string) *memory {
	m := &memory{t: t, known: map[string]remembered{}, told: map[string]int{}, shell: shell, there: map[string]bool{digest(everything()): true}}
	opening, names, calls := written()
	for _, name := range names {
		m.there[digest(string(opening)+calls[name])] = true
	}
	for i := range uses {
		m.there[digest(uses[i].whole())] = true
	}
	name := os.Getenv("LOCKKIT_MUTANTS_MEMORY")
	if name == "" {
		return m
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	m.file = file
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var r remembered
		if json.Unmarshal(lines.Bytes(), &r) == nil && m.there[r.Shown] {
			m.known[r.Key] = r
			m.tells(r)
		}
	}
	return m
}

// everything is the text of all calls and uses.
func everything() string {
	text := string(behaviour)
	for i := range uses {
		text += uses[i].whole()
	}
	return text
}

// whole is all that a proof of a use goes by.
func (u *use) whole() string { return fmt.Sprint(*u) + commands + told }

func digest(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// of is what is known of a mutant, or what the judges find out now.
func (m *memory) of(mutant *mutant, judges []judge) (judge, how string) {
	text := os.Getenv("LOCKKIT_MUTANTS_FIRST") + string(mutant.text)
	r, ok := m.find(text)
	if ok {
		return r.Judge, r.Is
	}
	r.Function = mutant.function
	for _, j := range judges {
		r.Judge = j.name
		if r.Is, r.Shown = j.thinks(mutant); r.Is != "" {
			break
		}
	}
	if r.Is == "" {
		r.Shown = everything()
	}
	if r.Judge == behaves && r.Is != "" && !strings.HasSuffix(r.Is, endless) {
		r.Call = strings.Split(r.Is, ": ")[1] // behind the shell
	}
	m.keep(text, r)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tells(r)
	return r.Judge, r.Is
}

func (m *memory) tells(r remembered) {
	if r.Call != "" {
		m.told[r.Call]++
		m.told[r.Function+" "+r.Call]++
	}
}

// find is what is known of a text.
func (m *memory) find(text string) (remembered, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.known[digest(m.shell+text)]
	return r, ok
}

// keep remembers what was found out of a text.
func (m *memory) keep(text string, r remembered) {
	if m.file == nil {
		return
	}
	r.Key, r.Shown = digest(m.shell+text), digest(r.Shown)
	line, err := json.Marshal(r)
	if err == nil {
		_, err = m.file.Write(append(line, '\n'))
	}
	if err != nil {
		m.t.Error(err)
	}
}
