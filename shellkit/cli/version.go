package cli

import (
	"runtime/debug"
	"strings"
)

// next is the release that this source is on the way to; CHANGELOG.md says what is in it.
const next = "0.1.0-dev"

// version is what --version prints and what embed writes into scripts.
var version = versionOf(debug.ReadBuildInfo())

// VersionOf is what a binary with that build info says of itself.
func VersionOf(info *debug.BuildInfo) string { return versionOf(info, true) }

// versionOf is the release that the binary was built from; for any other build it is the
// next release with the commit behind it, so that two commits never claim to be the same.
// Where the commit is not known, as in a build without git, nothing stands behind it.
func versionOf(info *debug.BuildInfo, ok bool) string {
	if !ok {
		return next
	}
	if isRelease(info.Main.Version) {
		return strings.TrimPrefix(info.Main.Version, "v")
	}
	commit, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			commit = "+" + s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = ".dirty"
		}
	}
	if commit == "" {
		commit, dirty = pseudo(info.Main.Version), ""
	}
	return next + commit + dirty
}

// pseudo finds the commit in the version that `go install MODULE@COMMIT` stamps.
func pseudo(version string) string {
	version, _, _ = strings.Cut(version, "+")
	parts := strings.Split(version, "-")
	if last := parts[len(parts)-1]; len(parts) > 2 && len(last) == 12 {
		return "+" + last
	}
	return ""
}

// isRelease tells a tag of ours, as v1.2.3 or v1.2.3-rc.1, from what Go makes up for a
// commit between two of them.
func isRelease(version string) bool {
	number, tagged := strings.CutPrefix(version, "v")
	_, before, early := strings.Cut(number, "-")
	if early {
		early = strings.HasPrefix(before, "alpha") || strings.HasPrefix(before, "beta") || strings.HasPrefix(before, "rc")
		return tagged && early && !strings.ContainsAny(before, "-+")
	}
	return tagged && !strings.Contains(number, "+")
}
