package extract

// otherCommands are programs of which nothing else is known but what words mean to them, or that every system has them.
func otherCommands() family {
	return family{
		"usleep": {is: endsWell},
	}.
		each(command{is: tellsWords}, `apk apt-get brew dpkg-query help info opkg rg whence where whereis zypper`).
		each(command{is: tellsWords | isEverywhere}, `apt aptitude dnf dpkg man npm pacman pip rpm yum`).
		each(command{is: readsToEnd | isEverywhere}, `cpio expand gpg gpg2 mail mailx mutt mysql openssl pr psql sendmail split sqlite3 tsort unexpand wall`).
		each(command{is: isEverywhere}, `ar as blkid blockdev btrfs cal chattr clear convert createdb cryptsetup csplit curl cygpath dc dig dmesg
			dropdb dump e2fsck ed emulate ex exim faillock ffmpeg free fsck fstrim ftp getconf getopt gettext
			gpgconf grub2 gsettings halt host hostnamectl hwclock ifconfig initctl insmod ip ipcs ipset iptables join
			journalctl keytool kubectl last ldd less locale login loginctl logrotate losetup lsblk lscpu lsmod lspci lsusb
			lvcreate lvremove lvs mailq mdadm mesg mkfs mkswap modprobe more mount mountpoint msgfmt
			mysqladmin mysqldump nc netstat nmap nmcli nslookup parted partprobe passwd perf ping pkexec postconf
			postqueue poweroff pvs quota rclone readelf reboot renice reset restic restorecon rkhunter rmmod route
			rrdtool runlevel scp semanage setcap setfacl setfattr sftp sgdisk shuf shutdown smartctl socat
			ss stty swapoff swapon sync sysctl systemd tempfile top tune2fs udevadm udevd ulogd umount
			unfunction unzip updatedb useradd userdel usermod users vgs vi vim visudo vmstat wget who wipefs
			xmessage xrandr xset yes zcat zfs zpool`)
}
