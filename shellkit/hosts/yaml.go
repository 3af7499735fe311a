package hosts

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// document is a file in YAML. The library says what stands in it and where each value
// begins; which byte of a value stands where is worked out here, and believed where it
// gives what the library has read.
type document struct {
	file  *source.File
	begin []int // of each line, as YAML counts them
	rows  []line
	roots []*yaml.Node
}

// yamlDocument reads a file. The error is an [*Error].
func yamlDocument(f *source.File) (d *document, err error) {
	defer func() {
		if v := recover(); v != nil {
			d, err = nil, fail(f, 0, "this is no YAML that can be read: %v", v)
		}
	}()
	d = &document{file: f, begin: yamlLines(f.Data), rows: lines(f.Data)}
	reader := yaml.NewDecoder(bytes.NewReader(f.Data))
	for {
		var n yaml.Node
		err := reader.Decode(&n)
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		if err != nil {
			return nil, d.wrong(err)
		}
		if len(n.Content) > 0 {
			d.roots = append(d.roots, n.Content[0])
		}
	}
}

var yamlPlace = regex.Of(`^yaml: (?:line (\d+): )?`)

// wrong gives an error of the library its place.
func (d *document) wrong(err error) error {
	at, text := 0, err.Error()
	if m := yamlPlace().FindStringSubmatch(text); m != nil {
		text = text[len(m[0]):]
		if line, err := strconv.Atoi(m[1]); err == nil {
			at = d.offset(line, 1)
		}
	}
	return fail(d.file, at, "this is no YAML: %s", text)
}

// yamlLines are the offsets at which lines begin for YAML, which knows more line ends than
// others do.
func yamlLines(data []byte) []int {
	begin := []int{0}
	for i := 0; i < len(data); i++ {
		switch {
		case data[i] == '\n', data[i] == '\r' && (i+1 == len(data) || data[i+1] != '\n'):
			begin = append(begin, i+1)
		case bytes.HasPrefix(data[i:], []byte("\u0085")):
			begin = append(begin, i+2)
		case bytes.HasPrefix(data[i:], []byte("\u2028")), bytes.HasPrefix(data[i:], []byte("\u2029")):
			begin = append(begin, i+3)
		}
	}
	return begin
}

// offset is that of a line and column of the library, which counts characters.
func (d *document) offset(line, column int) int {
	if line < 1 || line > len(d.begin) {
		return len(d.file.Data)
	}
	at := d.begin[line-1]
	if at == 0 {
		at += len(d.file.Data) - len(bytes.TrimPrefix(d.file.Data, []byte("\ufeff")))
	}
	for range column - 1 {
		_, size := utf8.DecodeRune(d.file.Data[at:])
		at += size
	}
	return at
}

func (d *document) at(n *yaml.Node) int { return d.offset(n.Line, n.Column) }

// Aliases may go round in a circle, and a few of them may stand for more than any machine
// can hold. So far they are followed, and so many values are looked at in one place.
const (
	mostAliases = 32
	mostValues  = 3_000
)

// resolved follows aliases.
func resolved(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode && i < mostAliases; i++ {
		n = n.Alias
	}
	return n
}

// entry is one key of a mapping with its value.
type entry struct {
	key   string
	at    *yaml.Node // the key
	value *yaml.Node
}

// entries are those of a mapping, those that are merged into it last.
func entries(n *yaml.Node) []entry {
	left := mostValues
	return entriesWithin(n, mostAliases, &left)
}

func entriesWithin(n *yaml.Node, depth int, left *int) (out []entry) {
	n = resolved(n)
	if n == nil || n.Kind != yaml.MappingNode || depth == 0 || *left <= 0 {
		return nil
	}
	*left -= 1 + len(n.Content)/2
	var merged []entry
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolved(n.Content[i+1])
		if key.Tag != "!!merge" {
			out = append(out, entry{key.Value, key, value})
			continue
		}
		from := []*yaml.Node{value}
		if value != nil && value.Kind == yaml.SequenceNode {
			from = value.Content
		}
		for _, one := range from {
			merged = append(merged, entriesWithin(one, depth-1, left)...)
		}
	}
	return append(out, merged...)
}

// at returns the value of a key, by way of several keys, or nil.
func valueOf(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		var next *yaml.Node
		for _, e := range entries(n) {
			if e.key == key {
				next = e.value
				break
			}
		}
		if n = next; n == nil {
			return nil
		}
	}
	return n
}

// scalarOf is the text of a value, or "".
func scalarOf(n *yaml.Node) string {
	if n = resolved(n); n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// items are those of a sequence, or the one value that stands in its place; sequences in it
// are laid open.
func items(n *yaml.Node) []*yaml.Node {
	left := mostValues
	return itemsWithin(n, 10, &left)
}

func itemsWithin(n *yaml.Node, depth int, left *int) (out []*yaml.Node) {
	n = resolved(n)
	*left--
	switch {
	case n == nil || depth == 0 || *left <= 0:
	case n.Kind == yaml.ScalarNode:
		if n.Tag != "!!null" {
			out = append(out, n)
		}
	case n.Tag == "!reference": // what it names is not here
	case n.Kind == yaml.SequenceNode:
		for _, one := range n.Content {
			out = append(out, itemsWithin(one, depth-1, left)...)
		}
	default:
		out = append(out, n)
	}
	return out
}

// variables are the entries of a mapping that gives a text its environment.
func (d *document) variables(n *yaml.Node, change func(passage) passage) (out []variable) {
	for _, e := range entries(n) {
		if e.value == nil || e.value.Kind != yaml.ScalarNode {
			continue
		}
		value := change(d.passage(e.value))
		out = append(out, variable{name: e.key, value: value, open: bytes.Contains(value.data, []byte("${"))})
	}
	return out
}

// indentOf is how far the lines of a block scalar are indented, for what is written into it.
func (d *document) quoteFor(n *yaml.Node) func(string) string {
	if n = resolved(n); n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		return nil
	}
	p := d.passage(n)
	at := p.start(0)
	line := d.file.Pos(at)
	blanks := strings.Repeat(" ", max(0, line.Column-1))
	return func(text string) string { return strings.ReplaceAll(text, "\n", "\n"+blanks) }
}
