package protocol

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Parse reads what [Protocol.String] prints. Byte offsets are not part of the
// text, so they are 0 in the result. Empty lines and lines that begin with # are
// skipped, and `->` may be left out: then Next is the node on the following
// line, except after end, resume. Errors name the line.
func Parse(text string) (*Protocol, error) {
	p := &Protocol{Handlers: []Handlers{NoHandlers()}}
	sc := bufio.NewScanner(strings.NewReader(text))
	sc.Buffer(nil, 1<<20)
	for line := 1; sc.Scan(); line++ {
		s := strings.TrimSpace(sc.Text())
		if s == "" || s[0] == '#' {
			continue
		}
		words, err := split(s)
		if err == nil {
			err = p.line(words)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	return p, sc.Err()
}

func (p *Protocol) line(w []string) error {
	switch w[0] {
	case "protocol":
		if len(w) != 3 {
			return fmt.Errorf("want: protocol FILE DIALECT")
		}
		p.File, p.Dialect = unquote(w[1]), source.Dialect(w[2])
	case "shell":
		return p.shellLine(w)
	case "path":
		return p.pathLine(w)
	case "handlers":
		return p.handlersLine(w)
	case "unknown":
		if len(w) < 2 {
			return fmt.Errorf("want: unknown WHY @PLACE")
		}
		u := Unknown{Why: unquote(w[1])}
		if len(w) > 2 {
			span, err := p.parseSpan(w[2])
			if err != nil {
				return err
			}
			u.Span = span
		}
		p.Unknowns = append(p.Unknowns, u)
	case "site":
		return p.parseSite(w)
	default:
		return p.nodeLine(w)
	}
	return nil
}

func (p *Protocol) shellLine(w []string) error {
	for _, word := range w[1:] {
		i := slices.Index(traitNames[:], word)
		if i < 0 {
			return fmt.Errorf("no trait of a shell: %s", word)
		}
		p.Shell |= 1 << i
	}
	return nil
}

func (p *Protocol) pathLine(w []string) error {
	if len(w) < 4 || w[1] != fmt.Sprintf("p%d", len(p.Paths)) {
		return fmt.Errorf("want: path p%d TEXT KIND", len(p.Paths))
	}
	path := Path{Text: unquote(w[2])}
	k := slices.Index(kindNames[:], w[3])
	if k < 0 {
		return fmt.Errorf("unknown kind %q", w[3])
	}
	path.Kind = Kind(k)
	flags := w[4:]
	if n := len(flags); n > 1 && flags[n-2] == "given" {
		path.Given, flags = unquote(flags[n-1]), flags[:n-2]
	}
	if n := len(flags); n > 1 && flags[n-2] == "input" {
		path.Input, flags = unquote(flags[n-1]), flags[:n-2]
	}
	for _, flag := range flags {
		i := slices.IndexFunc(path.flags(), func(f pathFlag) bool { return f.name == flag })
		if i < 0 {
			return fmt.Errorf("unknown path flag %q", flag)
		}
		*path.flags()[i].value = true
	}
	p.Paths = append(p.Paths, path)
	return nil
}

func (p *Protocol) handlersLine(w []string) error {
	if len(w) < 2 || w[1] != fmt.Sprintf("h%d", len(p.Handlers)) {
		return fmt.Errorf("want: handlers h%d …", len(p.Handlers))
	}
	h := NoHandlers()
	for _, word := range w[2:] {
		word, armed, hasArmed := strings.Cut(word, "<")
		armedID := ID(None)
		if hasArmed {
			var err error
			if armedID, err = nodeID(armed); err != nil {
				return err
			}
		}
		if word == "EXIT" {
			h.Exit = armedID
			continue
		}
		name, what, _ := strings.Cut(word, "=")
		what, entry, _ := strings.Cut(what, ":")
		s, d := slices.Index(signalNames[:], name), slices.Index(dispositionNames[:], what)
		if s < 0 || d < 0 {
			return fmt.Errorf("cannot read %q", word)
		}
		h.Signal[s] = Handler{Do: Disposition(d), Entry: None, Armed: armedID}
		if h.Signal[s].Do == Run {
			id, err := nodeID(entry)
			if err != nil {
				return err
			}
			h.Signal[s].Entry = id
		}
	}
	p.Handlers = append(p.Handlers, h)
	return nil
}

// NewNode returns a node of that operation with nothing else set.
func NewNode(op Op) Node {
	return Node{Op: op, Path: None, To: None, FD: None, From: None, Call: None, Next: None, Else: None, Body: None}
}

func (p *Protocol) nodeLine(w []string) error {
	id := ID(len(p.Nodes))
	if len(w) < 2 || w[0] != fmt.Sprintf("n%d", id) {
		return fmt.Errorf("want node n%d, found %q", id, w[0])
	}
	op := slices.Index(opNames[:], w[1])
	if op < 0 {
		return fmt.Errorf("unknown operation %q", w[1])
	}
	n := NewNode(Op(op))
	if n.Op != End && n.Op != Resume {
		n.Next = id + 1
	}
	for i := 2; i < len(w); i++ {
		var err error
		switch word := w[i]; {
		case word == "->" || word == "?":
			if i+1 == len(w) {
				return fmt.Errorf("%s without a node", word)
			}
			i++
			to := &n.Next
			if word == "?" {
				to = &n.Else
			}
			*to, err = nodeID(w[i])
		case word[0] == '"':
			n.Text = unquote(word)
		case word[0] == '@':
			n.Span, err = p.parseSpan(word)
		case word[0] == '%':
			n.Word, err = p.parseSpan(word)
		case strings.HasPrefix(word, "!h"):
			n.Handlers, err = strconv.Atoi(word[2:])
		case strings.HasPrefix(word, "body="):
			n.Body, err = nodeID(word[5:])
		default:
			err = n.attribute(word)
		}
		if err != nil {
			return err
		}
	}
	p.Nodes = append(p.Nodes, n)
	return nil
}

func (n *Node) attribute(word string) error {
	if i := slices.Index(modeNames[:], word); i >= 0 {
		n.Mode |= 1 << i
		return nil
	}
	name, value, _ := strings.Cut(word, "=")
	for _, f := range n.numbers() {
		if f.name == name {
			v, err := strconv.Atoi(strings.TrimPrefix(value, f.prefix))
			*f.value = v
			return err
		}
	}
	return fmt.Errorf("unknown attribute %q", word)
}

func nodeID(word string) (ID, error) {
	i, err := strconv.Atoi(strings.TrimPrefix(word, "n"))
	if err != nil || !strings.HasPrefix(word, "n") {
		return None, fmt.Errorf("%q is no node", word)
	}
	return ID(i), nil
}

func (p *Protocol) parseSpan(word string) (source.Span, error) {
	place, file, other := strings.Cut(word[1:], "#")
	s := source.Span{File: p.File}
	if other {
		s.File = unquote(file)
	}
	_, err := fmt.Sscanf(place, "%d:%d-%d:%d", &s.Start.Line, &s.Start.Column, &s.End.Line, &s.End.Column)
	if err != nil {
		return s, fmt.Errorf("%q is no place", word)
	}
	return s, nil
}

// split cuts a line at blanks outside of quotes.
func split(s string) ([]string, error) {
	var words []string
	for s = strings.TrimLeft(s, " \t"); s != ""; s = strings.TrimLeft(s, " \t") {
		end := 0
		for end < len(s) && s[end] != ' ' && s[end] != '\t' {
			if s[end] == '"' {
				q, err := strconv.QuotedPrefix(s[end:])
				if err != nil {
					return nil, fmt.Errorf("unfinished text %s", s[end:])
				}
				end += len(q)
				continue
			}
			end++
		}
		words = append(words, s[:end])
		s = s[end:]
	}
	return words, nil
}

func unquote(s string) string {
	if t, err := strconv.Unquote(s); err == nil {
		return t
	}
	return s
}
