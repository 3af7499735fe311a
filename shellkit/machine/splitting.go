package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
)

// isGlob tells whether a text that is not quoted is a pattern of names. A bracket that is
// never closed is none: it is the command [.
func isGlob(text string) bool {
	if strings.ContainsAny(text, "*?") {
		return true
	}
	i := strings.IndexByte(text, '[')
	return i >= 0 && strings.IndexByte(text[i:], ']') > 1
}

// splitter puts words together.
type splitter struct {
	x      *expander
	word   *program.Word
	splits bool
	out    []field
	now    Value
	some   bool // the word at hand is there, even if it is empty
	loose  bool
	globs  bool
	maybe  bool // the word at hand is taken for one, and may be none
}

func (b *splitter) end() {
	if b.some || !b.now.blank() && b.now.Key != "" {
		b.now.Perhaps = b.maybe && !b.now.full()
		b.out = append(b.out, field{Value: b.now, word: b.word, loose: b.loose || b.globs && !b.x.s.opts.noglob})
	}
	b.now, b.some, b.loose, b.globs, b.maybe = empty, false, false, false, false
}

func (b *splitter) write(v Value) {
	if v.Unset {
		return
	}
	if b.now.Key == "" {
		b.now = v
		return
	}
	b.now = b.now.with(v)
}

func (b *splitter) add(p piece) {
	switch {
	case p.isList:
		for i, f := range p.list {
			if i > 0 {
				b.end()
			}
			if p.quoted || !f.Known {
				b.write(f.Value)
				b.maybe = (b.maybe || !b.some) && (f.Perhaps || !p.quoted && !f.full())
				b.some, b.loose = true, b.loose || f.loose
			} else {
				b.parted(f.Value)
			}
		}
	case p.quoted || !p.splits:
		b.globs = b.globs || !p.quoted && isGlob(p.value.Text)
		b.write(p.value)
		b.some, b.maybe = true, false
	case !p.value.Known:
		b.write(p.value)
		b.some = b.some || p.value.full()
		b.loose = b.loose || p.value.Line || p.printed && !p.value.Number && p.value.Command == "" && !p.value.Fresh
		if !p.value.full() {
			b.maybe, b.some = b.maybe || !b.some, true // it may be none; it is taken for one, as most are
		}
	default:
		splits := b.splits
		b.splits = splits || p.printed // also where variables are not parted
		b.parted(p.value)
		b.splits = splits
	}
}

// separators are the letters at which words are parted.
func (x *expander) separators() string {
	v, ok := x.s.vars.get("IFS")
	switch {
	case !ok || v.Value.Unset:
		return " \t\n"
	case !v.Value.Known:
		return " \t\n"
	}
	return v.Value.Text
}

// parted parts a known value at the separators.
func (b *splitter) parted(v Value) {
	if !b.splits || v.Unset {
		if v.Text != "" {
			b.write(v)
			b.globs = b.globs || b.x.m.facts(b.x.s).GlobsValues && isGlob(v.Text)
		}
		return
	}
	ifs := b.x.separators()
	text := v.Text
	white := func(c byte) bool { return (c == ' ' || c == '\t' || c == '\n') && strings.IndexByte(ifs, c) >= 0 }
	i := 0
	for i < len(text) {
		c := text[i]
		if strings.IndexByte(ifs, c) < 0 {
			from := i
			for i < len(text) && strings.IndexByte(ifs, text[i]) < 0 {
				i++
			}
			one := v
			one.Text, one.Key, one.Known = text[from:i], text[from:i], true
			b.write(one)
			b.globs = b.globs || isGlob(text[from:i])
			b.some = true
			continue
		}
		hard := false
		began := i == 0 && !b.some && b.now.blank()
		for i < len(text) && strings.IndexByte(ifs, text[i]) >= 0 {
			if !white(text[i]) {
				if hard {
					b.some = true
					b.end()
				}
				hard = true
			}
			i++
		}
		if began && !hard {
			continue
		}
		if hard {
			b.some = true
		}
		b.end()
	}
}
