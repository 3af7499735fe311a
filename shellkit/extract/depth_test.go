package extract

import (
	"errors"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Texts that, ten times as long, would end the process.
func TestDeep(t *testing.T) {
	const n = 200_000
	for name, text := range map[string]string{
		"subshells":      strings.Repeat("(", n),
		"substitutions":  strings.Repeat("$(", n),
		"blocks":         strings.Repeat("{ ", n),
		"conditions":     strings.Repeat("if ", n),
		"defaults":       "echo " + strings.Repeat("${a:-", n),
		"arithmetic":     "echo $((" + strings.Repeat("(", n),
		"test":           "[[ " + strings.Repeat("( ", n),
		"functions":      strings.Repeat("f() ", n),
		"and":            strings.Repeat("a && ", n) + "a",
		"pipes":          strings.Repeat("a | ", n) + "a",
		"with blanks":    strings.Repeat("( ", n),
		"deep, complete": strings.Repeat("(", 20_000) + "a" + strings.Repeat(")", 20_000),
	} {
		f, err := source.New(name, []byte("\n"+text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Script(f, source.Bash, Options{})
		var no *shell.SyntaxError
		if !errors.As(err, &no) || !strings.Contains(no.Text, "too deeply") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNotDeep(t *testing.T) {
	for name, text := range map[string]string{
		"long":         strings.Repeat("a && b || c\n", 100_000),
		"deep by hand": strings.Repeat("# a comment to be long\n", 1000) + strings.Repeat("if a; then (", 100) + "b" + strings.Repeat("); fi", 100),
		"many joined":  strings.Repeat("# a comment to be long\n", 1000) + strings.Repeat("a && ", 1000) + "a",
	} {
		if _, err := shell.Read(name, []byte(text), source.Bash); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
