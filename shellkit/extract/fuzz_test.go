package extract

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// FuzzScript: whatever is written, in whatever dialect, gives a sane protocol or a
// syntax error; never a panic.
func FuzzScript(f *testing.F) {
	dialects := []source.Dialect{source.Bash, source.Sh, source.Ksh, source.Zsh, source.Bats}
	scripts, _ := filepath.Glob("testdata/*.sh")
	for i, name := range scripts {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), uint8(i))
	}
	f.Fuzz(func(t *testing.T, text string, d uint8) {
		file, err := source.New("fuzz.sh", []byte(text))
		if err != nil || len(text) > 2000 {
			return
		}
		p, err := Script(file, dialects[int(d)%len(dialects)], Options{})
		if err != nil {
			return
		}
		check(t, p)
	})
}
