package verdicts

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// TestRead holds the form of a file.
func TestRead(t *testing.T) {
	rows, err := read("kind", "// Of all.\n// More.\n\n== bash dash holds: a name: with more\n== zsh violated leak when killed\n// Of it.\n")
	if err == nil {
		t.Errorf("heads without a script are read: %v", rows)
	}
	rows, err = read("kind", "// Of all.\n\n== bash dash holds: a name: with more\n== zsh violated leak stale when killed\na\n\nb\n\n\n// Of the next.\n== sh nothing\nc\n")
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v, %v", rows, err)
	}
	if r := rows[1]; r.Shell != "dash" || r.Verdict != prove.Holds || r.Name != "a name: with more" || r.Text != "a\n\nb\n" || r.Line != 3 || r.Kind != "kind" {
		t.Errorf("%+v", r)
	}
	if r := rows[2]; r.Shell != "zsh" || r.Verdict != prove.Violated || len(r.Broken) != 2 || !r.WhenKilled || r.Text != "a\n\nb\n" {
		t.Errorf("%+v", r)
	}
	if r := rows[3]; r.Shell != "sh" || r.Verdict != prove.Nothing || r.Text != "c\n" || r.WhenKilled {
		t.Errorf("%+v", r)
	}
}

// TestReadRefuses holds that what is no row is not passed over.
func TestReadRefuses(t *testing.T) {
	for _, text := range []string{
		"a script\n",
		"// Of all.\na script\n",
		"== holds\na\n",
		"== bash\na\n",
		"== fish holds\na\n",
		"== bash hold\na\n",
		"== bash holds exclusion\na\n",
		"== bash violated when killed\na\n",
		"== bash violated inclusion\na\n",
		"== bash holds\n\n== bash violated\n\n",
	} {
		if rows, err := read("kind", text); err == nil {
			t.Errorf("%q is read: %v", text, rows)
		}
	}
}

// TestRows holds that every file is read, says first what its rows have in common, and has no
// row twice.
func TestRows(t *testing.T) {
	rows, err := Rows()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	kinds := map[string]bool{}
	for _, r := range rows {
		if !kinds[r.Kind] {
			data, _ := files.ReadFile(r.Kind + ".txt")
			if !strings.HasPrefix(string(data), proseMark) {
				t.Errorf("%s.txt does not say what it is about", r.Kind)
			}
		}
		kinds[r.Kind] = true
		key := r.Kind + string(r.Shell) + r.Text
		if at := seen[key]; at > 0 {
			t.Errorf("%s.txt:%d: stands in line %d too", r.Kind, r.Line, at)
		}
		seen[key] = r.Line
	}
	if len(kinds) < 95 || len(rows) < 2318 {
		t.Errorf("%d kinds, %d rows", len(kinds), len(rows))
	}
}
