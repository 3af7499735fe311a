package shell

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A here-document that ends with its text is read by the shells that read it, and what stands
// above it keeps its places.
func TestDocumentWithoutEnd(t *testing.T) {
	for _, text := range []string{"work\ncat <<END\nyes\nEND \n", "work\ncat <<-'E D'\n\tyes"} {
		for d, reads := range map[source.Dialect]bool{source.Bash: true, source.Sh: true, source.Zsh: true, source.Ksh: true, source.Ash: true, source.Mksh: false, source.Yash: false} {
			file, err := Read("job", []byte(text), d)
			if (err == nil) != reads {
				t.Errorf("%s: %q is read: %v, want %v", d, text, err, reads)
			}
			if err == nil && (len(file.Stmts) != 2 || file.Stmts[1].Pos().Offset() != 5) {
				t.Errorf("%s: %q has %d statements", d, text, len(file.Stmts))
			}
		}
	}
	if _, err := Read("job", []byte("cat <<A <<B\nyes\nB\n"), source.Bash); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"cat <<A$(\nx", "cat <<'A\nB'\nx\n", "f() {\ncat <<END\n}\n", "x=$(cat <<END\n"} {
		if _, err := Read("job", []byte(text), source.Bash); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}
