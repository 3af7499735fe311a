package lsp

import (
	"errors"
	"io"
	"os"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/source"
)

// proved explores the scripts of a text, each alone and all together, and writes the page
// that steps through what was found.
func proved(path, data, version string, w io.Writer) (verdict string, err error) {
	file, err := source.New(path, []byte(data))
	if err != nil {
		return "", err
	}
	scripts, faults := shellkit.LoadAll(file, source.Other, source.Read)
	if len(faults) > 0 {
		return "", errors.Join(faults...)
	}
	about, result, err := shellkit.Explore(prove.Options{}, scripts...)
	if err != nil {
		return "", err
	}
	proof := &report.Proof{Files: map[string]*source.File{}, Result: result, Replay: "not run", Version: version}
	for _, s := range about {
		proof.Names = append(proof.Names, s.Title())
		proof.Files[s.Title()] = s.File
		for _, f := range append(s.Sourced, s.File) {
			proof.Files[f.Name] = f
		}
	}
	return string(proof.Result.Verdict), report.ProofFormats["html"](w, proof)
}

// keep writes a page where a browser finds it.
func keep(page []byte) (name string, err error) {
	f, err := os.CreateTemp("", "lockkit-*.html")
	if err != nil {
		return "", err
	}
	_, err = f.Write(page)
	return f.Name(), errors.Join(err, f.Close())
}
