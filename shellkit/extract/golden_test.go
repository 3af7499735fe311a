package extract

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

var update = flag.Bool("u", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.sh")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".sh"), func(t *testing.T) {
			got := extracted(t, name).String()
			golden := strings.TrimSuffix(name, ".sh") + ".protocol"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s became\n%s\nwant\n%s", name, got, want)
			}
		})
	}
}

// extracted returns the protocol of a file, after checking that it is sane and
// that its text says all of it.
func extracted(t *testing.T, name string) *protocol.Protocol {
	t.Helper()
	f, err := source.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	exact := strings.HasPrefix(filepath.Base(name), "exact-")
	p, err := Script(f, source.DialectOf(f), Options{Exact: exact})
	if err != nil {
		t.Fatal(err)
	}
	check(t, p)
	return p
}

func check(t *testing.T, p *protocol.Protocol) {
	t.Helper()
	if err := protocol.Sanity(p); err != nil {
		t.Errorf("%v\n%s", err, p)
	}
	again, err := protocol.Parse(p.String())
	if err != nil {
		t.Fatalf("its own text does not parse: %v\n%s", err, p)
	}
	if again.String() != p.String() {
		t.Errorf("printed, parsed and printed it is\n%s\nfirst it was\n%s", again, p)
	}
}
