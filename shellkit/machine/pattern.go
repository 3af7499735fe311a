package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// pattern is a word as case and [[ == ]] read it.
type pattern struct{ parts []patternPart }

// patternPart is a part of a pattern. What is quoted stands for itself.
type patternPart struct {
	value   Value
	quoted  bool
	brought bool // by a variable or a command
}

// pattern is what a word comes to as a pattern.
func (x *expander) pattern(w *program.Word) (p pattern) {
	for i, one := range x.pieces(w) {
		v := one.value
		if one.isList {
			v = x.together(one.list)
		}
		if v.Unset {
			v = empty
		}
		kind := program.Expansion
		if len(w.Parts) > i {
			kind = w.Parts[i].Kind
		}
		p.parts = append(p.parts, patternPart{value: v, quoted: one.quoted, brought: kind != program.Text})
	}
	if facts := x.m.facts(x.s); !facts.SplitsWords && w != nil && strings.Contains(w.Raw, "[") {
		if _, known := p.tokens(facts); !known && len(p.values()) == 0 {
			x.m.unknown(w.Span, "whether the pattern %s is one", short(w.Raw))
		}
	}
	return p
}

// key names a pattern: equal keys, equal patterns.
func (p pattern) key() string {
	var b strings.Builder
	for _, part := range p.parts {
		if part.quoted {
			b.WriteByte('\x02')
		}
		if part.brought {
			b.WriteByte('\x03')
		}
		b.WriteString(part.value.Key)
		b.WriteByte('\x01')
	}
	return b.String()
}

// values are what the pattern is made of that is not written down.
func (p pattern) values() (out []Value) {
	for _, part := range p.parts {
		if !part.value.Known {
			out = append(out, part.value)
		}
	}
	return out
}

// token is what a pattern asks for, one after the other.
type token struct {
	kind tokenKind
	byte byte
	set  *[256]bool
}

type tokenKind uint8

const (
	oneByte tokenKind = iota
	anyByte           // ?
	anyText           // *
	someByte
	hole // a text that is not known
)

// letter is a byte of a pattern that is put together.
type letter struct {
	byte   byte
	quoted bool
	hole   bool
}

// letters are the bytes of a pattern. known is false where a backslash, or a parenthesis,
// may mean more than is understood here.
func (p pattern) letters(d *shell.Dialect) (out []letter, known bool) {
	known = true
	for _, part := range p.parts {
		quoted := part.quoted || part.brought && !d.GlobsValues
		if !part.value.Known {
			out = append(out, letter{hole: true, quoted: quoted})
			continue
		}
		text := part.value.Text
		if !quoted && (strings.ContainsAny(text, "(|") || part.brought && strings.Contains(text, `\`) || !d.SplitsWords && strings.ContainsAny(text, "<^#~")) {
			known = false
		}
		for i := range len(text) {
			out = append(out, letter{byte: text[i], quoted: quoted})
		}
	}
	return out, known
}

// tokens are what a pattern asks for. known is false where that cannot be said.
func (p pattern) tokens(d *shell.Dialect) (out []token, known bool) {
	list, known := p.letters(d)
	for i := 0; i < len(list); i++ {
		c := list[i]
		switch {
		case c.hole:
			out, known = append(out, token{kind: hole}), false
		case c.quoted, strings.IndexByte("*?[", c.byte) < 0:
			out = append(out, token{kind: oneByte, byte: c.byte})
		case c.byte == '*':
			if n := len(out); n == 0 || out[n-1].kind != anyText {
				out = append(out, token{kind: anyText})
			}
		case c.byte == '?':
			out = append(out, token{kind: anyByte})
		default:
			set, behind, sure := brackets(list, i)
			switch {
			case behind == 0 && d.SplitsWords: // it does not end: it stands for itself
				out = append(out, token{kind: oneByte, byte: '['})
				known = known && sure
				continue
			case behind == 0:
				return out, false
			}
			out = append(out, token{kind: someByte, set: set})
			known = known && sure
			i = behind - 1
		}
	}
	return out, known
}

// classes are what may stand in brackets as [:name:].
var classes = map[string]func(byte) bool{
	"alpha":  func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' },
	"digit":  func(c byte) bool { return c >= '0' && c <= '9' },
	"alnum":  func(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' },
	"upper":  func(c byte) bool { return c >= 'A' && c <= 'Z' },
	"lower":  func(c byte) bool { return c >= 'a' && c <= 'z' },
	"space":  func(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' },
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"xdigit": func(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' },
	"punct": func(c byte) bool {
		return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z')
	},
}

// brackets reads [ … ] from i on; behind is 0 where it does not end.
func brackets(list []letter, i int) (set *[256]bool, behind int, sure bool) {
	set, sure = &[256]bool{}, true
	plain := func(k int, c byte) bool {
		return k < len(list) && !list[k].hole && !list[k].quoted && list[k].byte == c
	}
	k, negated := i+1, false
	if plain(k, '!') || plain(k, '^') {
		sure = plain(k, '!') // the other one is a letter in some shells
		negated = true
		k++
	}
	for first := true; k < len(list); first = false {
		c := list[k]
		switch {
		case plain(k, ']') && !first:
			if negated {
				for b := range set {
					set[b] = !set[b]
				}
			}
			return set, k + 1, sure
		case c.hole:
			sure = false
		case plain(k, '[') && (plain(k+1, ':') || plain(k+1, '.') || plain(k+1, '=')):
			name, end := className(list, k)
			is := classes[name]
			if is == nil {
				return set, 0, false
			}
			for b := range 0x80 {
				set[b] = set[b] || is(byte(b))
			}
			k = end
			continue
		case plain(k+1, '-') && k+2 < len(list) && !plain(k+2, ']'):
			if list[k+2].hole || plain(k+2, '[') {
				sure = false
			}
			for b := int(c.byte); b <= int(list[k+2].byte); b++ {
				set[b] = true
			}
			k += 3
			continue
		default:
			set[c.byte] = true
		}
		k++
	}
	return nil, 0, sure
}

// className is the name in [:name:], and where the list goes on behind it.
func className(list []letter, k int) (name string, end int) {
	for i := k + 2; i+1 < len(list); i++ {
		if list[i].byte == ':' && list[i+1].byte == ']' && !list[i].quoted {
			return name, i + 2
		}
		name += string(rune(list[i].byte))
	}
	return "", 0
}

// literalOf is the text that tokens are, where they are nothing else.
func literalOf(tokens []token) (text string, plain bool) {
	var b strings.Builder
	for _, t := range tokens {
		if t.kind != oneByte {
			return "", false
		}
		b.WriteByte(t.byte)
	}
	return b.String(), true
}

// keyOf names tokens.
func keyOf(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteByte(byte('0' + t.kind))
		if t.kind == oneByte {
			b.WriteByte(t.byte)
		}
		if t.set != nil {
			for c, in := range t.set {
				if in {
					b.WriteString(itoa(c) + ",")
				}
			}
		}
	}
	return b.String()
}
