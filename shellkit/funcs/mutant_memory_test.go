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
// goes by the whole text of a mutant and by the calls and uses: whatever is changed in
// them begins anew.
type memory struct {
	t     *testing.T
	salt  string
	mu    sync.Mutex
	file  *os.File // nil: nothing is kept
	known map[string]string
}

type remembered struct{ Key, Is string }

func recall(t *testing.T, shell string) *memory {
	m := &memory{t: t, known: map[string]string{}, salt: shell + string(behaviour) + fmt.Sprint(uses) + os.Getenv("LOCKKIT_MUTANTS_FIRST")}
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
		var e remembered
		if json.Unmarshal(lines.Bytes(), &e) == nil {
			m.known[e.Key] = e.Is
		}
	}
	return m
}

// of is what is known of a mutant, or what judge finds out now.
func (m *memory) of(mutant *mutant, judge func() (by, how string)) (by, how string) {
	text := m.lookUp(string(mutant.text), func() string {
		by, how := judge()
		return by + "\n" + how
	})
	by, how, _ = strings.Cut(text, "\n")
	return by, how
}

// lookUp is what is known of a text, or what is found out now.
func (m *memory) lookUp(text string, find func() string) string {
	key := fmt.Sprintf("%x", sha256.Sum256([]byte(m.salt+text)))
	m.mu.Lock()
	is, ok := m.known[key]
	m.mu.Unlock()
	if ok {
		return is
	}
	is = find()
	if m.file != nil {
		line, err := json.Marshal(remembered{key, is})
		if err == nil {
			_, err = m.file.Write(append(line, '\n'))
		}
		if err != nil {
			m.t.Error(err)
		}
	}
	return is
}
