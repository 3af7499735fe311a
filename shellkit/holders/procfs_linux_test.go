package holders

import (
	"bytes"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

func TestReaderReadsWholeFiles(t *testing.T) {
	dir := t.TempDir()
	for _, size := range []int{0, 1, 2047, 2048, 16 << 10, 100_000} {
		name := dir + "/" + strconv.Itoa(size)
		want := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		if err := os.WriteFile(name, want, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := newReader(unix.AT_FDCWD).file(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %d, %v", size, len(got), err)
		}
	}
	if _, err := newReader(unix.AT_FDCWD).file(dir + "/none"); !gone(err) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestReaderReadsLinks(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("x", 4000)
	if err := os.Symlink(long, dir+"/long"); err != nil {
		t.Fatal(err)
	}
	r := newReader(unix.AT_FDCWD)
	if got := r.link(dir + "/long"); got != long {
		t.Errorf("got %d bytes", len(got))
	}
	r.buf = r.buf[:4000]
	if got := r.link(dir + "/long"); got != "" {
		t.Errorf("a link that may be cut is not believed; got %d bytes", len(got))
	}
	if got := r.link(dir + "/none"); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestNumbersIn(t *testing.T) {
	dir := t.TempDir()
	want := []int{0, 7}
	for n := 1000; n < 2000; n++ { // more than one buffer of names
		want = append(want, n)
	}
	for _, n := range want {
		write(t, dir+"/"+strconv.Itoa(n))
	}
	for _, other := range []string{"self", "-1", "7x", "99999999999999999999"} {
		write(t, dir+"/"+other)
	}
	got, err := newReader(unix.AT_FDCWD).numbersIn(dir)
	slices.Sort(got)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %d numbers, %v; want %d", len(got), err, len(want))
	}
}

func TestShareGivesEachTurnOnce(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000} {
		turns := make([]atomic.Int32, n)
		share(n, func(some iter.Seq[int]) {
			for i := range some {
				turns[i].Add(1)
			}
		})
		for i := range turns {
			if got := turns[i].Load(); got != 1 {
				t.Errorf("%d of %d had %d turns", i, n, got)
			}
		}
	}
}

func TestFindable(t *testing.T) {
	mounts := parseMounts([]byte("27 1 254:0 / / rw - ext4 /dev/vda rw\n28 1 0:30 / /var/lib rw - overlay overlay rw\n"))
	on := func(major, minor uint32) entry { return entry{inode: Inode{major, minor, 5}} }
	if got := findable([]entry{on(254, 0)}, mounts, false); !got[Inode{254, 0, 5}] || len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if got := findable(nil, mounts, false); got == nil {
		t.Error("without a lock there is nothing to look for")
	}
	for name, got := range map[string]map[Inode]bool{
		"overlay has other numbers":        findable([]entry{on(254, 0), on(0, 30)}, mounts, false),
		"a device that is nowhere mounted": findable([]entry{on(0, 99)}, mounts, false),
		"a namespace in which locks hide":  findable([]entry{on(254, 0)}, mounts, true),
		"mounts that could not be read":    findable([]entry{on(254, 0)}, nil, false),
	} {
		if got != nil {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// What the short way finds, the long way finds too.
func TestBothWaysOfScanningAgree(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, `exec 9>a 8>b; flock 9; flock -s 8; cat <&3 & echo ready; cat <&3; :`)
	see(t, dir+"/a", func(_ *Picture, f *File) bool { return len(f.Locks[0].Keepers) == 3 })
	proc, err := open(unix.AT_FDCWD, "/proc", unix.O_DIRECTORY)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(proc)
	r := newReader(proc)
	listed, err := readLocks(proc)
	if err != nil {
		t.Fatal(err)
	}
	ours := map[Inode]bool{}
	for _, name := range []string{"a", "b"} {
		inode, _, err := Find(dir + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		ours[inode] = true
	}
	listed = slices.DeleteFunc(listed, func(e entry) bool { return !ours[e.inode] })
	wanted := findable(listed, readMounts(r), false)
	if wanted == nil {
		t.Skip("stat(2) has other numbers on this file system")
	}
	var found [2][]kept
	for i, wanted := range []map[Inode]bool{nil, wanted} {
		all, err := scan(proc, wanted)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range all.kept {
			if ours[k.lock.inode] {
				k.path = ""
				found[i] = append(found[i], k)
			}
		}
	}
	if len(found[0]) != 6 || !slices.Equal(found[0], found[1]) {
		t.Errorf("got %v\nand %v", found[0], found[1])
	}
}

func FuzzParseDirents(f *testing.F) {
	f.Add([]byte("12345678" + "12345678" + "\x18\x00\x04" + "123\x00\x00" + "12345678" + "12345678" + "\x18\x00\x04" + "0\x00\x00\x00\x00"))
	f.Add([]byte("12345678" + "12345678" + "\x00\x00\x04" + "123\x00\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, n := range parseDirents(text, nil) {
			if n < 0 {
				t.Errorf("got %d", n)
			}
		}
		if call := parseCall(firstLine(text)); call != nil && len(call) != 7 {
			t.Errorf("got %v", call)
		}
		asLockCall(parseCall(firstLine(text)))
	})
}
