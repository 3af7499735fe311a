package conformance

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Cases are run by the real shell, with what it takes them for: nothing of one case is
// there for the next, and nobody gets out.
func TestPlay(t *testing.T) {
	p := aPlayer(t)
	victim := t.TempDir() + "/mine"
	if err := os.WriteFile(victim, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, text, want string }{
		{"statuses", "echo a\nfalse\necho b; (exit 7); echo c $?\n", "0=0 1=1 2=7"},
		{"separators are odd", "IFS=0123.; false; echo a\n", "0=1"},
		{"in a trap", "trap 'echo a' EXIT; exit 4\n", "0=4"},
		{"a file", "[ -e in ] && echo a; mkdir left; : >/tmp/left\n", "0=0"},
		{"nothing is left", "[ -e left ] || echo a; [ -e /tmp/left ] || echo b\n", "0=1 1=1"},
		{"it kills all", "kill -9 -1; echo a\n", "0=1"},
		{"somebody's file", "rm -f " + victim + "; [ -e " + victim + " ] || echo a\n", "0=1"},
		{"who", "[ $(id -u) -eq 0 ] || echo a\n", "0=1"},
	} {
		if tt.name == "who" && os.Getuid() != 0 {
			continue
		}
		s, err := prepare(&Case{Text: tt.text}, source.Sh, false)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.play(source.Sh, s, map[string]string{"in": "text"})
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		var got []string
		for _, e := range r.events {
			got = append(got, fmt.Sprintf("%d=%s", e.Probe, e.Status))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if _, err := os.Stat(victim); err != nil {
		t.Error(err)
	}
}

// aPlayer is a player that is closed when the test ends; where there can be none, the test
// is skipped.
func aPlayer(t *testing.T) *player {
	t.Helper()
	p, err := newPlayer()
	if errors.Is(err, ErrCannot) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	return p
}
