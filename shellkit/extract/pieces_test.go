package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What stands in a text is found in its file, whatever quotes the text is made of.
func TestPlacesInTexts(t *testing.T) {
	const lock = "mkdir /run/lock/x || exit\n"
	for _, text := range []string{
		"sh -c '" + lock + "work\nrm -r /run/lock/x'\n",
		"sh -c '" + lock + "echo '\\''it'\\''; echo \"\n\"; work\n  rm -r /run/lock/x; echo x'\n",
		"sh <<END\n" + lock + "echo \\$x\nwork; rm -r /run/lock/x\nEND\n",
		"sh -s <<'END'\n" + lock + "trap 'rm -r /run/lock/x' EXIT\nwork\nEND\n",
		"sh -c \"" + lock + "echo \\\"a\\\"; work; rm -r /run/lock/x\"\n",
		"sh -c '" + lock + "trap '\\''rm -r /run/lock/x'\\'' EXIT\nwork'\n",
		"sh -c \"" + lock + "\"'work\n\trm -r /run/lock/x\n'\n",
		"d=/srv\nsh <<END\n" + lock + "cd $d/a\nwork; rm -r /run/lock/x\nEND\n",
		"d=/srv/w\nssh host sh <<END\n" + lock + "cd $d/$d/$(x)$d\n  rm -r /run/lock/x\nEND\n",
		"sh -c \"" + lock + "work $1 '${2}'\n$3; rm -r /run/lock/x\"\n",
		"sudo -u me sh -s <<-END\n\t" + lock + "\tcd $d\n\trm -r /run/lock/x\n\tEND\n",
	} {
		f, err := source.New("job.sh", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Script(f, source.Bash, Options{})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for i := range p.Nodes {
			n := &p.Nodes[i]
			if n.Op != protocol.Remove {
				continue
			}
			found = true
			at := n.Span
			if got := text[at.Start.Offset:at.End.Offset]; got != "rm -r /run/lock/x" {
				t.Errorf("%q is removed at %q", text, got)
			}
			if want := f.Pos(at.Start.Offset); at.Start != want {
				t.Errorf("%q: %s, want %s", text, at.Start, want)
			}
		}
		if !found {
			t.Errorf("%q: nothing is removed\n%s", text, p)
		}
	}
}
