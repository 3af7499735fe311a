package rehearse

import (
	"path"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// shells run for real: what they start is looked at one by one.
var shells = []string{"sh", "bash", "rbash", "dash", "ash", "ksh", "ksh93", "mksh", "lksh", "zsh", "yash", "busybox"}

// tools run for real: they are about locks, names, text, time and processes, and a
// script's locking is made of them. Everything else is work, and a stand-in does it.
var tools = strings.Fields(`
	flock rm rmdir mkdir ln link unlink touch mv cp cat stat install shred mkfifo mktemp tempfile truncate chmod ls find readlink
	realpath dirname basename pathchk test [ true false echo printf expr seq date sleep usleep kill pgrep pidof ps
	id whoami hostname uname tty env printenv nohup setsid timeout nice ionice chrt stdbuf time xargs tee head tail
	grep egrep fgrep sed awk mawk gawk cut tr sort uniq wc rev tac paste join comm cmp diff od xxd md5sum sha1sum
	sha256sum cksum getopt tput clear yes nproc lockfile lockfile-create lockfile-remove lockfile-touch
	lockfile-check dotlockfile shlock fuser lslocks chown chgrp df du which`)

// actsAlone are applets and tools that act on the machine and are never run, also where
// they are part of a program that is.
var actsAlone = strings.Fields(`reboot halt poweroff init shutdown telinit mount umount swapon swapoff insmod rmmod
	modprobe mknod nc wget telnet ftpget ftpput tftp ifconfig ip route chroot pivot_root switch_root su login`)

// A part says what a program is in a rehearsal.
type part uint8

const (
	partReal part = iota
	partStandIn
	partMissing // it is not there, and a lookup in another folder may follow
)

// roleOf judges a program by its file and by the name that it is called by: one file
// may be many programs.
func roleOf(file string, argv []string) part {
	base := path.Base(file)
	called := base
	if len(argv) > 0 && argv[0] != "" {
		called = path.Base(strings.TrimPrefix(argv[0], "-"))
	}
	if base == "busybox" || base == "toybox" {
		if called == base && len(argv) > 1 {
			called = argv[1]
		}
		if slices.Contains(actsAlone, called) || !isTool(called) {
			return partStandIn
		}
		return partReal
	}
	if isTool(base) {
		return partReal
	}
	// A link of another name leads to it: what counts is the file that would run.
	for _, family := range []string{"mawk", "gawk", "original-awk", "ksh93", "pgrep", "killall5", "gnucoreutils", "which.debianutils"} {
		if base == family && isTool(called) {
			return partReal
		}
	}
	if strings.HasPrefix(base, "perl") && slices.ContainsFunc(argv, inPlace().MatchString) {
		return partReal // it is what sed -i is
	}
	return partStandIn
}

// inPlace are the options of perl by which it puts a new file in the place of one.
var inPlace = regex.Of(`^-[pnlaws0-7]*i`)

func isTool(name string) bool { return slices.Contains(shells, name) || slices.Contains(tools, name) }
