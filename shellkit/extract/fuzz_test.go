package extract

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// FuzzScript: whatever is written, in whatever dialect, gives a sane protocol or a
// syntax error; never a panic.
func FuzzScript(f *testing.F) {
	dialects := []source.Dialect{source.Bash, source.Sh, source.Ksh, source.Zsh, source.Bats}
	for i, text := range cases(f) {
		f.Add(text, uint8(i))
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

// cases returns every script that tests speak of: those of the golden protocols, of
// the rules' pages and of the pairs.
func cases(f *testing.F) (out []string) {
	read := func(pattern string, each func(text string)) {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			f.Fatalf("%s: %d files, %v", pattern, len(names), err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			each(string(data))
		}
	}
	read("testdata/*.sh", func(text string) { out = append(out, text) })
	read("../rules/lk*.md", func(text string) {
		for i, part := range strings.Split(text, "```") {
			if _, script, ok := strings.Cut(part, "\n"); ok && i%2 == 1 {
				out = append(out, script)
			}
		}
	})
	read("../rules/testdata/pairs/*.txt", func(text string) {
		for _, pair := range regexp.MustCompile(`(?m)^-- .* --$`).Split(text, -1)[1:] {
			out = append(out, regexp.MustCompile(`(?m)^[-+] `).ReplaceAllString(pair, ""))
		}
	})
	return out
}
