package fix

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// context is the number of unchanged lines around a change, as diff -u has them.
const context = 3

// Diff returns what turns before into after as a unified diff that `patch -p1`
// and `git apply` take, or "" where they are equal.
func Diff(name string, before, after []byte) string {
	old := string(before)
	text, err := udiff.ToUnified(label("a/", name), label("b/", name), old, udiff.Lines(old, string(after)), context)
	if err != nil {
		panic(err) // the edits come from udiff itself
	}
	return text
}

// label is a file's name as git writes it: in quotes where a reader of the diff
// would take it for something else.
func label(prefix, name string) string {
	name = prefix + strings.TrimPrefix(name, "/")
	if !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f }) {
		if strings.Contains(name, " ") {
			name += "\t"
		}
		return name
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(name) {
		switch {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(rune(c)))
		case c < ' ' || c == 0x7f:
			b.WriteString(`\` + string([]byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7}))
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
