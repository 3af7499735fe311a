package hosts

import (
	"bytes"
	"slices"
)

// block reads a value that stands below | or >. How far its lines are indented is told by
// the first of them that is not empty, or by a number that counts from what is around the
// value: then the indent is looked for that gives what the library has read.
func (s *scalar) block() {
	folded := s.i < len(s.data) && s.data[s.i] == '>'
	head, rest, _ := bytes.Cut(s.data[min(s.i, len(s.data)):], []byte("\n"))
	chomp, numbered := byte(0), false
	for _, c := range head[min(1, len(head)):] {
		switch {
		case c == '+' || c == '-':
			chomp = c
		case c >= '1' && c <= '9':
			numbered = true
		}
		if isBlank(c) {
			break
		}
	}
	from := len(s.data) - len(rest)
	first := indentOf(rest)
	least := first
	if numbered {
		least = 0
	}
	for indent := first; indent >= least; indent-- {
		s.out = passage{}
		s.indented(from, indent, folded, chomp)
		if string(s.out.data) == s.want {
			return
		}
	}
}

// indentOf is the indent of the first line that is not empty.
func indentOf(text []byte) int {
	for _, l := range lines(text) {
		line := text[l.from:l.to]
		if blanks := len(line) - len(bytes.TrimLeft(line, " ")); blanks < len(line) {
			return blanks
		}
	}
	return 0
}

// indented reads the lines from an offset on that are indented so far. Of folded lines the
// ends are blanks, but next to lines that are indented more and to empty ones.
func (s *scalar) indented(from, indent int, folded bool, chomp byte) {
	type end struct{ from, to int }
	var lead *end     // of the line before
	var empties []end // behind that
	blankBefore := false
	breakAt := func(e end) { s.out.instead("\n", e.from, e.to) }
	for _, l := range lines(s.data[from:]) {
		l.from, l.to = l.from+from, l.to+from
		line := s.data[l.from:l.to]
		blanks := len(line) - len(bytes.TrimLeft(line, " "))
		ended := end{l.to, min(l.to+1, len(s.data))}
		if l.to == len(s.data) {
			ended.to = l.to
		}
		switch {
		case blanks == len(line) && len(line) <= indent:
			if l.to < len(s.data) {
				empties = append(empties, ended)
			}
			continue
		case blanks < indent || indent == 0 && (bytes.HasPrefix(line, []byte("---")) || bytes.HasPrefix(line, []byte("..."))):
			s.chomped(lead == nil, chomp, func() { breakAt(*lead) }, func() {
				for _, e := range empties {
					breakAt(e)
				}
			})
			return
		}
		blank := line[indent] == ' ' || line[indent] == '\t'
		switch {
		case lead == nil:
		case folded && !blankBefore && !blank && len(empties) == 0:
			s.out.instead(" ", lead.from, lead.to)
		case folded && !blankBefore && !blank: // the empty lines are the ends
		default:
			breakAt(*lead)
		}
		for _, e := range slices.Clone(empties) {
			breakAt(e)
		}
		empties, blankBefore = nil, blank
		s.out.copy(s.data, l.from+indent, l.to)
		lead = &ended
		if l.to == len(s.data) { // the last line has no end
			return
		}
	}
	s.chomped(lead == nil, chomp, func() { breakAt(*lead) }, func() {
		for _, e := range empties {
			breakAt(e)
		}
	})
}

// chomped ends a block: - drops all line ends behind the last line, + keeps all.
func (s *scalar) chomped(empty bool, chomp byte, last, others func()) {
	if chomp != '-' && !empty {
		last()
	}
	if chomp == '+' {
		others()
	}
}
