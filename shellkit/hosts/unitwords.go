package hosts

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// word is one word of a command line of systemd, without its quotes and escapes.
type word struct {
	passage
	bare bool // nothing of it was quoted or escaped
}

// unitWords splits a command line as systemd does, into commands and these into words. A
// word ; ends a command; what is open at the end is closed there.
func unitWords(p passage) (out [][]word) {
	var command []word
	for i := 0; i < p.len(); {
		if isBlank(p.data[i]) {
			i++
			continue
		}
		w, next := unitWord(p, i)
		i = next
		if w.bare && string(w.data) == ";" {
			if len(command) > 0 {
				out = append(out, command)
			}
			command = nil
			continue
		}
		command = append(command, w)
	}
	if len(command) > 0 {
		out = append(out, command)
	}
	return out
}

// unitWord reads the word that begins at i, and returns where it ends.
func unitWord(p passage, i int) (w word, next int) {
	w.bare = true
	var quote byte
	for ; i < p.len(); i++ {
		switch c := p.data[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, w.bare = c, false
		case quote == 0 && isBlank(c):
			return w, i
		case c == '\\' && i+1 < p.len():
			w.bare = false
			text, size := cEscape(p.data[i+1:])
			if size == 0 { // it means nothing and stays
				w.join(p.cut(i, i+1))
				continue
			}
			w.instead(text, int(p.from[i]), int(p.to[i+size]))
			i += size
		default:
			w.join(p.cut(i, i+1))
		}
	}
	return w, i
}

// cEscape is what stands for the escape behind a backslash, and how long that is; 0 where
// it is none.
func cEscape(s []byte) (text string, size int) {
	switch s[0] {
	case 'a', 'b', 'f', 'n', 'r', 't', 'v', 's', '\\', '"', '\'', ';':
		return map[byte]string{'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v", 's': " ", '\\': `\`, '"': `"`, '\'': "'", ';': ";"}[s[0]], 1
	case 'x':
		return numbered(s, 1, 2, 16)
	case 'u':
		return numbered(s, 1, 4, 16)
	case 'U':
		return numbered(s, 1, 8, 16)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return numbered(s, 0, 3, 8)
	}
	return "", 0
}

// numbered is a character by its number, which nobody may write as 0.
func numbered(s []byte, from, digits, base int) (text string, size int) {
	if len(s) < from+digits {
		return "", 0
	}
	n, err := strconv.ParseUint(string(s[from:from+digits]), base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune {
		return "", 0
	}
	if digits < 4 {
		return string([]byte{byte(n)}), from + digits
	}
	return string(rune(n)), from + digits
}

// specifiers are those whose value is the same on every machine, for units of the system.
var specifiers = map[byte]string{'%': "%", 't': "/run", 'S': "/var/lib", 'C': "/var/cache", 'L': "/var/log", 'E': "/etc", 'T': "/tmp", 'V': "/var/tmp"}

// specified replaces the specifiers of a unit that is called name. Of those that the unit
// does not fix, a variable of the shell takes the place.
func specified(p passage, name string) (out passage) {
	stem := strings.TrimSuffix(name, ".in")
	stem = stem[:max(0, strings.LastIndexByte(stem, '.'))]
	for i := 0; i < p.len(); i++ {
		c := p.data[i]
		if c != '%' || i+1 == p.len() {
			out.join(p.cut(i, i+1))
			continue
		}
		next := p.data[i+1]
		text, known := specifiers[next]
		template := strings.Contains(stem, "@")
		switch {
		case known:
		case !template && (next == 'N' || next == 'p') && stem != "":
			text = stem
		case !template && next == 'n' && stem != "":
			text = name
		case template && next == 'p':
			text, _, _ = strings.Cut(stem, "@")
		case next|0x20 >= 'a' && next|0x20 <= 'z':
			text = "${SPECIFIER_" + string(next) + "}"
		default:
			out.join(p.cut(i, i+1))
			continue
		}
		out.instead(text, int(p.from[i]), int(p.to[i+1]))
		i++
	}
	return out
}

// unitQuoted is a piece of shell as it stands in a quoted word of a unit.
func unitQuoted(text string) string {
	return strings.NewReplacer("%", "%%", "${", "$${", `\`, `\\`, `"`, `\"`, "'", `\'`, "\n", `\n`, "\t", `\t`).Replace(text)
}
