package reworded

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
)

// TestShellsRead holds that a shell reads a script in other words where it reads the row.
func TestShellsRead(t *testing.T) {
	k, err := NewDeck()
	if err != nil {
		t.Fatal(err)
	}
	step := 5
	if testing.Short() {
		step = 50
	}
	for i := 0; i < k.Len(); i += step {
		s, err := k.Make(k.Seed(i))
		if err != nil {
			t.Fatal(err)
		}
		words := append(scripts.Interpreter(s.Shell), "-n")
		if _, err := exec.LookPath(words[0]); err != nil {
			continue
		}
		reads := func(text string) (string, bool) {
			c := exec.Command(words[0], words[1:]...)
			c.Stdin = strings.NewReader(text)
			out, err := c.CombinedOutput()
			return string(out), err == nil
		}
		if out, ok := reads(s.Text); !ok {
			if _, ok := reads(s.Row.Text); ok {
				t.Errorf("%s: %s\n%s", &s, out, s.Text)
			}
		}
	}
}
