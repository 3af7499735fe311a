package hosts

import (
	"bytes"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// passage is the text of a scalar with the place of each byte. Where the places cannot be
// worked out, all of it stands where the scalar begins.
func (d *document) passage(n *yaml.Node) passage {
	n = resolved(n)
	if n == nil || n.Kind != yaml.ScalarNode {
		return passage{}
	}
	at := d.content(n)
	s := &scalar{data: d.file.Data, want: n.Value, i: at}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		s.block()
	case n.Style&yaml.DoubleQuotedStyle != 0:
		s.i++
		s.flow(s.escape)
	case n.Style&yaml.SingleQuotedStyle != 0:
		s.i++
		s.flow(s.twoQuotes)
	default:
		s.flow(func() bool { return false })
	}
	if string(s.out.data) != n.Value {
		var whole passage
		whole.instead(n.Value, at, at)
		return whole
	}
	return s.out
}

// content is where a scalar begins, behind its anchor and tag.
func (d *document) content(n *yaml.Node) int {
	i := d.at(n)
	for i < len(d.file.Data) {
		switch c := d.file.Data[i]; {
		case isBlank(c):
			i++
		case c == '&' && n.Anchor != "", c == '!' && n.Style&yaml.TaggedStyle != 0:
			for i < len(d.file.Data) && !isBlank(d.file.Data[i]) {
				i++
			}
		default:
			return i
		}
	}
	return i
}

// scalar is a value that is being read once more.
type scalar struct {
	data []byte
	want string // what the library has read
	i    int
	out  passage
}

// flow reads a value that is quoted or plain: a line end with the blanks around it is one
// blank, and each further line end is one. special reads what means something else.
func (s *scalar) flow(special func() bool) {
	for len(s.out.data) < len(s.want) && s.i < len(s.data) {
		if special() {
			continue
		}
		if from, breaks := s.i, 0; isBlank(s.data[s.i]) {
			for s.i < len(s.data) && isBlank(s.data[s.i]) {
				if s.data[s.i] == '\n' || s.data[s.i] == '\r' && (s.i+1 == len(s.data) || s.data[s.i+1] != '\n') {
					breaks++
				}
				s.i++
			}
			switch breaks {
			case 0:
				s.out.copy(s.data, from, s.i)
			case 1:
				s.out.instead(" ", from, s.i)
			default:
				s.out.instead(strings.Repeat("\n", breaks-1), from, s.i)
			}
			continue
		}
		s.out.copy(s.data, s.i, s.i+1)
		s.i++
	}
}

func (s *scalar) twoQuotes() bool {
	if !bytes.HasPrefix(s.data[s.i:], []byte("''")) {
		return false
	}
	s.out.instead("'", s.i, s.i+2)
	s.i += 2
	return true
}

var yamlEscapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': string(rune(27)),
	' ': " ", '"': `"`, '/': "/", '\\': `\`, 'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

func (s *scalar) escape() bool {
	if s.data[s.i] != '\\' || s.i+1 == len(s.data) {
		return false
	}
	c := s.data[s.i+1]
	if text, ok := yamlEscapes[c]; ok {
		s.out.instead(text, s.i, s.i+2)
		s.i += 2
		return true
	}
	if digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]; digits > 0 && s.i+2+digits <= len(s.data) {
		n, err := strconv.ParseUint(string(s.data[s.i+2:s.i+2+digits]), 16, 32)
		if err != nil {
			return false
		}
		s.out.instead(string(rune(n)), s.i, s.i+2+digits)
		s.i += 2 + digits
		return true
	}
	if isBlank(c) { // the line goes on
		for s.i++; s.i < len(s.data) && isBlank(s.data[s.i]); s.i++ {
		}
		return true
	}
	return false
}
