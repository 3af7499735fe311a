package cli

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/manual"
)

func allPages(t *testing.T) []*manual.Page {
	t.Helper()
	pages, err := Manual()
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// TestManualIsComplete: each command has a page, and each page what people look for.
func TestManualIsComplete(t *testing.T) {
	var names []string
	for _, p := range allPages(t) {
		names = append(names, p.Name+"."+p.Section)
		wanted := []string{"SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"}
		switch p.Section {
		case "5":
			wanted = []string{"SYNOPSIS", "DESCRIPTION", "FILES", "EXAMPLES", "SEE ALSO"}
		case "7":
			wanted = []string{"DESCRIPTION", "EXAMPLES", "SEE ALSO"}
		}
		at := -1
		for _, heading := range wanted {
			now := slices.IndexFunc(p.Sections, func(s manual.Section) bool { return s.Heading == heading && len(s.Blocks) > 0 })
			if now <= at {
				t.Errorf("%s(%s): %s is missing or in another place", p.Name, p.Section, heading)
			}
			at = now
		}
		if p.Title == "" || strings.HasSuffix(p.Title, ".") {
			t.Errorf("%s(%s): the title is %q", p.Name, p.Section, p.Title)
		}
	}
	for _, cmd := range visible(tree()) {
		if name := pageName(cmd) + ".1"; !slices.Contains(names, name) {
			t.Errorf("there is no page %s", name)
		}
	}
	for _, name := range append(manual.Names(), "with_lock.1", "lock_fd.1", "unlock.1", "lockkitrc.5", "lockkit-rules.7", "lockkit-functions.7", "lockkit-bats.7") {
		if !slices.Contains(names, name) {
			t.Errorf("%s is a page of no command and has no title", name)
		}
	}
}

// TestManualKnowsAllSettings: lockkitrc(5) has each key that a file may set.
func TestManualKnowsAllSettings(t *testing.T) {
	_, err := shellkit.ParseConfig("x", []byte("frob=1"))
	var setting *shellkit.SettingError
	if !errors.As(err, &setting) {
		t.Fatalf("%v is no fault of a setting", err)
	}
	p, err := manual.Topic("lockkitrc")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, b := range p.Find("KEYS").Blocks {
		told = append(told, strings.Trim(b.Term, "`"))
	}
	keys := strings.Split(strings.TrimPrefix(setting.Hint, "known are "), ", ")
	slices.Sort(keys)
	if slices.Sort(told); !slices.Equal(told, keys) {
		t.Errorf("the page tells of %q, and there are %q", told, keys)
	}
}

// TestManualFollowsHelp: what a page says of options and exit status is in the help.
func TestManualFollowsHelp(t *testing.T) {
	for _, cmd := range visible(tree()) {
		var out bytes.Buffer
		cmd.SetOut(&out)
		help(cmd, nil)
		text := strings.Join(strings.Fields(out.String()), " ")
		p, err := commandPage(cmd)
		if err != nil {
			t.Fatal(err)
		}
		options := 0
		for _, b := range p.Find("OPTIONS").Blocks {
			term := strings.Split(strings.ReplaceAll(b.Term, "`", ""), " ")
			if options++; !strings.Contains(text, strings.Join(term[:1], " ")) || !strings.Contains(text, strings.Fields(b.Text)[0]) {
				t.Errorf("%s: the help does not know %s", p.Name, b.Term)
			}
		}
		if n := strings.Count(out.String(), "\n  -") + strings.Count(out.String(), "\n      --"); n != options {
			t.Errorf("%s: the help has %d options, the page %d", p.Name, n, options)
		}
		if s := p.Find("EXIT STATUS"); s == nil || len(s.Blocks) < 2 {
			t.Errorf("%s: the exit status is told in less than two items: %v", p.Name, s)
		} else {
			for _, b := range s.Blocks {
				if b.Kind == manual.Item && (b.Text == "" || !strings.Contains(text, b.Text)) && b.Term != "`other`" {
					t.Errorf("%s: the help does not say %s %q", p.Name, b.Term, b.Text)
				}
			}
		}
	}
}

// TestManualIsWellFormed lets the tools that show pages look for faults.
func TestManualIsWellFormed(t *testing.T) {
	dir := t.TempDir()
	for _, p := range allPages(t) {
		name := filepath.Join(dir, p.Name+"."+p.Section)
		var one, other bytes.Buffer
		for _, b := range []*bytes.Buffer{&one, &other} {
			if err := manual.Roff(b, p, "1.2.3", time.Unix(1e9, 0)); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(one.Bytes(), other.Bytes()) {
			t.Errorf("%s: the same page is written in two ways", name)
		}
		if err := os.WriteFile(name, one.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Log("mandoc is not here")
	} else if out, err := exec.Command("sh", "-c", `mandoc -T lint -W style "$1"/*`, "sh", dir).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("mandoc: %v\n%s", err, out)
	}
	if _, err := exec.LookPath("groff"); err != nil {
		t.Log("groff is not here")
	} else if out, err := exec.Command("sh", "-c", `for page in "$1"/*; do groff -Kutf8 -ww -mandoc -Tutf8 "$page" 2>&1 >/dev/null; done`, "sh", dir).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("groff: %v\n%s", err, out)
	}
}
