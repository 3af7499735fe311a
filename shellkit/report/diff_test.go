package report

import (
	"strings"
	"testing"
)

func TestDiff(t *testing.T) {
	f := &Findings{Changes: []Change{
		{"a.sh", []byte("exec 9>l\nflock 9\nx\x1b[2J\n"), []byte("exec 9>>l\nflock 9\nx\x1b[2J\n")},
		{"b c.sh", []byte("a\n"), []byte("a\n")},
		{"d.sh", []byte("a"), []byte("b")},
	}}
	want := "--- a/a.sh\n+++ b/a.sh\n@@ -1,3 +1,3 @@\n-exec 9>l\n+exec 9>>l\n flock 9\n x\x1b[2J\n" +
		"--- a/d.sh\n+++ b/d.sh\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
	if got := write(t, "diff", f); got != want {
		t.Errorf("got:\n%q\nwant:\n%q", got, want)
	}
	f.Colour = true
	got := write(t, "diff", f)
	for _, part := range []string{"\x1b[1m--- a/a.sh\x1b[0m\n", "\x1b[1;31m-exec 9>l\x1b[0m\n", "\x1b[1;32m+exec 9>>l\x1b[0m\n", "\n x\\x1b[2J\n"} {
		if !strings.Contains(got, part) {
			t.Errorf("in colour, %q is missing:\n%q", part, got)
		}
	}
}
