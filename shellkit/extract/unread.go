package extract

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A file that is sourced and cannot be read blinds what hangs on it: flags that it may
// set, and the commands that may be functions of it. The rest of the script is what it
// is.

// unread takes down a file that was not read. A flag may have another value behind it.
func (x *walker) unread(c *call, f *flow) {
	x.sourced = true
	if name := c.args[1].text; isSettings(name) {
		x.marks.settings = append(x.marks.settings, name)
	} else if !slices.Contains(x.marks.unread, name) {
		if x.marks.unread = append(x.marks.unread, name); len(x.marks.unread) == 1 {
			x.marks.unreadAt = x.span(c.at)
		}
	}
	st := f.st
	for name := range x.in.split {
		if v, ok := st.vars.get(name); ok && v.known {
			st = st.set(name, x.fresh(name))
		}
	}
	*f = f.with(st)
}

// mayBeFunction tells whether a command is called as a function can be in every shell,
// and is no program that every system has.
func mayBeFunction(name string) bool {
	_, known := commands[name]
	return syntax.ValidName(name) && (!known || name == "lock") && !lockTools[name] && !declares[name] && !shellsOwn[name] && !programs[name]
}

// settleCalls gives the calls of what is defined nowhere their fate: each name once, at
// its first place. What they all come to is said once.
func (x *walker) settleCalls() {
	if len(x.marks.unread) == 0 {
		if len(x.marks.settings) > 0 {
			x.settledBySettings()
		}
		return
	}
	files, were := strings.Join(x.marks.unread, " and "), "was"
	if len(x.marks.unread) > 2 {
		files = strings.Join(x.marks.unread[:2], " and ") + " and others"
	}
	if len(x.marks.unread) > 1 {
		were = "were"
	}
	var names []string
	for _, s := range x.marks.calls {
		if _, defined := x.funcs[s.what]; defined || slices.Contains(names, s.what) || s.behind != "" {
			continue
		}
		names = append(names, s.what)
		x.fated(protocol.Site{What: s.what, Call: true, Fate: protocol.Unclear, Span: s.span, Why: "it may be a function of " + files})
	}
	if len(names) == 0 {
		return
	}
	list := strings.Join(names[:min(len(names), 4)], ", ")
	if len(names) > 4 {
		list += " and others"
	}
	x.p.Unknowns = append(x.p.Unknowns, protocol.Unknown{Span: x.marks.unreadAt, Why: fmt.Sprintf("%s %s not read, and %s may be defined there", files, were, list)})
}

// programs are what nearly every system has: nobody gives a function such a name for
// anything but the program.
var programs = shell.SetOf(`
	apachectl apt aptitude ar as awk basename bc bunzip2 bzip2 cal cat chgrp chmod chown chroot cksum clear cmp comm compress cp cpio crontab csplit curl cut
	date dc dd df diff dirname dmesg dnf docker dpkg du ed egrep env ex expand expr false fgrep file find flock fold free ftp fuser
	gawk getconf getent getopt git gpg grep groups gunzip gzip halt head hexdump host hostname id ifconfig insmod install ip ipcs
	iptables join jq kill killall last ldd less ln locale logger login logname logrotate ls lsblk lsmod lsof mail mailx make man mawk
	md5sum mesg mkdir mkfifo mknod mktemp modprobe more mount mv nc netstat nice nl nohup nproc nslookup od openssl passwd paste
	patch pacman perl pgrep php ping pkill poweroff pr ps psql pwd python python2 python3 readlink realpath reboot renice reset rev rm rmdir
	rmmod route rpm rsync ruby runuser scp sed seq service setfacl setsid sftp sh sha1sum sha256sum sha512sum shuf shutdown sleep sort split
	ss ssh stat strace strings stty su sudo sum swapoff swapon sync sysctl systemctl tac tail tar tee test time timeout top touch tput
	tr true truncate tsort tty udevadm umount uname unexpand uniq unlink unxz unzip uptime useradd userdel usermod users vi vim vmstat
	blkid blockdev btrfs chattr convert createdb cryptsetup cygpath dig dropdb dump e2fsck emulate exim faillock ffmpeg fsck fstrim gettext
	gpg2 gpgconf grub2 gsettings hostnamectl hwclock initctl ionice ipset journalctl keytool kubectl loginctl losetup lscpu lsusb lspci lvcreate
	lvremove lvs mailq make mdadm mkfs mkswap mountpoint msgfmt mutt mysql mysqladmin mysqldump nmcli nmap node npm openvpn parted partprobe
	perf pip pkexec postconf postqueue printenv pvs quota rclone readelf restic restorecon rkhunter rrdtool runlevel savelog screen semanage
	sendmail setcap setfattr sgdisk smartctl socat sqlite3 systemd tempfile tmux tune2fs udevd ulogd unfunction updatedb vgs visudo wipefs xmessage
	xrandr xset zfs zpool
	wall wc wget which who whoami xargs xz yes yum zcat zip
`)
