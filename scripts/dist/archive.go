//go:build tool

package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// archive packs a tree: below a folder that has the archive's name stands what belongs
// below /usr/local or wherever it is to be.
func (d *dist) archive(t target, tree string) error {
	name := d.title(t)
	f, err := os.Create(filepath.Join(d.out, name+".tar.gz"))
	if err != nil {
		return err
	}
	defer f.Close()
	packed, err := gzip.NewWriterLevel(f, gzip.BestCompression) // without a name and a date
	if err != nil {
		return err
	}
	w := tar.NewWriter(packed)
	// WalkDir goes by name, so the order is always the same.
	err = filepath.WalkDir(tree, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(tree, path)
		if err != nil {
			return err
		}
		return d.pack(w, path, filepath.Join(name, below), entry.IsDir())
	})
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return f.Close()
}

// pack adds a file or a folder of root, with modes that hang on no umask.
func (d *dist) pack(w *tar.Writer, path, name string, folder bool) error {
	h := &tar.Header{Name: name, Mode: 0o644, ModTime: d.date, Format: tar.FormatUSTAR, Uname: "root", Gname: "root"}
	if folder {
		h.Typeflag, h.Name, h.Mode = tar.TypeDir, name+"/", 0o755
		return w.WriteHeader(h)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if strings.HasPrefix(filepath.Base(filepath.Dir(path)), "bin") {
		h.Mode = 0o755
	}
	h.Typeflag, h.Size = tar.TypeReg, int64(len(data))
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// zipped is a page or a changelog as Debian wants it: compressed, without name and date.
func zipped(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := create(to)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	w.ModTime = time.Time{}
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return f.Close()
}

// checksums writes SHA256SUMS, as sha256sum -c reads it, about all that is in dir.
func checksums(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var out strings.Builder
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256(data), entry.Name())
	}
	return os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(out.String()), 0o644)
}
