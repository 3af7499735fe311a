package hosts

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lockkit/lockkit/shellkit/source"
)

var update = flag.Bool("u", false, "rewrite what testdata wants")

// TestTexts reads the hosts of testdata. Behind each host stands what is taken out of it:
// the shell, then line by line the text and where its first byte stands.
func TestTexts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			changed := false
			for i := 0; i+1 < len(archive.Files); i += 2 {
				host, want := archive.Files[i], &archive.Files[i+1]
				if want.Name != "texts" {
					t.Fatalf("%s: behind a host stands what its texts are", want.Name)
				}
				got := told(t, host.Name, unescaped(host.Data))
				if got != string(want.Data) && *update {
					want.Data, changed = []byte(got), true
				} else if got != string(want.Data) {
					t.Errorf("%s: got\n%s\nwant\n%s", host.Name, got, want.Data)
				}
			}
			if changed {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// unescaped lets a host in testdata have the bytes that an editor would not keep.
func unescaped(data []byte) []byte {
	return []byte(strings.NewReplacer("<CR>", "\r", "<TAB>", "\t", "<NUL>", "\x00", "<BLANK>", " ").Replace(string(data)))
}

func told(t *testing.T, name string, data []byte) string {
	t.Helper()
	f, err := source.New(name, data)
	if err != nil {
		return err.Error() + "\n"
	}
	kind := Sniff(name, data, true)
	if kind == nil {
		return "no host\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", kind.Name)
	texts, err := Read(kind, f)
	if err != nil {
		fmt.Fprintf(&b, "error: %s\n", err)
	}
	for _, text := range texts {
		holdPlaces(t, text)
		setup := strings.Split(strings.TrimSuffix(string(text.Script.Data[:text.setup]), "\n"), "\n")
		fmt.Fprintf(&b, "== line %d: %s\n", text.Line(), strings.Join(setup, "; "))
		at := text.setup
		for line := range strings.Lines(string(text.Script.Data[text.setup:])) {
			fmt.Fprintf(&b, "%s| %s\n", f.Pos(text.at(at)), strings.TrimSuffix(line, "\n"))
			at += len(line)
		}
	}
	return b.String()
}

// holdPlaces holds of every byte of a text that it stands in the host, and that what is
// copied is what stands there.
func holdPlaces(t *testing.T, text *Text) {
	t.Helper()
	p := text.places
	if len(p.data) != len(p.from) || len(p.data) != len(p.to) {
		t.Fatalf("%d bytes with %d and %d places", len(p.data), len(p.from), len(p.to))
	}
	for i := range p.data {
		if p.from[i] < 0 || p.from[i] > p.to[i] || int(p.to[i]) > len(text.Host.Data) {
			t.Fatalf("byte %d stands at %d to %d of %d", i, p.from[i], p.to[i], len(text.Host.Data))
		}
	}
	end := text.Script.Pos(len(text.Script.Data))
	whole := text.Place(source.Span{File: text.Script.Name, Start: text.Script.Pos(0), End: end})
	if whole.End.Before(whole.Start) || whole.End.Offset > len(text.Host.Data) {
		t.Fatalf("the whole text stands at %v to %v", whole.Start, whole.End)
	}
}

// TestMayHost holds that the names of all hosts are among those that are looked at, and that
// others are not even opened.
func TestMayHost(t *testing.T) {
	for _, name := range strings.Fields(`crontab etc/crontab a.cron a.crontab pkg.cron.d etc/cron.d/job var/spool/cron/root
		var/spool/cron/crontabs/me a.service a@.service a.timer a.socket a.mount a.service.in x.service.d/override.conf
		.github/workflows/a.yml .gitea/workflows/a.yaml action.yml action.yaml .gitlab-ci.yml x.gitlab-ci.yml .gitlab/ci/a.yml
		Dockerfile Dockerfile.dev a.dockerfile a.Dockerfile Containerfile Dockerfile-dev Makefile makefile GNUmakefile
		BSDmakefile Makefile.am Makefile.in a.mk a.mak a.make site.yml roles/x/tasks/main.yml`) {
		if !MayHost(name) {
			t.Errorf("%s is passed over", name)
		}
	}
	for _, name := range strings.Fields(`a.go a.py notes.txt script.sh cronjob dockerfiles/readme.md a.servicex etc/cron.daily/x Dockerfile.md Makefile.sh
		crontab.j2 a.service.bak`) {
		if MayHost(name) {
			t.Errorf("%s is opened", name)
		}
	}
}

// FuzzRead holds that no bytes make a reader panic, whatever kind of host they are taken
// for: a host has texts with places in it, or a clear error.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i+1 < len(archive.Files); i += 2 {
			data := unescaped(archive.Files[i].Data)
			for k := range kinds {
				f.Add(k, data)
				f.Add(k, data[:len(data)*2/3]) // cut off
			}
		}
	}
	f.Fuzz(func(t *testing.T, k int, data []byte) {
		if k < 0 || k >= len(kinds) {
			return
		}
		file, err := source.New("host", data)
		if err != nil {
			return
		}
		texts, err := Read(kinds[k], file)
		var clear *Error
		if err != nil && err != ErrOtherLanguages && (!errors.As(err, &clear) || clear.Text == "" || clear.Span.Start.Offset > len(data)) {
			t.Fatalf("%v is no clear error", err)
		}
		for _, text := range texts {
			holdPlaces(t, text)
		}
	})
}
