package funcs

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

func script(t *testing.T, text string) *source.File {
	t.Helper()
	f, err := source.New("script", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func embedded(t *testing.T, text string, change func(*Options)) string {
	t.Helper()
	out, err := Embed(script(t, text), "1.2.3", change, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestEmbedPlace shows where a block goes: | stands for it.
func TestEmbedPlace(t *testing.T) {
	for name, text := range map[string]string{
		"head":              "#!/bin/sh\n|echo a\n",
		"blank":             "#!/bin/sh\n# What it does.\n\n|# says a\necho a\n",
		"head and comment":  "#!/bin/sh\n# What it does.\n|echo a\n",
		"directive":         "#!/bin/sh\n\n# shellcheck disable=SC2034\n|a=1\n",
		"no head":           "|echo a\n",
		"nothing":           "|",
		"comments":          "#!/bin/sh\n# nothing yet\n|",
		"no end":            "#!/bin/sh\n|echo a",
		"here-document":     "#!/bin/bash\n\n|: <<'END'\n# >>> not ours\nEND\n",
		"second on a line":  "#!/bin/bash\n\n|a=1; b=2\n",
		"carriage returns":  "#!/bin/bash\n\n|a=1\r\nb=2\r\n",
		"bytes that are no": "#!/bin/bash\n\n|a='\xff\xfe'\n",
	} {
		t.Run(name, func(t *testing.T) {
			before, behind, _ := strings.Cut(text, "|")
			plain := before + behind
			got := embedded(t, plain, nil)
			if !strings.HasPrefix(got, before+"# >>> lockkit embed: ") || !strings.HasSuffix(got, "# <<< lockkit embed\n"+behind) {
				t.Errorf("the block went elsewhere: before %q", got[:min(len(got), 60)])
			}
			if again := embedded(t, got, nil); again != got {
				t.Error("a second time makes other bytes")
			}
			removed, err := Remove([]byte(got), false)
			if err != nil || string(removed) != plain {
				t.Errorf("removed: %q, %v, want %q", removed, err, plain)
			}
		})
	}
}

// TestEmbedRenews: a block of another version, moved by the user, is exchanged in
// its place and keeps its options; options that are given win, one by one.
func TestEmbedRenews(t *testing.T) {
	old, err := Embed(script(t, "#!/bin/sh\necho one\n"), "0.0.1", func(o *Options) {
		o.Prefix, o.Highest, o.Engine = "my_", 7, "flock"
	}, false)
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := bytes.Cut(old, []byte("#!/bin/sh\n"))
	moved := "#!/bin/sh\r\n\techo zero \n" + strings.TrimSuffix(string(block), "echo one\n") + "\n\n  my_with_lock a b"
	got := embedded(t, moved, nil)
	for _, want := range []string{
		"#!/bin/sh\r\n\techo zero \n# >>> lockkit embed: ",
		"\n# lockkit 1.2.3: lockkit init sh --standalone --prefix my_ --fd 7 --engine flock\n",
		"\nmy_with_lock() ",
		"# <<< lockkit embed\n\n\n  my_with_lock a b",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(got, "0.0.1") {
		t.Error("the old one is still there")
	}
	got = embedded(t, got, func(o *Options) { o.Highest = 0 })
	if want := "lockkit init sh --standalone --prefix my_ --engine flock\n"; !strings.Contains(got, want) {
		t.Errorf("%q is missing", want)
	}
}

func TestEmbedRefuses(t *testing.T) {
	whole := embedded(t, "#!/bin/bash\necho a\n", nil)
	edited := strings.Replace(whole, "flock lockkit", "flock", 1)
	for name, tt := range map[string]struct {
		text string
		want error
	}{
		"edited":    {edited, ErrModified},
		"no end":    {strings.Replace(whole, blockEnd, "", 1), ErrTorn},
		"no begin":  {"#!/bin/bash\n" + blockEnd, ErrTorn},
		"two":       {whole + whole, ErrTorn},
		"backwards": {blockEnd + strings.Replace(whole, blockEnd, "", 1), ErrTorn},
	} {
		if _, err := Embed(script(t, tt.text), "1.2.3", nil, false); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		if _, err := Remove([]byte(tt.text), false); !errors.Is(err, tt.want) {
			t.Errorf("%s: removal: %v, want %v", name, err, tt.want)
		}
	}
	if _, err := Remove([]byte("echo\n"), false); !errors.Is(err, ErrNoBlock) {
		t.Errorf("nothing to remove: %v", err)
	}
	if got, err := Embed(script(t, edited), "1.2.3", nil, true); err != nil || string(got) != whole {
		t.Errorf("forced: %v, and the block is not what it was", err)
	}
	for name, text := range map[string]string{
		"does not parse": "#!/bin/bash\nif\n",
		"no shell":       "#!/usr/bin/python3\nprint()\n",
	} {
		if _, err := Embed(script(t, text), "1.2.3", nil, false); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestValidate validates what Embed makes of a script for every shell, and sees that
// each check fails where it should.
func TestValidate(t *testing.T) {
	for _, shell := range Shells {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			whole := embedded(t, "#!/bin/"+shell+"\nset -eu\nwith_lock -n /run/job.lock /usr/bin/job\n", nil)
			outcomes(t, whole, "block ok, functions ok, definitions ok, lint ok, bodies ok, prove ok")
		})
	}
	whole := embedded(t, "#!/bin/bash\nwith_lock -n /run/job.lock /usr/bin/job\n", nil)
	// sealed changes a block and gives it the hash that it needs then, as if that
	// version had written it.
	sealed := func(version, old, with string) string {
		b, err := findBlock([]byte(whole))
		if err != nil || !bytes.Contains(b.text, []byte(old)) {
			t.Fatalf("%q is not in the block: %v", old, err)
		}
		text := bytes.Replace(b.text, []byte("lockkit 1.2.3:"), []byte("lockkit "+version+":"), 1)
		return whole[:b.from] + string(wrap(bytes.Replace(text, []byte(old), []byte(with), 1))) + whole[b.to:]
	}
	for name, tt := range map[string]struct{ text, want string }{
		"does not parse":   {whole + "if\n", "parses failed"},
		"edited":           {strings.Replace(whole, "flock lockkit", "flock", 1), "block failed"},
		"edited by a liar": {sealed("1.2.3", "flock lockkit", "flock"), "block failed"},
		"torn":             {strings.Replace(whole, blockEnd, "", 1), "block failed"},
		"older":            {sealed("0.0.1", "\nunlock() ", "\n\nunlock() "), "block ok, lint ok"},
		"no function":      {sealed("0.0.1", "\nunlock() ", "\nunlocked() "), "functions failed"},
		"does more":        {sealed("0.0.1", "\nunlock() ", "\ntouch /tmp/x\nunlock() "), "definitions failed"},
		"sets a name":      {sealed("0.0.1", "\nunlock() ", "\nPATH=/bin\nunlock() "), "definitions failed"},
		"writes":           {sealed("0.0.1", "\nunlock() ", "\n: >/tmp/x\nunlock() "), "definitions failed"},
		"lint, inside":     {sealed("0.0.1", "\nunlock() ", "\n__lockkit_x() { exec 9>/run/x; flock -n 9; date >>/run/y; }\n__lockkit_x\nunlock() "), "lint failed"},
		"lint, outside":    {whole + "exec 9>/run/x; flock 9; date >>/run/y\n", "lint failed"},
		"prove":            {whole + "[ -e /run/x ] && exit\ntouch /run/x; date >>/run/y; rm /run/x\n", "prove failed"},
		"neither":          {"#!/bin/bash\necho a\n", "block failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outcomes(t, tt.text, tt.want)
		})
	}
}

func TestValidatePrinted(t *testing.T) {
	text, err := Init("bash", Options{Version: "1.2.3", Prefix: "my_"})
	if err != nil {
		t.Fatal(err)
	}
	outcomes(t, string(text), "parses ok, block ok, functions ok, definitions ok, lint ok, bodies ok")
	outcomes(t, strings.Replace(string(text), "1.2.3", "0.0.1", 1), "block unknown")
	outcomes(t, string(text)+":\n", "block failed")
}

// outcomes sees that Validate says what is in want, among other things.
func outcomes(t *testing.T, text, want string) {
	t.Helper()
	got := map[string]Check{}
	for _, c := range Validate(script(t, text), "1.2.3") {
		got[c.What] = c
	}
	for _, pair := range strings.Split(want, ", ") {
		what, outcome, _ := strings.Cut(pair, " ")
		if c := got[what]; c.What == "" || c.Outcome.String() != outcome {
			t.Errorf("%s: %s %q, want %s", what, c.Outcome, c.Text, outcome)
		}
	}
}

// TestFilesUsed: each part
// belongs to a shell.
func TestFilesUsed(t *testing.T) {
	used := map[string]bool{}
	for _, d := range dialects {
		for _, list := range [][]string{d.parts, d.lesser, d.loadable} {
			for _, name := range list {
				used[name] = true
			}
		}
	}
	found, err := filepath.Glob("*/*sh")
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	for _, name := range found {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() && !used[filepath.ToSlash(name)] {
			t.Errorf("%s belongs to no shell", name)
		}
	}
}
