package extract

import (
	"slices"
	"strings"
)

// A name may be written in more than one way: L=/run/l; [ -e $L ] || touch /run/l. What is
// said of one word is said of all that surely come to the same name.

// meet has such words share what is known of them.
func (in *interest) meet() {
	ways := map[string][]string{}
	for _, some := range []map[string]bool{in.probed, in.made, in.removed} {
		for word := range some {
			names := in.spellings(word)
			if len(names) == 1 && !strings.Contains(names[0], "$") && !slices.Contains(ways[names[0]], word) {
				ways[names[0]] = append(ways[names[0]], word)
			}
		}
	}
	for _, words := range ways {
		for _, word := range words[1:] {
			in.share(words[0], word)
		}
	}
}

// share makes one of what is known of two words, and of all that has been made one with
// the second before: another look finds nothing to add.
func (in *interest) share(a, b string) {
	for _, some := range []map[string]bool{in.probed, in.made, in.removed} {
		if some[a] || some[b] {
			some[a], some[b] = true, true
		}
	}
	of, other := in.of(a), in.of(b)
	if of == other {
		return
	}
	of.tests, of.makes, of.removals = append(of.tests, other.tests...), append(of.makes, other.makes...), append(of.removals, other.removals...)
	for word, steps := range in.steps {
		if steps == other {
			in.steps[word] = of
		}
	}
	scopes := in.probes[a]
	if scopes == nil {
		scopes = map[string]bool{}
	}
	for scope := range in.probes[b] {
		scopes[scope] = true
	}
	in.probes[a], in.probes[b] = scopes, scopes
}
