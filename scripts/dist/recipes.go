//go:build tool

package main

import (
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// recipes makes the archive of the source, and the formula for Homebrew and the APKBUILD,
// which compile it: those of scripts/packages with version and checksums put in. Where git
// does not know the source there are none.
func (d *dist) recipes() error {
	name := "lockkit-" + d.version
	commit := d.version[strings.LastIndexByte(d.version, '+')+1:]
	if strings.HasSuffix(commit, ".dirty") || exec.Command("git", "rev-parse", "HEAD").Run() != nil {
		return nil
	}
	path := filepath.Join(d.out, name+"-source.tar.gz")
	if err := command(nil, "git", "-c", "tar.tar.gz.command=gzip -9 -n", "archive", "--format=tar.gz", "--prefix="+name+"/", "-o", path, "HEAD"); err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fill := strings.NewReplacer(
		"@VERSION@", d.version,
		"@APKVERSION@", strings.Split(strings.Split(d.version, "+")[0], "-")[0],
		"@SHA256@", fmt.Sprintf("%x", sha256.Sum256(data)),
		"@SHA512@", fmt.Sprintf("%x", sha512.Sum512(data)),
	)
	for _, name := range []string{"lockkit.rb", "APKBUILD"} {
		text, err := os.ReadFile(filepath.Join("scripts/packages", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(d.out, name), []byte(fill.Replace(string(text))), 0o644); err != nil {
			return err
		}
	}
	return nil
}
