//go:build linux && (amd64 || arm64)

package rehearse

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"

	"golang.org/x/sys/unix"
)

// A worldPlan says what a private world looks like when its runs begin.
type worldPlan struct {
	Files  []worldFile // put there, in place of what may be there
	Links  []worldLink // put there, in place of what may be there
	Hidden []string    // names that begin absent
	Dirs   []string    // folders that begin present
	Own    []string    // folders of others in which whoever rehearses may make names
}

// A worldLink is a symbolic link of a world.
type worldLink struct{ Path, To string }

type worldFile struct {
	Path string
	Mode uint32
	Data []byte
}

// standInPath is where the stand-in lies in a world.
const standInPath = "/.lockkit/stand-in"

// worldSource is the source that the mounts of a world name, but for /proc and the null device.
const worldSource = "lockkit"

// layered are file systems that may lie under an overlay; what is on others (network,
// FUSE, kernel tables) is not seen by a rehearsal.
var layered = map[string]bool{
	"ext2": true, "ext3": true, "ext4": true, "xfs": true, "btrfs": true, "f2fs": true, "tmpfs": true,
	"overlay": true, "zfs": true, "squashfs": true, "erofs": true, "iso9660": true, "jfs": true, "bcachefs": true,
}

// ownFolders are folders that every world has for itself, and of which it sees nothing real.
var ownFolders = map[string]bool{"/proc": true, "/sys": true, "/dev": true}

// A worldBuilder puts the world together, inside namespaces of its own: one tmpfs that
// lives and dies with them, and on it an overlay for each folder of the real tree.
// Whatever is written, created, removed or locked there belongs to the overlay: a lock
// on a file of an overlay is none on the file beneath.
type worldBuilder struct {
	base   string            // where the tmpfs is mounted
	real   map[string]int    // real folders, opened before the tmpfs hides one
	mounts map[string]string // mount point → file system type
	own    []string          // folders in which names are made that the user could not make
	layers int
	left   []string // folders that could not be shown
}

// buildWorld makes the world of plan and moves into it; nothing of the real tree can
// be reached by name afterwards.
func buildWorld(plan *worldPlan) error {
	b := &worldBuilder{real: map[string]int{}, own: ownedBy(plan)}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("a mount namespace: %w", err)
	}
	var err error
	if b.mounts, err = mountTable(); err != nil {
		return err
	}
	if err := b.open("/"); err != nil {
		return err
	}
	null, err := unix.Open("/dev/null", unix.O_PATH, 0)
	if err != nil {
		return err
	}
	err = errors.New("in every folder something is mounted")
	for _, b.base = range b.bases() {
		if err = unix.Mount(worldSource, b.base, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOATIME, "size=256m,nr_inodes=200k,mode=0755"); err == nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("a file system in memory: %w", err)
	}
	root := b.base + "/root"
	if err := os.Mkdir(root, 0o755); err != nil {
		return err
	}
	if err := b.show("/", root); err != nil {
		return err
	}
	if err := b.devices(root, null); err != nil {
		return err
	}
	for _, fd := range b.real {
		unix.Close(fd)
	}
	unix.Close(null)
	if err := enter(root); err != nil {
		return err
	}
	return furnish(plan)
}

// bases are the folders over which the tmpfs may be mounted. What it hides has to be open
// by then: a folder in which something is mounted is shown by reading it.
func (b *worldBuilder) bases() []string {
	usual := []string{"/tmp", "/run", "/mnt", "/var"}
	open := slices.DeleteFunc(slices.Clone(usual), func(dir string) bool { _, is := b.real[dir]; return !is })
	for _, dir := range slices.Sorted(maps.Keys(b.real)) {
		if !slices.Contains(usual, dir) {
			open = append(open, dir)
		}
	}
	return open
}

// mountTable reads which file system is mounted where; the last one at a place counts.
func mountTable() (map[string]string, error) {
	data, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	table := map[string]string{}
	octal := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	for line := range strings.Lines(string(data)) {
		front, back, ok := strings.Cut(line, " - ")
		f, g := strings.Fields(front), strings.Fields(back)
		if ok && len(f) > 4 && len(g) > 0 {
			table[octal.Replace(f[4])] = g[0]
		}
	}
	return table, nil
}

// open opens the folders that will be layers: the largest ones in which nothing is mounted.
func (b *worldBuilder) open(dir string) error {
	if ownFolders[dir] {
		return nil
	}
	if kind, mounted := b.mounts[dir]; mounted && !layered[kind] {
		b.left = append(b.left, dir)
		return nil
	}
	if !b.mountedIn(dir) && dir != "/" {
		fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			b.left = append(b.left, dir)
			return nil
		}
		b.real[dir] = fd
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		b.left = append(b.left, dir)
		return nil
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := b.open(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *worldBuilder) mountedIn(dir string) bool {
	for point := range b.mounts {
		if strings.HasPrefix(point, strings.TrimSuffix(dir, "/")+"/") && point != dir {
			return true
		}
	}
	return false
}

// show makes dir of the real tree visible at place: as a layer where it was opened,
// else as a folder whose own folders are shown one by one.
func (b *worldBuilder) show(dir, place string) error {
	if fd, ok := b.real[dir]; ok {
		b.layers++
		own := fmt.Sprintf("%s/layer%d", b.base, b.layers)
		if err := errors.Join(os.MkdirAll(own+"/upper", 0o755), os.MkdirAll(own+"/work", 0o755)); err != nil {
			return err
		}
		copyLook(fmt.Sprintf("/proc/self/fd/%d", fd), own+"/upper")
		b.take(dir, own+"/upper", fd)
		options := fmt.Sprintf("lowerdir=/proc/self/fd/%d,upperdir=%s/upper,workdir=%s/work,userxattr", fd, own, own)
		if err := unix.Mount(worldSource, place, "overlay", unix.MS_NODEV|unix.MS_NOATIME, options); err != nil {
			return fmt.Errorf("an overlay of %s: %w", dir, err)
		}
		return nil
	}
	if ownFolders[dir] || b.mounts[dir] != "" && !layered[b.mounts[dir]] {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // a folder that this user cannot look into is empty for the script
	}
	for _, e := range entries {
		name, at := filepath.Join(dir, e.Name()), filepath.Join(place, e.Name())
		switch {
		case e.IsDir():
			if err := os.Mkdir(at, 0o755); err != nil {
				return err
			}
			copyLook(name, at)
			if err := b.show(name, at); err != nil {
				return err
			}
		case e.Type() == os.ModeSymlink:
			if target, err := os.Readlink(name); err == nil {
				_ = os.Symlink(target, at) // a link less is a name less to read
			}
		}
	}
	return nil
}

// ownedBy lists the folders in which a plan, or a run by what was learnt, makes names.
// Root needs no list: all is his in his world. An ordinary user rehearses what root will
// run, and owns nothing of /usr or /run.
func ownedBy(plan *worldPlan) []string {
	list := append(slices.Clone(plan.Own), plan.Dirs...)
	for _, f := range plan.Files {
		list = append(list, filepath.Dir(f.Path))
	}
	for _, l := range plan.Links {
		list = append(list, filepath.Dir(l.Path))
	}
	for i, folder := range list {
		if at, err := filepath.EvalSymlinks(folder); err == nil {
			list[i] = at
		}
	}
	return list
}

// take makes folders the user's own in the upper layer of dir: there are the real names
// in them, and he may make others.
func (b *worldBuilder) take(dir, upper string, layer int) {
	for _, folder := range b.own {
		rest, in := strings.CutPrefix(folder, dir+"/")
		if !in {
			continue
		}
		real, made := fmt.Sprintf("/proc/self/fd/%d", layer), upper
		for part := range strings.SplitSeq(rest, "/") {
			real, made = filepath.Join(real, part), filepath.Join(made, part)
			if info, err := os.Lstat(real); err != nil || !info.IsDir() {
				break // what is not there can be made in the one above
			}
			if os.Mkdir(made, 0o755) == nil {
				copyLook(real, made)
			}
		}
	}
}

// copyLook gives a folder the mode of the one that it stands for.
func copyLook(from, to string) {
	if info, err := os.Stat(from); err == nil {
		_ = unix.Chmod(to, uint32(info.Mode().Perm())|uint32(info.Sys().(*sysStat).Mode&unix.S_ISVTX))
	}
}

// procOptions leave processes in /proc and nothing of the machine: who is root may write
// to sysrq-trigger and the like in any namespace.
const procOptions = "subset=pid"

// devices gives the world /proc, and a /dev of its own: the null device is the only
// real one; what is random is a file.
func (b *worldBuilder) devices(root string, null int) error {
	dev := root + "/dev"
	for _, dir := range []string{root + "/proc", root + "/sys", dev, dev + "/shm", root + "/.lockkit"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	_ = unix.Chmod(dev+"/shm", 0o1777) // mode bits are all that can be missing
	if err := unix.Mount("proc", root+"/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, procOptions); err != nil {
		return fmt.Errorf("a /proc: %w", err)
	}
	if err := os.WriteFile(dev+"/null", nil, 0o666); err != nil {
		return err
	}
	if err := unix.Mount(fmt.Sprintf("/proc/self/fd/%d", null), dev+"/null", "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("/dev/null: %w", err)
	}
	// It takes what is written, and nobody changes its mode, owner or times.
	if err := unix.MountSetattr(unix.AT_FDCWD, dev+"/null", 0, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}); err != nil {
		return fmt.Errorf("/dev/null: %w", err)
	}
	for name, target := range map[string]string{"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"} {
		if err := os.Symlink(target, dev+"/"+name); err != nil {
			return err
		}
	}
	noise := make([]byte, 1<<16)
	draw(noise, 1)
	return errors.Join(os.WriteFile(dev+"/urandom", noise, 0o444), os.WriteFile(dev+"/random", noise, 0o444),
		os.WriteFile(dev+"/zero", make([]byte, 1<<16), 0o444))
}

// enter makes root the root of this mount namespace and lets go of the real one.
func enter(root string) error {
	if err := unix.Mount(root, root, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	if err := unix.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return err
	}
	return unix.Chdir("/")
}

// furnish puts the files of the plan into the world.
func furnish(plan *worldPlan) error {
	for _, name := range plan.Hidden {
		if err := os.RemoveAll(name); err != nil {
			return err
		}
	}
	for _, dir := range plan.Dirs {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	files := append([]worldFile{{standInPath, 0o755, standIn(processors[runtime.GOARCH])}}, plan.Files...)
	sort.SliceStable(files, func(i, j int) bool { return files[i].Path < files[j].Path })
	for _, f := range files {
		if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
			return err
		}
		_ = os.Remove(f.Path) // a name that is not there is as good
		if err := os.WriteFile(f.Path, f.Data, os.FileMode(f.Mode)); err != nil {
			return err
		}
	}
	return furnishLinks(plan.Links)
}

func furnishLinks(links []worldLink) error {
	for _, l := range links {
		if err := os.MkdirAll(filepath.Dir(l.Path), 0o755); err != nil {
			return err
		}
		_ = os.Remove(l.Path)
		if err := os.Symlink(l.To, l.Path); err != nil {
			return err
		}
	}
	return nil
}
