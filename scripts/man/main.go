//go:build tool

// Command man writes the manual into a folder: man1, man5 and man7 below it. The date in
// the pages is SOURCE_DATE_EPOCH. It is not part of lockkit, for nobody needs it twice.
package main

import (
	"log"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/lockkit/lockkit/shellkit/cli"
	"github.com/lockkit/lockkit/shellkit/manual"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("man: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: SOURCE_DATE_EPOCH=SECONDS man FOLDER VERSION")
	}
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		log.Fatal("SOURCE_DATE_EPOCH has to be the date, in seconds")
	}
	pages, err := cli.Manual()
	if err != nil {
		log.Fatal(err)
	}
	for _, page := range pages {
		if err := write(os.Args[1], page, os.Args[2], time.Unix(seconds, 0)); err != nil {
			log.Fatal(err)
		}
	}
}

func write(root string, page *manual.Page, version string, date time.Time) error {
	dir := filepath.Join(root, "man"+page.Section)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, page.Name+"."+page.Section))
	if err != nil {
		return err
	}
	if err := manual.Roff(f, page, version, date); err != nil {
		return err
	}
	return f.Close()
}
