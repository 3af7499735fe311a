package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A loop that makes its words twice as many in each turn is broken off, also where every turn
// is walked with all that is known.
func TestWordsThatGrowAreBounded(t *testing.T) {
	text := "mkdir /run/a.lock || exit\nfor b in \"$@\"; do\n  set -- $* \"$*\"\ndone\nrmdir /run/a.lock\n"
	f, err := source.New("job.sh", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Script(f, source.Mksh, Options{Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Unknowns) == 0 {
		t.Error("the loop is followed to its end: it has none")
	}
	for _, q := range p.Paths {
		if len(q.Text) > maxGrown {
			t.Errorf("a path of %d bytes", len(q.Text))
		}
	}
}
