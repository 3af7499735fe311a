//go:build tool

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// packages makes those of Debian, Red Hat and Alpine, with nfpm.
func (d *dist) packages(t target, tree string) error {
	for _, format := range []string{"deb", "rpm", "apk"} {
		if err := d.packed(format, t, tree); err != nil {
			return fmt.Errorf("%s: %w", format, err)
		}
	}
	return nil
}

func (d *dist) packed(format string, t target, tree string) error {
	root := filepath.Join(d.stages, d.name, format+"-"+t.arch)
	if err := d.unfold(format, t, tree, root); err != nil {
		return err
	}
	if format == "deb" {
		if err := d.debianChangelog(root); err != nil {
			return err
		}
	}
	text, err := d.recipe(format, t, root)
	if err != nil {
		return err
	}
	config := root + ".yaml"
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return err
	}
	date := fmt.Sprintf("SOURCE_DATE_EPOCH=%d", d.date.Unix())
	return command([]string{date}, d.nfpm, "package", "--config", config, "--packager", format, "--target", filepath.Join(d.out, d.title(t)+"."+format))
}

// unfold lays out what a package has below /: pages are compressed, and for Alpine the
// builtins are those for its own library.
func (d *dist) unfold(format string, t target, tree, root string) error {
	err := filepath.WalkDir(tree, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		below, err := filepath.Rel(tree, path)
		if err != nil {
			return err
		}
		to := filepath.Join(root, "usr", below)
		switch {
		case strings.HasPrefix(below, "share/man/"):
			return zipped(path, to+".gz")
		case format == "deb" && below == "share/doc/"+d.name+"/LICENSE":
			return copyFile(path, filepath.Join(filepath.Dir(to), "copyright"), 0o644)
		case format == "deb" && below == "share/doc/"+d.name+"/CHANGELOG.md":
			return zipped(path, filepath.Join(filepath.Dir(to), "changelog.gz"))
		case format == "deb" && below == "share/zsh/site-functions/_lockkit":
			to = filepath.Join(root, "usr/share/zsh/vendor-completions/_lockkit")
		}
		mode := os.FileMode(0o644)
		if strings.HasPrefix(below, "bin/") {
			mode = 0o755
		}
		return copyFile(path, to, mode)
	})
	if err == nil && format == "apk" && d.whole {
		return d.loadable(t, filepath.Join(root, "usr/lib/lockkit/lockkit.so"), musls)
	}
	return err
}

// recipe is what nfpm is told.
func (d *dist) recipe(format string, t target, root string) (string, error) {
	version := d.packageVersion(format)
	var b strings.Builder
	fmt.Fprintf(&b, `name: %s
arch: %s
platform: linux
version: %q
version_schema: none
release: %q
maintainer: %s
description: |
%s%shomepage: https://github.com/lockkit/lockkit
license: MIT
section: utils
priority: optional
mtime: %q
rpm:
  group: Applications/System
  compression: gzip
  buildhost: localhost
contents:
`, d.name, t.arch, version, releases[format], maintainer, d.description(format), d.relations(), d.date.Format("2006-01-02T15:04:05Z"))
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		below, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		mode := 0o644
		if strings.HasPrefix(below, "usr/bin/") {
			mode = 0o755
		}
		fmt.Fprintf(&b, "  - {src: %q, dst: %q, file_info: {mode: %#o}}\n", path, "/"+below, mode)
		return nil
	})
	return b.String(), err
}

// packageVersion is the version as a package has it. One on the way to a release sorts
// before it; what stands behind a plus is no version for Alpine, which has the date of the
// commit instead.
func (d *dist) packageVersion(format string) string {
	number, build, _ := strings.Cut(d.version, "+")
	number, before, _ := strings.Cut(number, "-")
	version := number
	switch {
	case format == "apk" && before != "":
		version += "_pre" + d.date.Format("20060102")
	case format != "apk" && before != "":
		version += "~" + strings.ReplaceAll(before, "-", ".")
	}
	if format != "apk" && build != "" {
		version += "+" + build
	}
	return version
}

// debianChangelog is that of the package, beside the program's own.
func (d *dist) debianChangelog(root string) error {
	from := filepath.Join(d.stages, d.name+".changelog")
	text := fmt.Sprintf("%s (%s-%s) unstable; urgency=low\n\n  * Made of the source; see changelog.gz.\n\n -- %s  %s\n",
		d.name, d.packageVersion("deb"), releases["deb"], maintainer, d.date.Format(time.RFC1123Z))
	if err := os.WriteFile(from, []byte(text), 0o644); err != nil {
		return err
	}
	return zipped(from, filepath.Join(root, "usr/share/doc", d.name, "changelog.Debian.gz"))
}

const maintainer = "the lockkit authors <lockkit@users.noreply.github.com>"

// releases are the numbers of a package of one version.
var releases = map[string]string{"deb": "1", "rpm": "1", "apk": "r0"}

// description is one line for Alpine, and for the others a line with more below it.
func (p product) description(format string) string {
	text := "  " + p.summary + "\n"
	if format != "apk" {
		text += "  " + strings.ReplaceAll(p.more, "\n", "\n  ") + "\n"
	}
	return text
}

func (p product) relations() string {
	if len(p.needs) == 0 {
		return ""
	}
	return "depends: [" + strings.Join(p.needs, ", ") + "]\n"
}
