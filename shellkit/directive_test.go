package shellkit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// faulty has one fault in each of two commands that have nothing else in common.
const faulty = `#!/bin/bash
%s
exec 9>/run/lock/x.lock
%s
flock -n 9
work
%s
rm -f /run/lock/x.lock
`

// said lists findings as "line:code".
func said(list []diag.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, fmt.Sprintf("%d:%s", f.Span.Start.Line, f.Rule.Code))
	}
	return strings.Join(out, " ")
}

func load(t *testing.T, name, text string, libraries ...*source.File) *Script {
	t.Helper()
	f, err := source.New(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(f, source.Other, func(path string) (*source.File, error) {
		for _, lib := range libraries {
			if lib.Name == path {
				return lib, nil
			}
		}
		return nil, fmt.Errorf("no file %s", path)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// 4: a directive silences the command that it stands before, or the whole script
// before the first command; one that silences nothing is itself reported.
func TestDirectives(t *testing.T) {
	for name, c := range map[string]struct{ top, flock, rm, want string }{
		"none":                      {"", "", "", "5:LK201 8:LK301"},
		"before a command":          {"", "# lockkit disable=LK201", "", "8:LK301"},
		"by slug":                   {"", "", "# lockkit disable=unlink-while-locked -- it is mine", "5:LK201"},
		"file-wide":                 {"# lockkit disable=LK201,LK301 -- why not", "", "", ""},
		"small letters":             {"# lockkit disable=lk201,lk301", "", "", ""},
		"before another command":    {"", "# lockkit disable=LK301", "", "4:LK901 5:LK201 8:LK301"},
		"twice":                     {"# lockkit disable=LK201", "# lockkit disable=LK201", "", "8:LK301"},
		"half of it useless":        {"", "# lockkit disable=LK201,LK604", "", "4:LK901 8:LK301"},
		"unknown code":              {"", "# lockkit disable=LK201,LK999", "", "4:LK901 8:LK301"},
		"code of another tool":      {"# lockkit disable=SC2086", "", "", "2:LK901 5:LK201 8:LK301"},
		"blank between codes":       {"", "# lockkit disable=LK301, LK201", "", "4:LK901 5:LK201 8:LK301"},
		"colon for equals sign":     {"# lockkit disable: LK201", "", "", "2:LK901 5:LK201 8:LK301"},
		"at the end of a line":      {"", ": # lockkit disable=LK201", "", "4:LK901 5:LK201 8:LK301"},
		"with a shell":              {"# lockkit shell=bash disable=LK201,LK301", "", "", ""},
		"only a shell":              {"# lockkit shell=bash; does not disable", "", "", "5:LK201 8:LK301"},
		"prose":                     {"# lockkit cannot disable this", "", "", "5:LK201 8:LK301"},
		"all":                       {"# lockkit disable=all -- not mine", "", "", ""},
		"all of a command":          {"", "# lockkit disable=all", "", "8:LK301"},
		"all of nothing":            {"", "", "# lockkit disable=all\n:", "5:LK201 7:LK901 9:LK301"},
		"all and one":               {"", "# lockkit disable=all,LK201", "", "8:LK301"},
		"all, file-wide, idle":      {"# lockkit disable=all", "", "# lockkit disable=LK604\n:", ""},
		"behind a command":          {"", "flock -n 9 # lockkit disable=LK201", "", "5:LK201 8:LK301"},
		"behind, of another rule":   {"", "flock -n 9 # lockkit disable=LK301", "", "4:LK201 4:LK901 5:LK201 8:LK301"},
		"another word":              {"# lockkit ignore=LK201", "", "", "2:LK901 5:LK201 8:LK301"},
		"misspelt":                  {"# lockkit disabel=LK201", "", "", "2:LK901 5:LK201 8:LK301"},
		"with a capital":            {"# lockkit Disable=LK201", "", "", "2:LK901 5:LK201 8:LK301"},
		"with a colon":              {"# lockkit: disable=LK201,LK301", "", "", "2:LK901"},
		"blanks around =":           {"# lockkit disable = LK201", "", "", "2:LK901 5:LK201 8:LK301"},
		"unknown shell":             {"# lockkit shell=bosh", "", "", "2:LK901 5:LK201 8:LK301"},
		"empty":                     {"# lockkit disable=", "", "", "2:LK901 5:LK201 8:LK301"},
		"itself":                    {"# lockkit disable=LK901,LK604", "", "", "5:LK201 8:LK301"},
		"itself, and nothing to do": {"# lockkit disable=LK901", "", "", "5:LK201 8:LK301"},
	} {
		s := load(t, "x.sh", fmt.Sprintf(faulty, c.top, c.flock, c.rm))
		if got := said(Check(s)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A rule that was not asked for is no reason to call a directive useless.
func TestDirectiveForRuleLeftOut(t *testing.T) {
	s := load(t, "x.sh", "#!/bin/bash\n# lockkit disable=LK604\ntrue\n")
	for name, c := range map[string]struct {
		settings []Setting
		want     string
	}{
		"asked":        {nil, "LK604"},
		"left out":     {[]Setting{{"exclude", "LK604"}}, ""},
		"not included": {[]Setting{{"include", "LK201,LK901"}}, ""},
		"itself out":   {[]Setting{{"exclude", "LK901"}}, ""},
		"too light":    {[]Setting{{"severity", "warning"}}, ""},
	} {
		set := DefaultSettings()
		if err := set.Apply(c.settings...); err != nil {
			t.Fatal(err)
		}
		all := newGathering(nil)
		all.add(examine(s, &set))
		found, _ := all.conclude(nil)
		if (len(found) > 0) != (c.want != "") || c.want != "" && !strings.HasPrefix(found[0].Message, c.want+" ") {
			t.Errorf("%s: %v, want %q", name, found, c.want)
		}
	}
}

// The page of LK901 is executed here: its findings are made here.
func TestUnusedDirectivePage(t *testing.T) {
	for _, e := range rules.ByName("LK901").Examples() {
		s := load(t, "x."+string(e.Dialect), e.Text)
		got := map[int][]string{}
		for _, f := range Check(s) {
			got[f.Span.Start.Line] = append(got[f.Span.Start.Line], f.Rule.Code)
		}
		for line := 1; line <= s.File.Lines(); line++ {
			if !slices.Equal(got[line], e.Want[line]) {
				t.Errorf("%s, line %d: found %v, want %v", e.Section, e.Line+line-1, got[line], e.Want[line])
			}
		}
	}
}

const library = `take() {
	exec 9>/run/lock/x.lock
	%s
	flock -n 9
}
`

// A fault in a sourced file is silenced there, for all who source it, and is one
// finding however many do.
func TestDirectiveInSourcedFile(t *testing.T) {
	for name, c := range map[string]struct{ directive, want string }{
		"none":    {"", "4:LK201"},
		"used":    {"# lockkit disable=LK201", ""},
		"useless": {"# lockkit disable=LK301", "3:LK901 4:LK201"},
	} {
		lib, err := source.New("lib.sh", []byte(fmt.Sprintf(library, c.directive)))
		if err != nil {
			t.Fatal(err)
		}
		caller := "#!/bin/bash\n. ./lib.sh\ntake\nwork\nflock -u 9\n"
		scripts := []*Script{load(t, "a.sh", caller, lib), load(t, "b.sh", caller, lib), load(t, "lib.sh", string(lib.Data))}
		if got := said(Check(scripts...)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func FuzzDirective(f *testing.F) {
	f.Add("disable=LK301,unlink-while-locked -- why")
	f.Add("disable=,, shell=x disable")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := source.New("x", []byte("# lockkit "+text+"\nflock -n 9\n"))
		if err != nil {
			t.Skip()
		}
		set := DefaultSettings()
		for _, d := range directives(file, source.Bash) {
			if len(d.used) != len(d.rules) {
				t.Fatalf("%d uses for %d rules", len(d.used), len(d.rules))
			}
			if f, ok := d.useless(&set); ok && (f.Message == "" || f.Span != d.Span) {
				t.Errorf("finding %+v", f)
			}
		}
	})
}
