package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// fits tells whether a value fits a pattern, where that is known.
func (p pattern) fits(v Value, d *shell.Dialect) (fits, known bool) {
	if v.Unset {
		v = empty
	}
	tokens, sure := p.tokens(d)
	letters, _ := p.letters(d)
	if len(letters) > 0 && len(tokens) == 1 && tokens[0].kind == anyText && sure {
		return true, true
	}
	if whole, ok := p.whole(d); ok && !nameless(v) {
		if truth, known := compare("=", v, whole); known && (truth || v.Known && whole.Known) {
			return truth, true
		}
	}
	switch {
	case !sure:
		return false, false
	case v.Known:
		return match(tokens, v.Text), fitsBytes(tokens, v.Text)
	}
	return fitsOpen(v, tokens)
}

// whole is the value that a pattern stands for in which nothing is more than text.
func (p pattern) whole(d *shell.Dialect) (Value, bool) {
	v := empty
	for _, part := range p.parts {
		quoted := part.quoted || part.brought && !d.GlobsValues
		if !quoted && (!part.value.Known || strings.ContainsAny(part.value.Text, `*?[\(|<^#~`)) {
			return Value{}, false
		}
		v = v.with(part.value)
	}
	if len(p.parts) == 1 {
		v = p.parts[0].value
	}
	return v, true
}

// fitsOpen is fits for a value of which only the ends are known.
func fitsOpen(v Value, tokens []token) (fits, known bool) {
	head, tail := v.ends()
	text, plain := literalOf(tokens)
	n, before := 0, len(tokens)
	for n < len(tokens) && tokens[n].kind != anyText {
		n++
	}
	for before > 0 && tokens[before-1].kind != anyText {
		before--
	}
	switch {
	case plain && text == "" && v.full():
		return false, true
	case plain && (v.Number && !isDecimal(text) || v.Nonzero && text == "0"):
		return false, true
	case !fitsBytes(tokens, head+tail):
		return false, false
	}
	for i := 0; i < n && i < len(head); i++ {
		if !tokens[i].fits(head[i]) {
			return false, true
		}
	}
	for i := 1; i <= len(tokens)-before && i <= len(tail); i++ {
		if !tokens[len(tokens)-i].fits(tail[len(tail)-i]) {
			return false, true
		}
	}
	if plain && len(head)+len(tail) > len(text) {
		return false, true
	}
	if n < len(tokens) && before == n+1 && len(head) >= n && len(tail) >= len(tokens)-before {
		return true, true // what stands at both ends of one * is there
	}
	return false, false
}

// isDecimal tells whether a text may be a number that a shell writes.
func isDecimal(text string) bool {
	text = strings.TrimPrefix(text, "-")
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// match tells whether a text is what the tokens ask for.
func match(tokens []token, text string) bool {
	star, at := -1, 0 // the last * that was passed, and the text behind what that stands for
	i, k := 0, 0
	for i < len(text) {
		switch {
		case k < len(tokens) && tokens[k].kind == anyText:
			star, at = k, i
			k++
			continue
		case k < len(tokens) && tokens[k].fits(text[i]):
			i, k = i+1, k+1
			continue
		case star < 0:
			return false
		}
		at++
		i, k = at, star+1
	}
	for k < len(tokens) && tokens[k].kind == anyText {
		k++
	}
	return k == len(tokens)
}

func (t token) fits(c byte) bool {
	switch t.kind {
	case oneByte:
		return t.byte == c
	case anyByte:
		return true
	case someByte:
		return t.set[c]
	}
	return false
}

// fitsBytes tells whether it does not matter to a match whether letters are bytes.
func fitsBytes(tokens []token, text string) bool {
	plain := isPlainText(text)
	for _, t := range tokens {
		switch t.kind {
		case oneByte:
			plain = plain && t.byte < 0x80
		}
	}
	if plain {
		return true
	}
	for _, t := range tokens {
		if t.kind != oneByte && t.kind != anyText {
			return false
		}
	}
	return true
}
