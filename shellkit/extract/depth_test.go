package extract

import (
	"errors"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
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
		"deep, complete": strings.Repeat("(", 20_000) + "a" + strings.Repeat(")", 20_000),
	} {
		file, err := syntax.NewParser().Parse(guarded([]byte(text)), name)
		if !errors.Is(err, errDeep) && (err != nil || !tooDeep(file, []byte(text))) {
			t.Errorf("%s: %v, and not too deep", name, err)
		}
	}
}

func TestNotDeep(t *testing.T) {
	for name, text := range map[string]string{
		"long":         strings.Repeat("a && b || c\n", 100_000),
		"deep by hand": strings.Repeat("# a comment to be long\n", 1000) + strings.Repeat("if a; then (", 100) + "b" + strings.Repeat("); fi", 100),
		"many joined":  strings.Repeat("# a comment to be long\n", 1000) + strings.Repeat("a && ", 1000) + "a",
	} {
		file, err := syntax.NewParser().Parse(guarded([]byte(text)), name)
		if err != nil || tooDeep(file, []byte(text)) {
			t.Errorf("%s: %v, or too deep", name, err)
		}
	}
}
