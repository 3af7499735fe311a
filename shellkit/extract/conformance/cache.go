package conformance

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/lockkit/lockkit/shellkit/source"
)

// memory keeps in a folder what was seen, which no change of the extraction changes.
type memory struct {
	folder string
	player *player
}

// seen is what two runs of a script have shown.
type seen struct {
	Events []event
	// Why says why it cannot be judged; "" when it can.
	Why string
}

// see returns what runs of a script show: from the memory, or by running it. It is run
// twice, and both have to show the same.
func (m *memory) see(d source.Dialect, s *script, files map[string]string) (seen, error) {
	name := filepath.Join(m.folder, key(d, s, files))
	var out seen
	if text, err := os.ReadFile(name); err == nil && json.Unmarshal(text, &out) == nil {
		return out, nil
	}
	if m.player == nil {
		p, err := newPlayer()
		if err != nil {
			return seen{}, err
		}
		m.player = p
	}
	var runs [2]run
	for i := range runs {
		r, err := m.player.play(d, s, files)
		if errors.Is(err, ErrCannot) {
			return seen{}, err
		}
		if err != nil {
			out.Why = err.Error()
			break
		}
		runs[i] = r
	}
	out.Events = runs[0].events
	if out.Why == "" && (runs[0].status != runs[1].status || !alike(runs[0].events, runs[1].events)) {
		out.Why = "two runs differ"
	}
	if out.Why == errSlow.Error() {
		return out, nil // another day it may be quick
	}
	text, err := json.Marshal(out)
	if err != nil {
		return seen{}, err
	}
	return out, errors.Join(os.MkdirAll(m.folder, 0o755), os.WriteFile(name, text, 0o644))
}

func (m *memory) close() error {
	if m.player == nil {
		return nil
	}
	return m.player.close()
}

// key names a script with all that it hangs on.
func key(d source.Dialect, s *script, files map[string]string) string {
	shell := ""
	if path, err := exec.LookPath(shellOf(d)[0]); err == nil {
		if info, err := os.Stat(path); err == nil {
			shell = fmt.Sprint(path, info.Size(), info.ModTime().Unix())
		}
	}
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%q %q %q %v", shell, s.real, files, Patience)))
}
