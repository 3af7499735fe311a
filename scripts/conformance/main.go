//go:build tool

// Command conformance scores the extraction on other people's test suites of shells, which
// it does not have. Its argument is a folder with those that are to be asked, each under its
// name: oils, yash, mksh, smoosh, modernish. With -v it names every case that is wrong,
// with -vv every one that is not right. With -machine it scores the machine.
//
// It ends with 0 when it has measured, with 2 when it could not.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/lockkit/lockkit/shellkit/extract/conformance"
	"github.com/lockkit/lockkit/shellkit/machine"
)

func main() {
	if err := measure(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
}

func measure(args []string) error {
	var details, folder string
	walk := conformance.Extraction
	for _, a := range args {
		switch {
		case a == "-machine":
			walk = machine.Protocol
		case strings.HasPrefix(a, "-"):
			details = a
		default:
			folder = a
		}
	}
	if folder == "" {
		return fmt.Errorf("no folder with suites is given: CONFORMANCE=FOLDER make conformance")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	all := conformance.Score{Suite: "all"}
	fmt.Println(conformance.Heading())
	for i := range conformance.Suites {
		s := &conformance.Suites[i]
		cases, err := s.Cases(folder)
		if err != nil {
			fmt.Printf("%-10s %v\n", s.Name, err)
			continue
		}
		for _, shell := range s.Shells() {
			if !conformance.Installed(shell) {
				fmt.Printf("%-10s %s is not installed\n", s.Name, shell)
				continue
			}
			score, err := conformance.Measure(s, cases, shell, filepath.Join(cache, "lockkit", "conformance"), 4*runtime.NumCPU(), walk)
			if err != nil {
				return err
			}
			fmt.Println(score)
			all.Add(score)
		}
	}
	if all.Counts == [len(all.Counts)]int{} {
		return fmt.Errorf("nothing was measured")
	}
	fmt.Println(&all)
	for _, d := range all.Details {
		if details == "-vv" || details != "" && d.Verdict == conformance.Wrong {
			fmt.Println(d.Text)
		}
	}
	return nil
}
