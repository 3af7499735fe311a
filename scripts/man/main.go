//go:build tool

// Command man writes lockkit's man pages into a folder. It is not part of the
// binary: what it needs would weigh on every start.
package main

import (
	"log"
	"os"

	"github.com/spf13/cobra/doc"

	"github.com/lockkit/lockkit/shellkit/cli"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: man FOLDER")
	}
	root := cli.Tree()
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Title: "LOCKKIT", Section: "1", Source: "lockkit", Manual: "User Commands"}
	if err := doc.GenManTree(root, header, os.Args[1]); err != nil {
		log.Fatal(err)
	}
}
