package cli

import (
	"bytes"
	"runtime/debug"
	"testing"

	"github.com/lockkit/lockkit/shellkit/funcs"
)

func TestVersionOf(t *testing.T) {
	const commit = "77b6278d6c3c6f0ed15ac1a5dbd4d5e65b4c5f1a"
	at := func(revision, modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: revision}, {Key: "vcs.modified", Value: modified}}
	}
	tests := []struct {
		name, main string
		settings   []debug.BuildSetting
		want       string
	}{
		{"release", "v1.2.3", at(commit, "false"), "1.2.3"},
		{"candidate", "v1.2.3-rc.1", nil, "1.2.3-rc.1"},
		{"no release of ours", "v1.2.3-nightly", nil, next},
		{"commit", "(devel)", at(commit, "false"), next + "+77b6278d6c3c"},
		{"commit that Go counts from a tag", "v1.2.4-0.20261201005959-77b6278d6c3c", at(commit, "false"), next + "+77b6278d6c3c"},
		{"edited", "v0.0.0-20261201005959-77b6278d6c3c+dirty", at(commit, "true"), next + "+77b6278d6c3c.dirty"},
		{"installed by commit", "v0.0.0-20261201005959-77b6278d6c3c", nil, next + "+77b6278d6c3c"},
		{"without git", "(devel)", nil, next},
		{"nothing known", "", nil, next},
	}
	for _, tt := range tests {
		got := versionOf(&debug.BuildInfo{Main: debug.Module{Version: tt.main}, Settings: tt.settings}, true)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if got := versionOf(nil, false); got != next {
		t.Errorf("no build info: %s, want %s", got, next)
	}
}

// TestCommitsDifferInBlocks: a script tells from which commit its functions are, and
// reading that back finds the same version.
func TestCommitsDifferInBlocks(t *testing.T) {
	block := func(revision string) []byte {
		v := versionOf(&debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: revision}}}, true)
		text, err := funcs.Init("bash", funcs.Options{Version: v, Standalone: true})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	one, other := block("1111111111111111"), block("2222222222222222")
	if bytes.Equal(one, other) {
		t.Error("two commits print the same bytes")
	}
	if !bytes.Equal(one, block("1111111111111111")) {
		t.Error("one commit prints different bytes")
	}
}
