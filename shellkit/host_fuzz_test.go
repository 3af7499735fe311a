package shellkit_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// hostNames are files of each kind, by their names.
var hostNames = []string{"crontab", "cron.d/job", "a.service", ".github/workflows/a.yml", ".gitlab-ci.yml", "Dockerfile", "Makefile", "site.yml", "-"}

// FuzzHosts holds that whatever stands in a host its scripts are loaded and checked, or the
// error says where it is; and that every place that is spoken of lies in the host.
func FuzzHosts(f *testing.F) {
	files, _ := filepath.Glob("hosts/testdata/*.txtar")
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i+1 < len(archive.Files); i += 2 {
			for k := range hostNames {
				if hosts.Sniff(hostNames[k], archive.Files[i].Data, true) != nil && hosts.MayHost(archive.Files[i].Name) {
					f.Add(k, archive.Files[i].Data)
				}
			}
		}
	}
	f.Add(0, []byte("* * * * * ( flock -n 9; tar `date +\\%F` ) 9>/run/l%x\n"))
	f.Add(2, []byte("[Service]\nExecStart=/bin/sh -c 'exec 9>%t/l; flock -n 9; \\\nwork \\x41'\n"))
	f.Add(3, []byte("on: push\njobs: {a: {steps: [{run: \"exec 9>/l\\nflock -n 9\\nwork ${{ x }}\"}]}}\n"))
	f.Add(5, []byte("FROM a\nRUN exec 9>/l; \\\n# x\nflock -n 9; work <<E\nE\n"))
	f.Add(6, []byte("L = /l\na:\n\texec 9>$(L); flock -n 9; \\\n\twork $$x\n"))
	f.Fuzz(func(t *testing.T, k int, data []byte) {
		if k < 0 || k >= len(hostNames) {
			return
		}
		file, err := source.New(hostNames[k], data)
		if err != nil {
			return
		}
		scripts, faults := shellkit.LoadAll(file, source.Other, nil)
		for _, err := range faults {
			var syntax *shell.SyntaxError
			var host *hosts.Error
			switch {
			case errors.As(err, &syntax):
				within(t, data, syntax.Span)
			case errors.As(err, &host):
				within(t, data, host.Span)
			}
		}
		for _, s := range scripts {
			if s.Text == nil {
				return
			}
			if err := protocol.Sanity(s.Protocol); err != nil {
				t.Error(err)
			}
			for i := range s.Protocol.Nodes {
				within(t, data, s.Protocol.Nodes[i].Span)
			}
		}
		for _, found := range shellkit.Check(scripts...) {
			within(t, data, found.Span)
			for _, n := range found.Notes {
				within(t, data, n.Span)
			}
		}
	})
}

// within holds that a place lies in the text.
func within(t *testing.T, data []byte, at source.Span) {
	t.Helper()
	if at.Start.Known() && (at.Start.Offset > at.End.Offset || at.End.Offset > len(data)) {
		t.Errorf("%v to %v of %d bytes", at.Start, at.End, len(data))
	}
}
