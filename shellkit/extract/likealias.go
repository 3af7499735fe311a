package extract

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// One name may stand in a script under several words: what "$place" is made by goes as the
// name that is written down.

// alias has what is said of a name under one word hold under every other that may come to the
// same one. That it is used, or opened, holds where that is said of all that the word comes to.
func (l *likeLooker) alias() {
	words := map[string][]*likeness{} // by what they may come to
	sure := map[string]likeness{}     // by what they surely come to
	for word, n := range l.names {
		names := l.comesTo(word)
		for _, name := range names {
			words[name] = append(words[name], n)
		}
		if len(names) == 1 {
			all := sure[names[0]]
			sure[names[0]] = likeness{used: all.used || n.used, opened: all.opened || n.opened}
		}
	}
	joined := map[string]*likeness{}
	for word, n := range l.names {
		all, used, opened := *n, true, true
		for _, name := range l.comesTo(word) {
			used, opened = used && sure[name].used, opened && sure[name].opened
			for _, other := range words[name] {
				all.gone, all.tested = all.gone || other.gone, all.tested || other.tested
			}
		}
		all.used, all.opened = all.used || used, all.opened || opened
		joined[word] = &all
	}
	l.names = joined
}

// same tells whether two words may come to one name.
func (l *likeLooker) same(a, b string) bool {
	return slices.ContainsFunc(l.comesTo(a), func(name string) bool { return slices.Contains(l.comesTo(b), name) })
}

// comesTo are the names that a word may come to, as far as they are written down. A variable of
// which nothing is written down stays as it stands.
func (l *likeLooker) comesTo(word string) []string { return l.comesToBy(word, spellingDepth) }

func (l *likeLooker) comesToBy(word string, depth int) (out []string) {
	i := strings.IndexByte(word, '$')
	if i < 0 || depth == 0 {
		return []string{word}
	}
	name, end := shell.ExpandedName(word, i)
	if name == "" {
		return []string{word}
	}
	end += subscript(word[end:])
	values := l.valuesOf(name, depth-1)
	if len(values) == 0 {
		values = []string{word[i:end]}
	}
	for _, rest := range l.comesToBy(word[end:], depth) {
		for _, value := range values {
			if name := word[:i] + value + rest; !slices.Contains(out, name) {
				out = append(out, name)
			}
			if len(out) == mostSpellings {
				return out
			}
		}
	}
	return out
}

// subscript is the length of what chooses an element of an array, behind its name: each
// element is one of those that are written down.
func subscript(rest string) int {
	if end := strings.IndexByte(rest, ']'); end > 0 && rest[0] == '[' {
		return end + 1
	}
	return 0
}

// valuesOf are what a variable may come to, each worked out once.
func (l *likeLooker) valuesOf(name string, depth int) []string {
	q := valued{name, depth}
	out, known := l.spelt[q]
	if known {
		return out
	}
	for _, text := range l.values[name] {
		if text == "" || strings.ContainsAny(text, "`(") {
			continue
		}
		for _, value := range l.comesToBy(nameOf(text), depth) {
			if len(out) < mostSpellings && !slices.Contains(out, value) {
				out = append(out, value)
			}
		}
		if len(out) == mostSpellings {
			break
		}
	}
	l.spelt[q] = out
	return out
}
