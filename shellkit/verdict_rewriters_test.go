package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A program that removes or replaces the file that is locked takes the lock away, and one
// that writes into it does not.
func TestRewriters(t *testing.T) {
	for _, c := range []struct{ lost, kept string }{
		{"gzip \"$F\"", "gzip -k \"$F\""},
		{"gzip -9f /srv/data", "gzip -9c /srv/data >/srv/data.gz"},
		{"xz -T 0 \"$F\"", "xz -t \"$F\""},
		{"bzip2 /srv/data", "bzip2 --keep /srv/data"},
		{"zstd -q --rm \"$F\"", "zstd -q \"$F\""},
		{"savelog -c 7 \"$F\"", "savelog -c 7 /srv/other"},
		{"patch -s \"$F\" change", "patch -s --dry-run \"$F\" change"},
		{"sed -Ei s/a/b/ \"$F\"", "sed -E s/i/b/ \"$F\""},
		{"sed -ni.bak p /srv/data", "sed -n -e i /srv/data"},
		{"perl -pi -e 1 \"$F\"", "perl -ne 1 \"$F\""},
		{"zip -m a.zip \"$F\"", "zip a.zip \"$F\""},
		{"tar cf a.tar --remove-files /srv/data", "tar cf a.tar /srv/data"},
		{"shred -u \"$F\"", "shred \"$F\""},
		{"jq . \"$F\" | sponge \"$F\"", "jq . \"$F\" | tee -a \"$F\""},
		{"gawk -i inplace '{ print }' \"$F\"", "gawk '{ print }' \"$F\""},
		{"pack() { gzip -9 \"$1\"; }\npack \"$F\"", "pack() { gzip -9 <\"$1\" >/srv/data.gz; }\npack \"$F\""},
		{"sort -u \"$F\" | dos2unix -q \"$F\"", "sort -u -o \"$F\" \"$F\""},
	} {
		for line, want := range map[string]prove.Verdict{c.lost: prove.Violated, c.kept: prove.Holds} {
			text := "#!/bin/bash\nF=/srv/data\nexec 9<\"$F\" || exit\nflock -n 9 || exit\n" + line + "\nwork\n"
			p := loadedAs(t, source.Other, text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2})
			if got.Verdict != want {
				t.Errorf("%s: %s, want %s; %v\n%s", line, got.Verdict, want, got.Doubts, p)
			}
		}
	}
}
