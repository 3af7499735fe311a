package against

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coreos/go-systemd/v22/unit"

	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/source"
)

// TestUnits reads the units of this machine, and those below the folder that AGAINST names,
// with both readers: of commands without quotes, escapes and variables the words are the
// same ones.
func TestUnits(t *testing.T) {
	dirs := []string{"/lib/systemd/system", "/usr/lib/systemd/user"}
	if dir := os.Getenv("AGAINST"); dir != "" {
		dirs = append(dirs, dir)
	}
	files, commands := 0, 0
	for _, dir := range dirs {
		filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() || filepath.Ext(name) != ".service" {
				return nil
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return nil
			}
			options, err := unit.DeserializeOptions(strings.NewReader(string(data)))
			if err != nil {
				return nil
			}
			f, err := source.New(name, data)
			if err != nil {
				return nil
			}
			kind := hosts.Sniff(name, data, true)
			if kind == nil {
				return nil
			}
			texts, err := hosts.Read(kind, f)
			if err != nil {
				t.Errorf("the library reads it, and we say %v", err)
				return nil
			}
			files++
			var ours []string
			for _, text := range texts {
				ours = append(ours, written(text))
			}
			for _, o := range options {
				want := words(strings.TrimLeft(strings.ReplaceAll(o.Value, "\\\n", " "), "@-:+!"))
				if !strings.HasPrefix(o.Name, "Exec") || o.Name == "Exec" || want == "" || strings.HasPrefix(o.Value, "@") || strings.ContainsAny(want, "\"'\\$%;*(){}[]<>=&|~?!#`^") {
					continue
				}
				commands++
				if index(ours, want) < 0 {
					t.Errorf("%s: not found: %s\nin %q", name, want, ours)
				}
			}
			return nil
		})
	}
	t.Log(files, "units,", commands, "commands")
}
