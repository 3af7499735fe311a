package funcs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// A block is the part of a script that Embed wrote: a line that begins it, what
// Init prints, and a line that ends it. The first line has the hash of what stands
// between them, so that an edit by hand is seen.
type block struct {
	from, to int    // where the whole block lies in the script
	text     []byte // what stands between the two lines
	modified bool
}

const (
	blockBegin = "# >>> lockkit embed: sha256 "
	blockAbout = " (do not edit: lockkit embed renews this block)\n"
	blockEnd   = "# <<< lockkit embed\n"
)

var (
	blockBegins = regex.Of(`(?m)^# >>> lockkit embed: sha256 ([0-9a-f]*).*\n`)
	blockEnds   = regex.Of(`(?m)^# <<< lockkit embed$\n?`)
)

// What Embed, Remove and Validate say of a script's block.
var (
	ErrModified = errors.New("the block of lockkit embed was edited by hand")
	ErrTorn     = errors.New("the lines that begin and end the block of lockkit embed do not make a pair")
	ErrNoBlock  = errors.New("there is no block of lockkit embed")
)

// findBlock returns the block of a script, nil where there is none.
func findBlock(script []byte) (*block, error) {
	begins := blockBegins().FindAllSubmatchIndex(script, -1)
	ends := blockEnds().FindAllIndex(script, -1)
	switch {
	case len(begins) == 0 && len(ends) == 0:
		return nil, nil
	case len(begins) != 1 || len(ends) != 1 || ends[0][0] < begins[0][1]:
		return nil, ErrTorn
	}
	b := &block{from: begins[0][0], to: ends[0][1], text: script[begins[0][1]:ends[0][0]]}
	b.modified = string(script[begins[0][2]:begins[0][3]]) != hash(b.text)
	return b, nil
}

// wrap makes a block of what Init prints.
func wrap(text []byte) []byte {
	return bytes.Join([][]byte{[]byte(blockBegin + hash(text) + blockAbout), text, []byte(blockEnd)}, nil)
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
