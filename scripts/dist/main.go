//go:build tool

// Command dist makes what is handed out: archives, packages, their contents as SBOMs, and
// checksums. The same commit with the same tools gives the same bytes: every date in it is
// SOURCE_DATE_EPOCH, or that of the commit.
//
//	dist [-targets linux/amd64,…] [-nfpm PROGRAM] [-lockkit FILE] FOLDER
//
// Without -nfpm no packages are made. With -lockkit the binary is FILE instead of being
// compiled, for one target alone.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// targets are the systems that lockkit is handed out for.
const targets = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,freebsd/amd64,freebsd/arm64"

// dist is one run.
type dist struct {
	out     string // the folder for what is made
	stages  string // a folder for what goes into it, which is gone afterwards
	date    time.Time
	nfpm    string
	binary  string // instead of compiling one
	version string
	product // the one that is made just now
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("dist: ")
	d := &dist{}
	list := flag.String("targets", targets, "systems, as linux/amd64, with commas between")
	flag.StringVar(&d.nfpm, "nfpm", "", "the nfpm that makes packages")
	flag.StringVar(&d.binary, "lockkit", "", "a lockkit that is there already")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: dist [-targets LIST] [-nfpm PROGRAM] [-lockkit FILE] FOLDER")
	}
	d.out = flag.Arg(0)
	if err := d.run(strings.Split(*list, ",")); err != nil {
		log.Fatal(err)
	}
}

func (d *dist) run(list []string) (err error) {
	if d.date, err = sourceDate(); err != nil {
		return err
	}
	if d.stages, err = os.MkdirTemp("", "lockkit-dist"); err != nil {
		return err
	}
	defer os.RemoveAll(d.stages)
	if err := os.RemoveAll(d.out); err != nil {
		return err
	}
	if err := os.MkdirAll(d.out, 0o755); err != nil {
		return err
	}
	all := known()
	if d.binary != "" {
		all = all[:1]
	}
	for _, d.product = range all {
		for _, name := range list {
			system, arch, ok := strings.Cut(name, "/")
			if !ok {
				return fmt.Errorf("%q is no target: it has the form linux/amd64", name)
			}
			if d.only != "" && d.only != system {
				continue
			}
			if err := d.target(target{system, arch}); err != nil {
				return fmt.Errorf("%s for %s: %w", d.product.name, name, err)
			}
		}
	}
	if err := d.recipes(); err != nil {
		return err
	}
	return checksums(d.out)
}

// target makes all that is handed out for one system.
func (d *dist) target(t target) error {
	tree, err := d.stage(t)
	if err != nil {
		return err
	}
	if err := d.archive(t, tree); err != nil {
		return err
	}
	if err := d.sbom(t, tree); err != nil {
		return err
	}
	if t.system == "linux" && d.nfpm != "" {
		return d.packages(t, tree)
	}
	return nil
}

// title is that of what is handed out for a target: lockkit-0.1.0-linux-amd64.
func (d *dist) title(t target) string {
	return d.product.name + "-" + d.version + "-" + t.system + "-" + t.arch
}

// sourceDate is the date of all that is made.
func sourceDate() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		out, err := exec.Command("git", "log", "-1", "--format=%ct").Output()
		if err != nil {
			return time.Time{}, fmt.Errorf("no date: git knows none, and SOURCE_DATE_EPOCH is not set")
		}
		text = strings.TrimSpace(string(out))
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH has to be a number of seconds, not %q", text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// command runs a program, and says what it said where it fails.
func command(environment []string, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, out)
	}
	return nil
}
