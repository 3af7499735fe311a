//go:build tool

package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/lockkit/lockkit/shellkit/cli"
	"github.com/lockkit/lockkit/shellkit/manual"
)

// target is a system and a processor, as Go names them.
type target struct{ system, arch string }

// stage lays out what is installed below a prefix, in a folder, and finds the version out.
func (d *dist) stage(t target) (string, error) {
	tree := filepath.Join(d.stages, d.name, t.system+"-"+t.arch)
	binary := filepath.Join(tree, "bin", d.name)
	if err := d.compile(t, binary); err != nil {
		return "", err
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "", err
	}
	d.version = cli.VersionOf(info)
	parts := []func(string) error{d.pages, completions, assertions, d.documents}
	if !d.whole {
		parts = []func(string) error{d.documents}
	}
	for _, put := range parts {
		if err := put(tree); err != nil {
			return "", err
		}
	}
	if !d.whole {
		return tree, nil
	}
	return tree, d.loadable(t, filepath.Join(tree, "lib/lockkit/lockkit.so"), compilers)
}

// compile makes the binary, or copies the one that was given.
func (d *dist) compile(t target, path string) error {
	if d.binary != "" {
		return copyFile(d.binary, path, 0o755)
	}
	stamp := "-buildvcs=false"
	if exec.Command("git", "rev-parse", "HEAD").Run() == nil {
		stamp = "-buildvcs=true"
	}
	environment := []string{"CGO_ENABLED=0", "GOOS=" + t.system, "GOARCH=" + t.arch}
	path, err := filepath.Abs(path) // -C is another folder
	if err != nil {
		return err
	}
	return command(environment, "go", "build", "-C", d.module, "-trimpath", stamp, "-ldflags=-s -w", "-o", path, d.program)
}

// pages writes the manual.
func (d *dist) pages(tree string) error {
	pages, err := cli.Manual()
	if err != nil {
		return err
	}
	for _, p := range pages {
		f, err := create(filepath.Join(tree, "share/man/man"+p.Section, p.Name+"."+p.Section))
		if err != nil {
			return err
		}
		if err := manual.Roff(f, p, d.version, d.date); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// completions are put where each shell looks for them.
func completions(tree string) error {
	for from, to := range map[string]string{
		"bash": "share/bash-completion/completions/lockkit",
		"zsh":  "share/zsh/site-functions/_lockkit",
		"fish": "share/fish/vendor_completions.d/lockkit.fish",
	} {
		if err := copyFile("shellkit/cli/complete/lockkit."+from, filepath.Join(tree, to), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// assertions are the library for bats, where bats looks for it.
func assertions(tree string) error {
	return copyFile("bats/lockkit/load.bash", filepath.Join(tree, "lib/bats/lockkit/load.bash"), 0o644)
}

func (d *dist) documents(tree string) error {
	list := []string{"LICENSE", "CHANGELOG.md"}
	if d.whole {
		list = append(list, "README.md")
	}
	for _, name := range list {
		if err := copyFile(name, filepath.Join(tree, "share/doc", d.name, name), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compilers are those for the builtins of bash, by target; the first that is there is
// used. musls are the same for systems whose library is musl, as Alpine.
var (
	compilers = map[target][]string{
		{"linux", "amd64"}: {"x86_64-linux-gnu-gcc", "gcc"},
		{"linux", "arm64"}: {"aarch64-linux-gnu-gcc"},
	}
	musls = map[target][]string{
		{"linux", "amd64"}: {"x86_64-linux-musl-gcc", "musl-gcc"},
		{"linux", "arm64"}: {"aarch64-linux-musl-gcc"},
	}
)

// loadable compiles the builtins for bash where there is a compiler for the target, and
// says where there is none: lockkit does without them.
func (d *dist) loadable(t target, path string, by map[target][]string) error {
	os.Remove(path)
	for _, name := range by[t] {
		if name == "gcc" && runtime.GOARCH != t.arch {
			continue
		}
		if _, err := exec.LookPath(name); err != nil {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return command(nil, name, "-shared", "-fPIC", "-O2", "-s", "-o", path, "shellkit/loadable/lockkit.c", "-lrt")
	}
	if len(by[t]) > 0 {
		fmt.Fprintf(os.Stderr, "dist: no %s here: %s/%s is made without the builtins for bash\n", by[t][0], t.system, t.arch)
	}
	return nil
}

func create(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.Create(path)
}

func copyFile(from, to string, mode os.FileMode) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(to, data, mode); err != nil {
		return err
	}
	return os.Chmod(to, mode)
}
