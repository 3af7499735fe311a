// Package against holds the readers of hosts against the libraries that those who run these
// files have: the parser of Docker's builder and systemd's unit reader in Go. It is a module
// of its own, because what they bring with them is out of all proportion. Its test is run by
// hand: go test in this folder.
package against

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/source"
)

// TestDockerfiles reads the Dockerfiles of testdata, and those below the folder that
// AGAINST names, with both readers: the commands in them are the same ones, word for word.
func TestDockerfiles(t *testing.T) {
	files := map[string][]byte{}
	archive, err := txtar.ParseFile("../testdata/dockerfile.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		files[archive.Files[i].Name] = []byte(strings.NewReplacer("<CR>", "\r").Replace(string(archive.Files[i].Data)))
	}
	if dir := os.Getenv("AGAINST"); dir != "" {
		filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() && strings.HasPrefix(entry.Name(), "Dockerfile") {
				if data, err := os.ReadFile(name); err == nil {
					files[name] = data
				}
			}
			return nil
		})
	}
	read := 0
	for name, data := range files {
		theirs, ok := docker(data)
		if !ok {
			continue // Docker refuses it
		}
		f, err := source.New(name, data)
		if err != nil {
			continue
		}
		kind := hosts.Sniff("Dockerfile", data, true)
		texts, err := hosts.Read(kind, f)
		if err != nil && strings.HasPrefix(name, "wrong") {
			continue // Docker's parser takes any word for an instruction, and refuses it later
		}
		if err != nil {
			t.Errorf("%s: Docker reads it, and we say %v", name, err)
			continue
		}
		read++
		var ours []string
		for _, text := range texts {
			ours = append(ours, written(text))
		}
		for _, want := range theirs {
			if len(ours) > 0 && ours[0] == want {
				ours = ours[1:]
			} else if i := index(ours, want); i >= 0 {
				ours = ours[i+1:] // those between are in JSON, or of another shell
			} else {
				t.Errorf("%s: not found:\n%s\nin %q", name, want, ours)
			}
		}
	}
	t.Log(read, "Dockerfiles")
}

// docker lists the commands of a Dockerfile that a shell is given.
func docker(data []byte) (out []string, ok bool) {
	tree, err := parser.Parse(strings.NewReader(string(data)))
	if err != nil {
		return nil, false
	}
	alien := false
	for _, n := range tree.AST.Children {
		at := n
		word := strings.ToUpper(at.Value)
		if word == "ONBUILD" && at.Next != nil && len(at.Next.Children) > 0 {
			at = at.Next.Children[0]
			word = strings.ToUpper(at.Value)
		}
		switch {
		case word == "FROM" && at.Next != nil:
			alien = strings.Contains(at.Next.Value, "windows") || strings.Contains(at.Next.Value, "nanoserver")
		case word == "SHELL":
			alien = at.Next != nil && (strings.Contains(at.Next.Value, "powershell") || strings.Contains(at.Next.Value, "pwsh") || strings.Contains(at.Next.Value, "cmd"))
		case word != "RUN" && word != "CMD" && word != "ENTRYPOINT", at.Attributes["json"], alien, at.Next == nil:
		default:
			text := at.Next.Value
			if len(at.Heredocs) == 1 && strings.HasPrefix(text, "<<") && !strings.ContainsAny(strings.TrimSpace(text), " \t") {
				text = at.Heredocs[0].Content
				if first, _, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "#!") && !strings.Contains(first, "sh") {
					continue // no shell
				}
			} else {
				for _, here := range at.Heredocs {
					text += "\n" + here.Content + here.Name
				}
			}
			if text = words(text); text != "" {
				out = append(out, text)
			}
		}
	}
	return out, true
}

// written is a text without what the host does not have.
func written(t *hosts.Text) string {
	var kept []string
	for line := range strings.Lines(string(t.Written().Data)) {
		if !strings.HasPrefix(line, "# lockkit ") {
			kept = append(kept, line)
		}
	}
	return words(strings.Join(kept, ""))
}

// words is a text with its blanks made alike.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

func index(list []string, s string) int {
	for i, one := range list {
		if one == s {
			return i
		}
	}
	return -1
}
