package scripts

import (
	"strings"
	"testing"
)

// Each garnish is in some of a thousand scripts, and is all that is not as it would be
// without it.
func TestGarnish(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(1000) {
		s, bare := Make(seed), draw(seed)
		bare.plain = true
		text, _ := bare.write()
		switch {
		case s.Text == text:
		case strings.HasSuffix(s.Text, "() { :; }\n") && strings.HasPrefix(s.Text, text):
			seen["name again"]++
		case strings.Contains(s.Text, "for gone in ./scratch"):
			seen["removed in a loop"]++
		default:
			t.Errorf("%s:\n%s\nand without it\n%s", &s, s.Text, text)
		}
	}
	for _, g := range garnishes {
		if seen[g.name] < 15 {
			t.Errorf("%s: %d of 1000", g.name, seen[g.name])
		}
	}
}
