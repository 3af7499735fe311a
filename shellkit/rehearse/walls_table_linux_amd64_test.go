package rehearse

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The walls, in the order of the table's columns. Each is the only one that stands in the
// cells of its column: seccomp and the supervisor are left out together, and what cannot
// be left out stands alone where all others are left out.
const (
	byWorld        = "world" // the copy: names lead to it and not outside
	byLandlock     = "Landlock"
	bySeccomp      = "seccomp" // and the supervisor, which judges what stops there
	byNamespace    = "namespace"
	byCapabilities = "capabilities" // those that a run does not have
)

var wallColumns = []string{byWorld, byLandlock, bySeccomp, byNamespace, byCapabilities}

// nothing leaves all walls out that can be.
var nothing = walls{NoLandlock: true, NoSeccomp: true, NoNetwork: true, NoIPC: true, NoDrop: true, NoMeeting: true, NoPrivacy: true}

// only leaves out all walls but one.
func only(wall string) walls {
	w := nothing
	switch wall {
	case byLandlock:
		w.NoLandlock = false
	case bySeccomp:
		w.NoSeccomp, w.NoMeeting, w.NoPrivacy = false, false, false
	case byNamespace: // those of users, process numbers, mounts and host names are always there
		w.NoNetwork, w.NoIPC = false, false
	case byCapabilities:
		w.NoDrop = false
	}
	return w
}

// An effect is something that nobody outside may notice of a rehearsal.
type effect struct {
	name  string
	calls attack
	walls []string // each of which stops it
	seen  func() bool
	free  bool // without any wall it is seen, which shows that the test can fail

	during func()                        // is called while the attacker lives
	stands map[string]func([]int64) bool // of a wall whose neighbour cannot be left out: what its refusal looks like
}

// fileEffects are those on files outside: base leads to them, from the folder of dir.
func fileEffects(dir int, base string) []effect {
	at := func(name string) string { return base + name }
	open := func(name string, flags int) sysCall { return do(unix.SYS_OPENAT, dir, at(name), flags, 0o666) }
	fileFlags := []byte{0x40, 0, 0, 0, 0, 0, 0, 0} // FS_NODUMP_FL
	past := make([]byte, 32)
	readLock := make([]byte, 32) // F_RDLCK is 0
	list := []effect{
		{name: "content", calls: attack{open("file", unix.O_WRONLY|unix.O_TRUNC), do(unix.SYS_WRITE, resultOf(0), "evil", 4)}},
		{name: "content by a map", calls: attack{open("file", unix.O_RDWR),
			do(unix.SYS_MMAP, 0, 4096, unix.PROT_WRITE|unix.PROT_READ, unix.MAP_SHARED, resultOf(0), 0),
			do(unix.SYS_READ, 0, resultOf(1), 8), do(unix.SYS_FTRUNCATE, resultOf(0), 1)}},
		{name: "content by a hidden path", calls: append(hidden(at("file")), do(unix.SYS_OPENAT, dir, hiddenPath, unix.O_WRONLY|unix.O_TRUNC))},
		{name: "content opened again", calls: attack{open("folder", unix.O_PATH), open("file", unix.O_PATH), do(unix.SYS_OPEN, "/proc/self/fd/4", unix.O_WRONLY|unix.O_TRUNC, 0),
			do(unix.SYS_SYMLINK, "/dev/fd/4", "/way"), do(unix.SYS_OPEN, "/way", unix.O_WRONLY|unix.O_TRUNC, 0),
			do(unix.SYS_OPEN, "/dev/fd/3", unix.O_TMPFILE|unix.O_RDWR, 0o600), do(unix.SYS_LINKAT, resultOf(5), "", 7, at("born"), unix.AT_EMPTY_PATH)}},
		{name: "size by name", calls: attack{do(unix.SYS_FCHDIR, 7), do(unix.SYS_TRUNCATE, at("file"), 0)}},
		{name: "new names", calls: attack{open("new", unix.O_CREAT|unix.O_WRONLY|unix.O_EXCL), do(unix.SYS_MKDIRAT, dir, at("dir"), 0o755),
			do(unix.SYS_SYMLINKAT, "/", dir, at("way")), do(unix.SYS_MKNODAT, dir, at("pipe"), unix.S_IFIFO|0o666, 0)}},
		{name: "hard links", calls: attack{do(unix.SYS_LINKAT, dir, at("file"), dir, at("twin"), 0), do(unix.SYS_LINKAT, dir, at("file"), unix.AT_FDCWD, "/twin", 0)}},
		{name: "nameless files", calls: attack{open("folder", unix.O_TMPFILE|unix.O_RDWR), do(unix.SYS_LINKAT, resultOf(0), "", dir, at("born"), unix.AT_EMPTY_PATH)}},
		{name: "removal", calls: attack{do(unix.SYS_UNLINKAT, dir, at("file"), 0), do(unix.SYS_UNLINKAT, dir, at("folder/inner"), 0), do(unix.SYS_UNLINKAT, dir, at("folder"), unix.AT_REMOVEDIR)}},
		{name: "renaming", calls: attack{do(unix.SYS_RENAMEAT2, dir, at("file"), dir, at("folder"), 2), do(unix.SYS_RENAMEAT, dir, at("file"), dir, at("other"))}},
		{name: "mode", calls: attack{do(unix.SYS_FCHMODAT, dir, at("file"), 0o777), open("file", 0), do(unix.SYS_FCHMOD, resultOf(1), 0o777),
			do(unix.SYS_FCHMODAT2, resultOf(1), "", 0o777, unix.AT_EMPTY_PATH)}},
		{name: "owner", calls: attack{do(unix.SYS_FCHOWNAT, dir, at("file"), 1, 1, 0), open("file", 0), do(unix.SYS_FCHOWN, resultOf(1), 1, 1)}},
		{name: "times", calls: attack{do(unix.SYS_UTIMENSAT, dir, at("file"), past, 0), open("file", 0), do(unix.SYS_UTIMENSAT, resultOf(1), 0, past, 0)}},
		{name: "the folder itself", calls: attack{do(unix.SYS_FCHDIR, 7), do(unix.SYS_CHDIR, at(".")), do(unix.SYS_FCHMODAT2, unix.AT_FDCWD, "", 0o700, unix.AT_EMPTY_PATH),
			do(unix.SYS_UTIMENSAT, unix.AT_FDCWD, "", past, unix.AT_EMPTY_PATH), do(unix.SYS_FCHOWNAT, unix.AT_FDCWD, "", 1, 1, unix.AT_EMPTY_PATH)}},
		{name: "attributes", calls: attack{open("file", 0), do(unix.SYS_FSETXATTR, resultOf(0), "user.evil", "x", 1, 0), do(unix.SYS_FCHDIR, 7), do(unix.SYS_SETXATTR, at("file"), "user.evil", "x", 1, 0)}},
		{name: "flags", calls: attack{open("file", 0), do(unix.SYS_IOCTL, resultOf(0), unix.FS_IOC_SETFLAGS, fileFlags)}},
		{name: "locks", calls: attack{open("file", 0), do(unix.SYS_FLOCK, resultOf(0), unix.LOCK_EX|unix.LOCK_NB)}},
		{name: "locks of a range", calls: attack{open("file", 0), do(unix.SYS_FCNTL, resultOf(0), unix.F_SETLK, readLock), do(unix.SYS_FCNTL, resultOf(0), unix.F_OFD_SETLK, readLock)}},
		{name: "leases", calls: attack{open("file", 0), do(unix.SYS_FCNTL, resultOf(0), unix.F_SETLEASE, unix.F_RDLCK)}},
	}
	return list
}

// The table effect × wall: each cell is tried with the other walls left out. Where the
// effect is to be had without any wall, that is tried as well: a test that shows nothing
// fails.
func TestTableOfWalls(t *testing.T) {
	needsWorld(t)
	var table strings.Builder
	line := func(name string, cells map[string]string) {
		fmt.Fprintf(&table, "\n%-28s", name)
		for _, wall := range wallColumns {
			fmt.Fprintf(&table, " %-12s", cells[wall])
		}
	}
	heads := map[string]string{}
	for _, wall := range wallColumns {
		heads[wall] = wall
	}
	line("", heads)
	for i := range fileEffects(7, "") {
		name := fileEffects(7, "")[i].name
		cells := map[string]string{}
		for _, wall := range []string{byWorld, byLandlock, bySeccomp} {
			if wall == byLandlock && slices.Contains([]string{"size by name", "mode", "owner", "times", "the folder itself", "attributes"}, name) {
				continue // Landlock knows nothing of them
			}
			cells[wall] = "holds"
			if change := onFiles(t, i, only(wall), wall != byWorld); change != "" {
				cells[wall] = "BROKEN"
				t.Errorf("%s: %s does not hold: %s", name, wall, change)
			}
		}
		if change := onFiles(t, i, walls{}, true); change != "" {
			t.Errorf("%s: all walls together do not hold: %s", name, change)
		}
		if name != "owner" || os.Getuid() == 0 { // nobody else gives files away
			if onFiles(t, i, nothing, true) == "" {
				t.Errorf("%s: without walls nothing happens, so its cells show nothing", name)
			}
		}
		line(name, cells)
	}
	for _, e := range otherEffects(t) {
		cells := map[string]string{}
		for _, wall := range e.walls {
			cells[wall] = "holds"
			out := e.calls.run(t, only(wall), "", e.during)
			if stands := e.stands[wall]; e.seen() || stands != nil && !stands(out) {
				cells[wall] = "BROKEN"
				t.Errorf("%s: %s does not hold: %s", e.name, wall, refused(out))
			}
		}
		if out := e.calls.run(t, walls{}, "", e.during); e.seen() {
			t.Errorf("%s: all walls together do not hold: %s", e.name, refused(out))
		}
		if e.free {
			if out := e.calls.run(t, nothing, "", e.during); !e.seen() {
				t.Errorf("%s: without walls nothing happens, so its cells show nothing: %s", e.name, refused(out))
			}
		}
		if len(e.walls) < 2 {
			t.Errorf("%s: one wall alone", e.name)
		}
		line(e.name, cells)
	}
	t.Log(table.String())
}

// leases are those that the kernel has on a file, "" where there are none.
func leases(name string) string {
	var st unix.Stat_t
	if unix.Stat(name, &st) != nil {
		return ""
	}
	table, _ := os.ReadFile("/proc/locks")
	file := fmt.Sprintf(" %02x:%02x:%d ", unix.Major(st.Dev), unix.Minor(st.Dev), st.Ino)
	for line := range strings.Lines(string(table)) {
		if strings.Contains(line, "LEASE") && strings.Contains(line, file) {
			return line
		}
	}
	return ""
}

// onFiles tries the effect number i on victims of its own and says what has changed
// outside, "" where nothing has.
func onFiles(t *testing.T, i int, w walls, lent bool) string {
	t.Helper()
	dir := victims(t)
	e, folder := fileEffects(7, "")[i], dir
	if !lent {
		e, folder = fileEffects(unix.AT_FDCWD, dir+"/")[i], ""
	}
	before, locked := look(t, dir), ""
	results := e.calls.run(t, w, folder, func() {
		if locked = leases(dir + "/file"); locked != "" {
			return // to open it would be to wait for the lease's end
		}
		f, err := os.OpenFile(dir+"/file", os.O_RDWR, 0)
		if err != nil {
			return // it is gone, which the look will show
		}
		defer f.Close()
		if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
			locked = "it is locked"
		}
		if unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK}) != nil {
			locked = "a range of it is locked"
		}
	})
	if len(results) == 0 {
		t.Fatalf("%s: the attacker said nothing", e.name)
	}
	if after := look(t, dir); after != before {
		return fmt.Sprintf("%s; the tree was\n%s\nand is\n%s", refused(results), before, after)
	}
	if locked != "" {
		return refused(results) + "; " + locked
	}
	return ""
}
