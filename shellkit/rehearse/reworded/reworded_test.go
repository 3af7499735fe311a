package reworded

import (
	"maps"
	"testing"

	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
	"github.com/lockkit/lockkit/shellkit/source"
)

// TestMake holds that a seed makes its script again, that each rewrite finds scripts that it
// fits, and that it changes them.
func TestMake(t *testing.T) {
	k, err := NewDeck()
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]int{}
	for i := range k.Len() {
		seed := k.Seed(i)
		s, err := k.Make(seed)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := k.Make(seed)
		if again.Text != s.Text || !maps.Equal(again.Files, s.Files) || again.How() != s.How() {
			t.Errorf("seed %d makes another script the second time", seed)
		}
		for _, by := range s.By {
			drawn[by]++
		}
		as := newDraft(s.Row.Shell, s.Row.Text, nil)
		if same := s.Text == as.head+as.text; same != (len(s.By) == 0) {
			t.Errorf("%s: changed: %v\n%s", &s, !same, s.Text)
		}
	}
	for _, r := range rewrites {
		if drawn[r.name] < 5 {
			t.Errorf("%q was drawn %d times for %d rows", r.name, drawn[r.name], k.Len())
		}
	}
	if _, err := k.Make(1); err == nil {
		t.Error("a seed of no row makes a script")
	}
}

// fits applies one rewrite to a text.
func fits(t *testing.T, name string, d source.Dialect, text string, seed uint64) (string, bool) {
	t.Helper()
	for _, r := range rewrites {
		if r.name == name {
			draft := newDraft(d, text, scripts.Draw(seed))
			return draft.text, r.apply(draft) && draft.read()
		}
	}
	t.Fatalf("there is no %q", name)
	return "", false
}

// TestMayNotBeApplied holds what each rewrite is not applied to, beside a text that is one
// detail apart and that it fits.
func TestMayNotBeApplied(t *testing.T) {
	const open = "exec 9>/run/x\nflock -n 9 || exit 1\n"
	for _, c := range []struct {
		name          string
		shell         source.Dialect
		fitting, text string
	}{
		{"in a function", source.Bash, open + "work\n", open + "local x=1\nwork\n"},
		{"in a function", source.Bash, open + "work\n", "shopt -s extglob\n" + open + "work\n"},
		{"in a function", source.Zsh, open + "work\n", open + "trap 'echo bye' EXIT\nwork\n"},
		{"in a function", source.Bash, "f() { work; }\n" + open + "f\n", "f() { work; }\n" + open + "work\n"},
		{"in a function", source.Bash, open + "work\n", open + "work || return 1\n"},
		{"a trap in a function", source.Bash, open + "trap 'exit 1' TERM\nwork\n", open + "trap 'echo $1' EXIT\ntrap 'exit 1' TERM\nwork\n"},
		{"in a group", source.Bash, open + "work\n", "alias w=work\n" + open + "w\n"},
		{"under a case", source.Bash, open + "work\n", open + "trap work DEBUG\n"},
		{"under an if", source.Bash, open + "work\n", open + "echo $LINENO\nwork\n"},
		{"in a loop that runs once", source.Bash, open + "work\n", open + "work &\n"},
		{"in a loop that runs once", source.Bash, open + "work\n", open + "work || break\n"},
		{"ends by exit", source.Dash, open + "work\n", "f() { work; }\n"},
		{"ends by exit", source.Bash, open + "work\n", open + "trap 'echo $?' EXIT\nwork\n"},
		{"ends by exit", source.Ksh, "", open + "work\n"},
		{"a line between", source.Bash, open + "work\n", "f() { [ $? = 0 ] || exit; }\nflock -n 9\nf\nwork\n"},
		{"a command in a function", source.Bash, "work\n", "( work 9>&- )\n"},
		{"a command in a function", source.Bash, "work\n", "work \"$1\"\n"},
		{"a command in a function", source.Bash, "work\n", "work 9>&- &\n"},
		{"a command in a function", source.Bash, "work\n", "exec work\n"},
		{"a command in a function", source.Bash, "trap 'rm x' EXIT\nwork\n", "trap 'rm $1' EXIT\nwork\n"},
		{"some lines in a function", source.Bash, "trap 'rm x' EXIT\nwork\nmore\n", "trap 'rm $1' EXIT\nwork\nmore\n"},
		{"under an if", source.Ksh, "work\n", "work\n# the end\n"},
		{"some lines in a function", source.Bash, "work\nmore\n", "local x\nwork\n"},
		{"functions in a file", source.Bash, "f() { work; }\nf\n", "f() { work; }\nwork\n"},
		{"a trap in a function", source.Bash, "trap 'rm x' EXIT\n", "trap \"rm x\" EXIT\n"},
		{"a trap in a function", source.Bash, "trap 'rm x' EXIT\n", "trap 'rm $1' EXIT\n"},
		{"signals by number", source.Bash, "trap 'rm x' EXIT\n", "trap 'rm x' $signals\n"},
		{"other names", source.Bash, "L=/run/x\necho $L\n", "PATH=/bin\nwork\n"},
		{"other names", source.Bash, "L=/run/x\necho $L\n", "L=/run/x\necho $L L\n"},
		{"other names", source.Bash, "L=/run/x\necho $L\n", "L=/run/x\nexport L\n"},
		{"a path in a variable", source.Bash, "touch /run/x\n", "touch /run/x\nsh -c 'rm /run/x'\n"},
		{"a path with a default", source.Bash, "touch /run/x\n", "touch /run/x /run/y\n"},
		{"quoted words", source.Bash, "work one two three four\n", "case a in a) ;; esac\n"},
		{"test for [", source.Bash, "[ -e x ]\n", "test() { :; }\n[ -e x ]\n"},
		{"if for ||", source.Bash, "work || exit\nmore\n", "( work || exit )\nmore\n"},
		{"if for ||", source.Bash, "work || exit 1\n", "work || more\n"},
		{"|| for if", source.Bash, "if ! work; then exit 1; fi\n", "if ! work; then exit 1; else more; fi\n"},
		{"|| for if", source.Bash, "if ! work; then exit 1; fi\n", "more && if ! work; then exit 1; fi\n"},
		{"in another shell", source.Dash, "work\n", "trap 'rm x' EXIT\nwork\n"},
		{"in another shell", source.Dash, "work\n", "( work )\n"},
	} {
		for seed := range uint64(20) {
			if c.fitting == "" {
				break
			}
			if _, ok := fits(t, c.name, c.shell, c.fitting, seed); ok {
				break
			}
			if seed == 19 {
				t.Errorf("%s does not fit\n%s", c.name, c.fitting)
			}
		}
		for seed := range uint64(20) {
			if _, ok := fits(t, c.name, c.shell, c.text, seed); ok {
				t.Errorf("%s is applied to\n%s", c.name, c.text)
				break
			}
		}
	}
}

// A script that returns at its top level is read as one that is sourced.
func TestReturnsAtTop(t *testing.T) {
	for text, want := range map[string]string{
		"work || return 1\n":                     "# lockkit shell=bash\n",
		"f() { work || return 1; }\nf\n":         "#!/bin/bash\n",
		"#!/bin/bash\nwork || return 1\n":        "#!/bin/bash\n",
		"while work; do break; done\nreturn 0\n": "# lockkit shell=bash\n",
	} {
		if got := newDraft(source.Bash, text, nil).head; got != want {
			t.Errorf("%q begins with %q, want %q", text, got, want)
		}
	}
}
