package shellkit

import (
	"io/fs"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A script is one, of however many texts it is made: what decides whether it works on may
// be set in one of them and asked for in another.
func TestVerdictsAcrossTexts(t *testing.T) {
	const (
		try   = "rc=0\nflock -n 9 || rc=$?\n"
		heed  = "if [ $rc -ne 0 ]; then exit 75; fi\n"
		wrong = "if [ $rc -gt 1 ]; then exit 75; fi\n"
		open  = "exec 9>/run/job\n"
	)
	for _, c := range []struct {
		name, lib, text string
		want            prove.Verdict
	}{
		{"all of it in a file", try + heed, open + ". /lib\nwork\n", prove.Holds},
		{"asked wrongly in a file", try + wrong, open + ". /lib\nwork\n", prove.Violated},
		{"asked behind the file", try, open + ". /lib\n" + heed + "work\n", prove.Holds},
		{"asked wrongly behind the file", try, open + ". /lib\n" + wrong + "work\n", prove.Violated},
		{"asked by the file", heed, open + try + ". /lib\nwork\n", prove.Holds},
		{"forgotten by the file", "rc=0\n" + heed, open + try + ". /lib\nwork\n", prove.Violated},
		{"a function of the file tries, and the script asks", "take() {\n" + try + "}\n", open + ". /lib\ntake\n" + heed + "work\n", prove.Holds},
		{"the script tries, and a function of the file asks", "check() {\n" + heed + "}\n", open + ". /lib\n" + try + "check\nwork\n", prove.Holds},
		{"a flag that is put behind a function of the file", "take() { flock -n 9; }\n", open + ". /lib\nmine=no\ntake && mine=yes\n[ $mine = yes ] || exit\nwork\n", prove.Holds},
		{"such a flag that is always put", "take() { flock -n 9; }\n", open + ". /lib\ntake; mine=yes\n[ $mine = yes ] || exit\nwork\n", prove.Violated},
		{"eval", "", open + "eval '" + try + heed + "'\nwork\n", prove.Holds},
		{"eval, asked behind it", "", open + "eval '" + try + "'\n" + heed + "work\n", prove.Holds},
		{"eval of what a variable holds", "", open + "code='" + try + heed + "'\neval \"$code\"\nwork\n", prove.Holds},
		{"eval, asked wrongly", "", open + "eval '" + try + wrong + "'\nwork\n", prove.Violated},
		{"another shell", "", "sh -c '" + open + try + heed + "work'\n", prove.Holds},
		{"another shell, asked wrongly", "", "sh -c '" + open + try + wrong + "work'\n", prove.Violated},
		{"another shell that is fed", "", "sh <<'EOF'\n" + open + try + heed + "work\nEOF\n", prove.Holds},
		{"arguments of a shell that is fed", "", "bash -s -- /run/job <<'EOF'\nexec 9>\"$1\"\nflock -n 9 || exit\nwork\nEOF\nexec 8>/run/job\nflock -n 8 || exit\nmore\n", prove.Holds},
		{"a flag in another shell", "", "su app -c '" + open + "if flock -n 9; then ok=1; else ok=0; fi\n[ $ok = 1 ] || exit 1\nwork'\n", prove.Holds},
		{"a flag in another shell, asked for as it always is", "", "su app -c '" + open + "if flock -n 9; then ok=1; else ok=0; fi\n[ -n \"$ok\" ] || exit 1\nwork'\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := source.New("/job", []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			s, err := Load(f, source.Bash, func(name string) (*source.File, error) {
				if name != "/lib" || c.lib == "" {
					return nil, fs.ErrNotExist
				}
				return source.New(name, []byte(c.lib))
			})
			if err != nil {
				t.Fatal(err)
			}
			got := prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{Processes: 3})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s%s\n%s", got.Verdict, c.want, got.Doubts, c.lib, c.text, s.Protocol)
			}
		})
	}
}
