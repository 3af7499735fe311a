package hosts

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// dockerReader reads the instructions of a Dockerfile, one after the other.
type dockerReader struct {
	file   *source.File
	rows   []line
	next   int
	escape byte
}

// instruction is the next one, its continued lines joined. Comments and empty lines within
// it are not there.
func (r *dockerReader) instruction() (p passage, ok bool) {
	data := r.file.Data
	for ; r.next < len(r.rows); r.next++ {
		l := r.rows[r.next]
		text := strings.TrimSpace(l.of(data))
		if text == "" || text[0] == '#' {
			continue // also in the middle of an instruction
		}
		end := l.to
		for end > l.from && (data[end-1] == ' ' || data[end-1] == '\t') {
			end--
		}
		if end > l.from && data[end-1] == r.escape {
			p.copy(data, l.from, end-1)
			ok = true
			continue
		}
		p.copy(data, l.from, l.to)
		r.next++
		return p, true
	}
	return p, ok
}

// hereDocument is a here-document of an instruction.
type hereDocument struct {
	mark string  // as the instruction has it: <<EOF
	body passage // its lines
	end  passage // the line that ends it
}

var hereMark = regex.Of(`<<(-?)(?:"([A-Za-z_][A-Za-z0-9_]*)"|'([A-Za-z_][A-Za-z0-9_]*)'|([A-Za-z_][A-Za-z0-9_]*))`)

// documents are the here-documents that follow an instruction.
func (r *dockerReader) documents(p passage) (out []hereDocument) {
	data := r.file.Data
	for _, m := range hereMark().FindAllSubmatch(p.data, -1) {
		one := hereDocument{mark: string(m[0])}
		name := string(m[2]) + string(m[3]) + string(m[4])
		for r.next < len(r.rows) {
			l := r.rows[r.next]
			r.next++
			text := l.of(data)
			if len(m[1]) > 0 {
				text = strings.TrimLeft(text, "\t")
			}
			if text == name {
				one.end.copy(data, l.to-len(text), l.to)
				one.end.add("\n", l.to)
				break
			}
			one.body.copy(data, l.to-len(text), l.to)
			one.body.instead("\n", l.to, min(l.to+1, len(data)))
		}
		out = append(out, one)
	}
	return out
}

// jsonWords reads a list of strings in JSON. ok is false where it is none: that is shell.
func jsonWords(p passage) (out []word, ok bool) {
	p = p.trim()
	if p.len() < 2 || p.data[0] != '[' || p.data[p.len()-1] != ']' {
		return nil, false
	}
	wantsWord := true
	for i := 1; i < p.len()-1; i++ {
		switch c := p.data[i]; {
		case isBlank(c):
		case c == ',' && !wantsWord:
			wantsWord = true
		case c == '"' && wantsWord:
			w, next := jsonString(p, i+1)
			if next == 0 {
				return nil, false
			}
			out, i, wantsWord = append(out, w), next, false
		default:
			return nil, false
		}
	}
	return out, len(out) == 0 || !wantsWord
}

// jsonString reads a string that begins at i, and returns where its last quote stands; 0
// where it has none.
func jsonString(p passage, i int) (w word, end int) {
	for ; i < p.len(); i++ {
		switch c := p.data[i]; {
		case c == '"':
			return w, i
		case c == '\\' && i+1 < p.len():
			text, size := cEscape(p.data[i+1:])
			if size == 0 {
				text, size = string(p.data[i+1:i+2]), 1
			}
			w.instead(text, int(p.from[i]), int(p.to[i+size]))
			i += size
		default:
			w.join(p.cut(i, i+1))
		}
	}
	return w, 0
}

// dockerVariables reads ENV a=b "c=d e" and ENV a b. An ARG without a value has none that
// is known.
func dockerVariables(p passage) (out []variable) {
	p = p.trim()
	words := unitWords(p)
	if len(words) == 0 {
		return nil
	}
	if first := strings.IndexAny(string(p.data), "= \t"); first > 0 && p.data[first] != '=' {
		return []variable{{name: string(p.data[:first]), value: p.cut(first, p.len()).trim(), open: true}}
	}
	for _, w := range words[0] {
		if at := strings.IndexByte(string(w.data), '='); at > 0 {
			out = append(out, variable{name: string(w.data[:at]), value: w.cut(at+1, w.len()), open: true})
		}
	}
	return out
}
