package shell

import (
	"bytes"
	"io"
	"runtime"

	"mvdan.cc/sh/v3/syntax"
)

// Nobody nests commands this deep by hand, and far deeper the stack of a
// goroutine ends, which no one can recover from. A text that is shorter than
// shallow cannot get there.
const (
	maxNesting = 10_000 // nodes of the syntax tree inside one another
	maxFrames  = 60_000 // calls of the parser inside one another
	shallow    = 16 << 10
)

// deepError says that a script is nested too deeply to be read.
type deepError struct{ line int } // where the reader stopped

func (*deepError) Error() string { return "commands are nested too deeply to be read" }

// guarded is a reader of the text that fails with a deepError when the parser,
// which reads as it descends, has descended too far.
func guarded(text []byte) io.Reader {
	if len(text) < shallow {
		return bytes.NewReader(text)
	}
	return &guard{bytes.NewReader(text), text}
}

type guard struct {
	*bytes.Reader
	text []byte
}

func (g *guard) Read(p []byte) (int, error) {
	var frame [1]uintptr
	if runtime.Callers(maxFrames, frame[:]) > 0 {
		met := g.text[:len(g.text)-g.Len()]
		return 0, &deepError{line: 1 + bytes.Count(met, []byte("\n"))}
	}
	return g.Reader.Read(p)
}

// tooDeep tells whether a tree is too deep to be walked. Lists like a && b && c
// are deep trees although the parser does not descend for them.
func tooDeep(file *syntax.File, text []byte) bool {
	if len(text) < shallow {
		return false
	}
	depth, deepest := 0, 0
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil {
			depth--
			return true
		}
		if deepest = max(deepest, depth+1); deepest > maxNesting {
			return false // Walk does not come back for this one
		}
		depth++
		return true
	})
	return deepest > maxNesting
}
