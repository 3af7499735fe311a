package extract

import (
	"os"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
	"pgregory.net/rapid"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// passedOver tells what a whole look at a script finds, and one that goes by the signs in
// its bytes does not; and whether that one had nothing to look for.
func passedOver(text string, d source.Dialect) (missed string, nothing bool) {
	file, err := shell.Parse("job.sh", []byte(text), d)
	if err != nil {
		return "", false
	}
	signs := shell.SignsIn([]byte(text))
	in := survey(file, []byte(text))
	all, calls := sitesIn(d, alone(file, text, shell.AllSigns))
	some, called := sitesIn(d, alone(file, text, signs))
	sources := in.callers["."] != nil || in.callers["source"] != nil
	switch {
	case !signs.Any() && (in.locks || sources):
		missed = "the script"
	case sources && (!signs.Sources || len(called) != len(calls)):
		missed = "what it sources"
	case len(some) != len(all):
		missed = "a site"
	}
	return missed, !signs.Any()
}

// The scan says yes to whatever a look finds, however it is written, and no to plain work.
func TestSigns(t *testing.T) {
	for _, text := range []string{
		"flock 9", "exec 9>f", "exec {fd}>f", "f 12<f", `fl"oc"k 9`, `fl\ock 9`, "fl\\\nock 9", `$'\x66lock' 9`, "\\. ./lib", ". ./lib", "x=1; . lib",
		"source lib", "set -eC; echo >f", "set -o noclobber", "mkdir d || exit\nr'm'dir d", "a && rmdir d", "trap 'rm f' 0", "mv -n a b", "unlink f", "rm f",
		"$MYBLOCK 9", "ln -s $$ \"$dir/app-PID\"", "[ -e f ] && kill -0 `cat f`; echo $$ >f", "echo $! >f; ps -p `cat f`", "chpst -L f work", "LCKDO=1",
	} {
		if !shell.SignsIn([]byte(text)).Any() {
			t.Errorf("%q is passed over", text)
		}
	}
	for _, text := range []string{
		"echo hello. world >&2", "clock=$(date)\nif [ 3 -gt 5 ]; then echo block 2>/dev/null; fi\n", "terminal=xterm; confirm || exit 1\nform a.b 1>x 2>&1\n",
		"kill %1; setup; Cd", "spider; rapidly", "printf 'a\\tb\\n'; warm up; removed",
	} {
		if shell.SignsIn([]byte(text)).Any() {
			t.Errorf("%q is looked into", text)
		}
	}
}

func TestNothingIsPassedOver(t *testing.T) {
	pieces := []string{
		"flock", "9", "exec 9>f", "[ -e x ]", "&& exit", "|| exit 1\n", "touch x", "rm x", "rm -f x", "mkdir x", "rmdir x", "trap 'rm x' 0\n", "trap cleanup EXIT\n", ">x", "echo $$ >x",
		"kill -0 `cat x`", "set -C", "set -e\n", ". ./lib", "sh -c 'mkdir x || exit; rmdir x'", "eval \"$cmd\"", "work", ";", "\n", "mv a x", "ln -s a x", "$tool 9", "tool=lockfile\n",
		"$tool x", "pid=1\n", "exec spid", "command clock", "f() { mkdir x; }\n", "unlock() { rmdir x; }\n", "if test -d x; then exit; fi\n", "[ -f app.run ] && exit\n", ">app.run\n", "rm app.run\n",
		"at now <<E\nflock x y\nE\n", "cat >job <<'E'\nlockf x\nE\nsh job\n", "python3 -c 'fcntl.LOCK_EX'", `"$DIR/b"lock`, "r\"m\" x", "s\\et -C", "for l in d/*; do exit; done\n", "touch d/$$\n", "rm d/$$\n",
	}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(1, 6).Draw(t, "pieces") {
			b.WriteString(rapid.SampledFrom(pieces).Draw(t, "piece") + " ")
		}
		if missed, _ := passedOver(b.String(), source.Bash); missed != "" {
			t.Fatalf("%s is passed over: %q", missed, b.String())
		}
	})
}

// TestNothingIsPassedOverOf tries it on the scripts that $LOCKKIT_SCRIPTS lists.
func TestNothingIsPassedOverOf(t *testing.T) {
	list, err := os.ReadFile(os.Getenv("LOCKKIT_SCRIPTS"))
	if err != nil {
		t.Skip("LOCKKIT_SCRIPTS names no list of scripts")
	}
	passed, all := 0, 0
	for _, name := range strings.Fields(string(list)) {
		f, err := source.Read(name)
		if err != nil {
			continue
		}
		missed, nothing := passedOver(string(f.Data), source.DialectOf(f))
		if missed != "" {
			t.Errorf("%s: %s is passed over", name, missed)
		}
		if all++; nothing {
			passed++
		}
	}
	t.Logf("%d of %d are passed over", passed, all)
}

// alone is a script that sources nothing, as one of its texts.
func alone(file *syntax.File, script string, signs shell.Signs) text {
	return text{file, &src{name: "job.sh", text: []byte(script)}, signs}
}
