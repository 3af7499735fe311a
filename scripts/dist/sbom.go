//go:build tool

package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

// An SBOM in the form of CycloneDX 1.6: what the binary itself says that it was made of.
type bom struct {
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Serial       string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     bomMetadata  `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type bomMetadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type     string    `json:"type"`
	Ref      string    `json:"bom-ref"`
	Name     string    `json:"name"`
	Version  string    `json:"version"`
	PURL     string    `json:"purl,omitempty"`
	Licenses []license `json:"licenses,omitempty"`
	Hashes   []hash    `json:"hashes,omitempty"`
}

type license struct {
	License struct {
		ID string `json:"id"`
	} `json:"license"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type dependency struct {
	Ref string   `json:"ref"`
	On  []string `json:"dependsOn,omitempty"`
}

// sbom writes the SBOM of what a target's archive and packages have.
func (d *dist) sbom(t target, tree string) error {
	binary := filepath.Join(tree, "bin", d.name)
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	self := component{Type: "application", Name: d.name, Version: d.version, PURL: "pkg:golang/" + info.Main.Path + "@" + escapedVersion(d.version)}
	self.Ref = self.PURL
	self.Hashes = []hash{{"SHA-256", fmt.Sprintf("%x", sum)}}
	mit := license{}
	mit.License.ID = "MIT"
	self.Licenses = []license{mit}
	b := bom{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		// The number is of the content, so that the same content has the same one.
		Serial:   uuid(sum),
		Metadata: bomMetadata{d.date.Format(time.RFC3339), self},
	}
	needs := dependency{Ref: self.Ref}
	add := func(name, version, purl string) {
		b.Components = append(b.Components, component{Type: "library", Ref: purl, Name: name, Version: version, PURL: purl})
		b.Dependencies = append(b.Dependencies, dependency{Ref: purl})
		needs.On = append(needs.On, purl)
	}
	add("std", strings.TrimPrefix(info.GoVersion, "go"), "pkg:golang/std@"+strings.TrimPrefix(info.GoVersion, "go"))
	for _, m := range info.Deps {
		m = replaced(m)
		add(m.Path, m.Version, "pkg:golang/"+m.Path+"@"+escapedVersion(m.Version))
	}
	b.Dependencies = append([]dependency{needs}, b.Dependencies...)
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.out, d.title(t)+".cdx.json"), append(text, '\n'), 0o644)
}

func replaced(m *debug.Module) *debug.Module {
	if m.Replace != nil {
		return m.Replace
	}
	return m
}

// escapedVersion is a version as a package URL has it.
func escapedVersion(version string) string { return strings.ReplaceAll(version, "+", "%2B") }

// uuid is a number of version 8, which is for those who have their own way to make one.
func uuid(sum [32]byte) string {
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
