package extract

// serviceCommands are programs that leave a process behind, or close what they inherit.
func serviceCommands() family {
	return family{
		"apachectl":   {is: isEverywhere, stays: &stayer{words: []string{"start", "restart", "graceful"}}},
		"autossh":     {stays: &stayer{letters: "f"}},
		"chronyd":     {stays: &stayer{unless: []string{"-d", "-n", "-q", "-Q"}}},
		"crond":       {stays: &stayer{unless: []string{"-f", "-n"}}},
		"daemon":      {stays: &stayer{unless: []string{"-f", "--foreground", "--stop", "--restart", "--running", "--list"}}},
		"dhclient":    {stays: &stayer{unless: []string{"-d", "-r", "-x", "-1"}}},
		"dnsmasq":     {stays: &stayer{unless: []string{"-d", "-k", "--no-daemon", "--keep-in-foreground", "--test"}}},
		"docker":      {is: closesInherited | isEverywhere},
		"emacs":       {stays: &stayer{words: []string{"--daemon", "--bg-daemon"}}},
		"gpg-agent":   {stays: &stayer{words: []string{"--daemon"}}},
		"inetd":       {stays: &stayer{unless: []string{"-f", "-d"}}},
		"invoke-rc.d": {stays: &stayer{words: []string{"start", "restart", "force-reload"}}},
		"lighttpd":    {stays: &stayer{unless: []string{"-D", "-t", "-tt"}}},
		"memcached":   {stays: &stayer{letters: "d"}},
		"named":       {stays: &stayer{unless: []string{"-f", "-g", "-v"}}},
		"nginx":       {stays: &stayer{unless: []string{"-s", "-t", "-T", "-v", "-V", "-h", "daemon off;"}}},
		"ntpd":        {stays: &stayer{unless: []string{"-n", "-q", "-d"}}},
		"openvpn":     {is: isEverywhere, stays: &stayer{words: []string{"--daemon"}}},
		"php-fpm":     {stays: &stayer{letters: "D", words: []string{"--daemonize"}}},
		"podman":      {stays: &stayer{words: []string{"run"}}},
		"rsyslogd":    {stays: &stayer{unless: []string{"-n", "-N"}}},
		"screen":      {is: isEverywhere, stays: &stayer{letters: "dD"}},
		"service":     {is: tellsWords | isEverywhere, stays: &stayer{words: []string{"start", "restart", "reload", "force-reload"}}},
		"slapd":       {stays: &stayer{unless: []string{"-d", "-T"}}},
		"squid":       {stays: &stayer{unless: []string{"-N", "-k"}}},
		"ssh-agent":   {stays: &stayer{unless: []string{"-k", "-d", "-D"}}},
		"sshd":        {stays: &stayer{unless: []string{"-D", "-d", "-t", "-T"}}},
		"stunnel":     {stays: &stayer{unless: []string{"-fd"}}},
		"supervisord": {stays: &stayer{unless: []string{"-n", "--nodaemon"}}},
		"systemctl":   {is: closesInherited | tellsWords | isEverywhere},
		"tmux":        {is: isEverywhere, stays: &stayer{words: []string{"new-session", "new"}}},
		"udhcpc":      {stays: &stayer{letters: "b"}},
		"uwsgi":       {stays: &stayer{letters: "d", words: []string{"--daemonize"}}},
		"varnishd":    {stays: &stayer{unless: []string{"-F", "-C"}}},
		"vsftpd":      {stays: &stayer{unless: []string{"-obackground=NO"}}},
		"xinetd":      {stays: &stayer{unless: []string{"-dontfork", "-d"}}},
	}.
		each(command{stays: &stayer{words: []string{"start", "restart", "graceful"}}}, `apache2 apache2ctl httpd`).
		each(command{stays: &stayer{letters: "D"}}, `aria2c gunicorn haproxy nmbd smbd unicorn winbindd`).
		each(command{stays: &stayer{}}, `daemonize dbus-launch`).
		each(command{stays: &stayer{words: []string{"--fork"}}}, `dbus-daemon mongod`).
		each(command{is: closesInherited}, `docker-compose nerdctl`).
		each(command{stays: &stayer{letters: "B"}}, `hostapd wpa_supplicant`).
		each(command{stays: &stayer{unless: []string{"-n"}}}, `klogd syslogd`).
		each(command{stays: &stayer{words: []string{"start", "restart"}}}, `pg_ctl pg_ctlcluster rc-service`)
}
