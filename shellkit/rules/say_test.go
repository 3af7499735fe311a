package rules

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

func TestAlone(t *testing.T) {
	for text, want := range map[string]bool{
		"flock 9":                     true,
		"\tflock 9 # now\nx":          true,
		"a; flock 9; b":               true,
		"( flock 9\n)":                true,
		"flock 9 || true":             false,
		"a && flock 9":                false,
		"if flock 9; then x; fi":      false,
		"flock 9 | tee log":           false,
		"case x in x) flock 9;; esac": false,
		"flock 9 &":                   false,
	} {
		f, err := source.New("s", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		i := strings.Index(text, "flock 9")
		s := NewScript(&protocol.Protocol{File: "s", Handlers: []protocol.Handlers{protocol.NoHandlers()}}, f)
		if got := s.alone(source.Span{File: "s", Start: f.Pos(i), End: f.Pos(i + 7)}); got != want {
			t.Errorf("alone(%q) = %v", text, got)
		}
	}
}
