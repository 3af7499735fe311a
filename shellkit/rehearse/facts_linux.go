//go:build linux && (amd64 || arm64)

package rehearse

import (
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// scriptFacts is what the schedules of one script have taught: which names matter, and
// how the next world has to be made. It only grows, and only while learning is true, so
// that a schedule can be played again alone.
type scriptFacts struct {
	files    map[string]bool   // the scripts, in the world
	programs []string          // folders in which programs are looked for
	learning bool              //
	names    map[string]bool   // names that somebody makes, removes, locks or writes
	bases    map[string]bool   // and their last parts, which are quick to compare
	dirs     []string          // folders that were missing
	ownDirs  map[string]bool   // folders that a run has made where they were not
	hidden   []string          // names that begin absent
	fifos    map[string]bool   // FIFOs that the script has made
	missing  map[string]string // programs → where they were looked for last
	found    map[string]bool
	unfound  map[string]string // names with a slash that were looked for and are not there
	placed   map[string]bool   // programs that a world has had in place of missing ones
	unread   []string          // files that the script's shell wanted to read, and that are not there
	endless  bool              // its runs look for ever where nothing changes
	fails    map[string]bool   // commands that have to fail, for what they say ends the script
	tools    []string          // that were looked for and are nowhere
}

func newFacts(files ...string) *scriptFacts {
	f := &scriptFacts{
		files: map[string]bool{}, learning: true,
		programs: []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"},
		names:    map[string]bool{}, bases: map[string]bool{}, fifos: map[string]bool{}, ownDirs: map[string]bool{},
		missing: map[string]string{}, found: map[string]bool{}, placed: map[string]bool{}, unfound: map[string]string{}, fails: map[string]bool{},
	}
	for _, name := range files {
		f.files[name] = true
	}
	return f
}

func (f *scriptFacts) interesting(name string) bool { return f.names[name] }

func (f *scriptFacts) mayInterest(raw string) bool {
	return f.bases[path.Base(raw)] || strings.HasPrefix(raw, "/dev/fd/") || strings.HasPrefix(raw, "/proc/self/fd/")
}

func (f *scriptFacts) isProgramDir(dir string) bool {
	return slices.Contains(f.programs, path.Clean(dir))
}

// program is what a program is known by: one that is looked for in several folders by its
// name, any other by its path.
func (f *scriptFacts) program(name string) string {
	if f.isProgramDir(path.Dir(name)) {
		return path.Base(name)
	}
	return name
}

// sought takes note that a program was looked for.
func (f *scriptFacts) sought(name string, there bool) {
	base, program := path.Base(name), f.program(name)
	switch {
	case f.placed[program]:
	case there:
		f.found[program] = true
	case len(base) > unix.NAME_MAX:
		// No file can be called so.
	case strings.Trim(base, "0123456789") == "":
		// It was meant as the number of a descriptor, and no program is called so.
	default:
		f.missing[program] = name
	}
}

// lacks takes note of a tool that is nowhere.
func (f *scriptFacts) lacks(tool string) {
	if !slices.Contains(f.tools, tool) {
		f.tools = append(f.tools, tool)
	}
}

// notFound reads a shell's complaint about a program: some shells look for one themselves
// before they execute it.
func (f *scriptFacts) notFound(complaint string) {
	if !strings.Contains(complaint, "not found") {
		return
	}
	for raw, name := range f.unfound {
		if strings.Contains(complaint, raw+":") {
			f.sought(name, false)
		}
	}
}

// absent are the programs that were looked for and found nowhere, as files that will
// take their places. Tools about locks have no stand-in: without them nothing is shown.
func (f *scriptFacts) absent() []worldFile {
	var files []worldFile
	for program, name := range f.missing {
		if !f.found[program] && !isTool(path.Base(name)) {
			f.placed[program] = true
			files = append(files, worldFile{name, 0o755, []byte("#!/bin/false\n")})
		}
	}
	slices.SortFunc(files, func(a, b worldFile) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// mostUnread is how many files are taken note of that cannot be read.
const mostUnread = 8

// wanted takes note that the script's shell could not read a file.
func (f *scriptFacts) wanted(name string) {
	dir := path.Dir(name)
	if f.learning && len(f.unread) < mostUnread && strings.HasPrefix(name, "/") && !strings.HasPrefix(path.Base(name), ".z") &&
		dir != "/dev" && dir != "/etc" && !strings.HasPrefix(name, "/etc/") && !strings.HasPrefix(name, "/proc/") && !slices.Contains(f.unread, name) {
		f.unread = append(f.unread, name)
	}
}

// interest adds a name that others may meet.
func (f *scriptFacts) interest(name string) {
	if !f.learning || !strings.HasPrefix(name, "/") || f.files[name] || strings.HasPrefix(name, "/proc/") {
		return
	}
	f.names[name] = true
	f.bases[path.Base(name)] = true
}

// folders are those in which somebody makes, removes, locks or writes a name.
func (f *scriptFacts) folders() []string {
	seen := map[string]bool{}
	for name := range f.names {
		seen[path.Dir(name)] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// count says how much is known: where it stays the same, nothing new was learnt.
func (f *scriptFacts) count() int {
	return len(f.names) + len(f.dirs) + len(f.hidden) + len(f.absent())
}
