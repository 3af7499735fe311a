package protocol

import "strings"

// Exchange tells whether two paths differ in one thing alone that a run is given, and
// in which: another run may be given the two the other way round.
func Exchange(a, b *Path) (one, other string, ok bool) {
	x, y := pieces(a.Input), pieces(b.Input)
	if len(x) != len(y) {
		return "", "", false
	}
	for i := range x {
		switch {
		case x[i] == y[i]:
		case i%2 == 0 || one != "":
			return "", "", false
		default:
			one, other = "$"+x[i], "$"+y[i]
		}
	}
	return one, other, one != ""
}

// pieces cuts an Input into text and what is given, by turns.
func pieces(input string) []string {
	var out []string
	for {
		text, rest, found := strings.Cut(input, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return append(out, input)
		}
		out, input = append(out, text, name), after
	}
}
