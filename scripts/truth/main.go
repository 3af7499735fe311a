//go:build tool

// Command truth measures lockkit against scripts that it has never seen: generated ones,
// of which it is known what is right, and which are rehearsed. TRUTH says how many
// scripts (2000), TRUTH_SEED from which seed on; without it half of them are drawn by parts,
// from seed 0 on, and half are tales, from seed 1000000 on. TRUTH_KNOWN says how many scripts
// whose verdict is known are asked for beside them, in other words that mean the same (2500,
// which is each of them once; 0 where TRUTH_SEED is given). With TRUTH_FAST=1 nothing is
// rehearsed, and what only rehearsals tell is not measured. What rehearsals have shown is kept
// in the user's cache folder, so that a run that was broken off goes on where it was.
// TRUTH_PLANT says into how many real scripts of this machine known broken locks are put
// (12; 0: none), TRUTH_PLANT_IN in which folders these are looked for (/usr:/etc). Real
// scripts are rehearsed as an ordinary user only; as root that row is not measured.
// TRUTH_VALUES says in how many scripts each shell is asked for the values of words and
// descriptors (50; 0: none).
// It ends with 1 when the table shows a fault, and with 2 when it cannot measure.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/lockkit/lockkit/shellkit/extract/oracle"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
	"github.com/lockkit/lockkit/shellkit/rehearse/truth"
)

func main() {
	if code, ours := rehearse.Serve(os.Args); ours {
		os.Exit(code)
	}
	table, err := measure()
	if table != nil {
		table.Write(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(2)
	}
	if table.Failed() {
		os.Exit(1)
	}
}

func measure() (*truth.Table, error) {
	n, err := number("TRUTH", 2000)
	if err != nil {
		return nil, err
	}
	from, err := number("TRUTH_SEED", 0)
	if err != nil {
		return nil, err
	}
	also, each := scripts.Tales, uint64(2500)
	if os.Getenv("TRUTH_SEED") != "" {
		also, each = 0, 0
	}
	known, err := number("TRUTH_KNOWN", each)
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	edition, err := editionOf("shellkit/rehearse", "shellkit/rehearse/inclusion")
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(cache, "lockkit", "truth")
	fmt.Printf("scripts and what was seen of them: %s\n\n", folder)
	fast := os.Getenv("TRUTH_FAST") != ""
	table, err := truth.Run(context.Background(), truth.Options{
		Scripts: int(n), From: from, Also: also, Retold: int(known), Folder: folder, Edition: edition, Progress: os.Stderr, Unseen: fast,
	})
	if err != nil {
		return table, err
	}
	if table.Values, err = values(from); err != nil || fast || os.Getuid() == 0 {
		return table, err
	}
	table.Planted, err = plant(folder, from)
	return table, err
}

// values asks the shells for what words, descriptors and traps come to in small scripts.
func values(seed uint64) (*oracle.Score, error) {
	n, err := number("TRUTH_VALUES", 50)
	if err != nil || n == 0 {
		return nil, err
	}
	return oracle.Measure(seed, int(n))
}

// plant puts broken locks into real scripts of this machine.
func plant(folder string, seed uint64) (*truth.Planted, error) {
	n, err := number("TRUTH_PLANT", 12)
	if err != nil || n == 0 {
		return nil, err
	}
	in := os.Getenv("TRUTH_PLANT_IN")
	if in == "" {
		in = "/usr:/etc"
	}
	return truth.Plant(context.Background(), truth.PlantOptions{
		Scripts: int(n), In: filepath.SplitList(in), Seed: seed, Folder: folder, Report: os.Stderr,
	})
}

func number(name string, otherwise uint64) (uint64, error) {
	text := os.Getenv(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%s is no number: %q", name, text)
	}
	return n, nil
}

// editionOf is a sum over the files of the supervisor and of those that read its logs:
// what others have shown may be something else.
func editionOf(folders ...string) (string, error) {
	sum := sha256.New()
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			return "", fmt.Errorf("%s is not here: truth is run in the folder of the sources", folder)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s %d\n", filepath.Base(f), len(data))
			sum.Write(data)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}
