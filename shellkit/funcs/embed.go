package funcs

import (
	"bytes"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Embed returns a script with a block that holds the functions for its shell,
// which need no lockkit where the script runs. A block that is there is renewed in
// its place and with the options it was made with; change, which may be nil, sets
// others. Everything else stays byte for byte.
//
// The error is ErrTorn; ErrModified, unless force is set; an *Error; or one of
// shellkit.Load, for what is no script.
func Embed(script *source.File, version string, change func(*Options), force bool) ([]byte, error) {
	old, err := findBlock(script.Data)
	if err != nil {
		return nil, err
	}
	var o Options
	from := 0
	if old != nil {
		if old.modified && !force {
			return nil, ErrModified
		}
		_, o, _ = readStamp(old.text)
		from = old.from
	}
	o.Version, o.Standalone, o.inside = version, true, true
	if change != nil {
		change(&o)
	}
	loaded, err := shellkit.Load(script, source.Other, nil)
	if err != nil {
		return nil, err
	}
	text, err := Init(shellOf(loaded.Dialect), o)
	if err != nil {
		return nil, err
	}
	rest := script.Data
	if old != nil {
		rest = without(script.Data, old)
	} else {
		from = before(rest)
	}
	var out bytes.Buffer
	out.Write(rest[:from])
	if from > 0 && rest[from-1] != '\n' {
		out.WriteByte('\n')
	}
	out.Write(wrap(text))
	out.Write(rest[from:])
	return out.Bytes(), nil
}

// Remove returns a script without its block: what it was before Embed. The error
// is ErrNoBlock, ErrTorn, or ErrModified, unless force is set.
func Remove(script []byte, force bool) ([]byte, error) {
	old, err := findBlock(script)
	switch {
	case err != nil:
		return nil, err
	case old == nil:
		return nil, ErrNoBlock
	case old.modified && !force:
		return nil, ErrModified
	}
	return without(script, old), nil
}

func without(script []byte, b *block) []byte {
	return append(script[:b.from:b.from], script[b.to:]...)
}

// shellOf is the shell of Init for a dialect.
func shellOf(d source.Dialect) string {
	switch d {
	case source.Bash, source.Bats:
		return "bash"
	case source.Zsh:
		return "zsh"
	}
	return "sh"
}

var directive = regex.Of(`^\s*#\s*(shellcheck|lockkit)\s`)

// before finds the place for a block: before the first command, and before the
// comment that belongs to it, unless that is the head of the script or has a
// directive in it, which holds for the whole script as long as no command comes
// before it.
func before(script []byte) int {
	at, comment, bound := 0, 0, true // comment is where the one that ends at at begins
	for line := range bytes.Lines(script) {
		text := bytes.TrimSpace(line)
		if len(text) > 0 && text[0] != '#' {
			break
		}
		end := at + len(line)
		switch {
		case len(text) == 0:
			comment, bound = end, false
		case directive().Match(text):
			bound = true
		}
		at = end
	}
	if bound {
		return at
	}
	return comment
}
