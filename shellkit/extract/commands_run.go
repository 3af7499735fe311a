package extract

// runningCommands are commands that run others: prefixes, shells, languages.
func runningCommands() family {
	return family{
		"cgexec":            {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "g"}},
		"chpst":             {walk: prefixCommand, redirects: true, is: takesLocks | runsWords, prefix: &prefix{takes: "uUbenmdofprtclC/"}},
		"chroot":            {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{operands: 1}},
		"chrt":              {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "TPD", operands: 1}},
		"doas":              {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "uC"}},
		"env":               {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{takes: "uCS", long: []string{"--unset", "--chdir"}, assigns: true}},
		"find":              {walk: findCommand, looks: &looker{takes: []string{"-maxdepth", "-mindepth", "-type"}, may: []string{"-L", "-H", "-P", "-maxdepth", "-type", "-print", "-prune", "-quit"}, names: true}, is: runsWords | namesOnly | makesNames | takesTime | isEverywhere, with: []string{"-delete", "-exec", "-execdir", "-ok", "-okdir"}},
		"ionice":            {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{takes: "cnpPu", long: []string{"--class", "--classdata"}}},
		"lockkit":           {walk: lockkitCommand, redirects: true, is: runsWords, prefix: &prefix{}},
		"ltrace":            {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "eospu"}},
		"nice":              {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{takes: "n", long: []string{"--adjustment"}}},
		"nohup":             {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{}},
		"nsenter":           {is: runsWords},
		"numactl":           {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "NmCpit"}},
		"parallel":          {walk: parallelCommand, redirects: true, is: runsWords},
		"prlimit":           {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "o"}},
		"runuser":           {walk: shellCommand, always: true, redirects: true, is: runsWords | runsText | runsInput | isEverywhere, prefix: &prefix{takes: "ugG", long: []string{"--user", "--group"}}},
		"schedtool":         {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "anp"}},
		"script":            {walk: shellCommand, always: true, redirects: true, is: runsText},
		"setpriv":           {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{long: []string{"--reuid", "--regid", "--groups"}}},
		"setsid":            {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{}, stays: &stayer{words: []string{"-f", "--fork"}}},
		"sh":                {walk: shellCommand, always: true, redirects: true, is: runsText | isShell | isEverywhere},
		"softlimit":         {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "acdflmoprst"}},
		"ssh":               {walk: shellCommand, always: true, redirects: true, is: readsToEnd | runsInput | closesInherited | closesFirst | isEverywhere},
		"start-stop-daemon": {is: runsWords | closesInherited},
		"stdbuf":            {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "ioe"}},
		"strace":            {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{takes: "eospuPE"}},
		"su":                {walk: shellCommand, always: true, redirects: true, is: runsWords | runsText | runsInput | isEverywhere},
		"sudo":              {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{takes: "ugpChrtUDTR", long: []string{"--user", "--group", "--chdir", "--host"}, assigns: true}},
		"systemd-cat":       {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "tp"}},
		"systemd-run":       {walk: prefixCommand, redirects: true, is: runsWords | closesInherited, prefix: &prefix{takes: "upEHMt", long: []string{"--unit", "--slice", "--property", "--uid", "--gid", "--description"}, needs: "--scope"}},
		"time":              {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{takes: "fo"}},
		"timeout":           {walk: prefixCommand, redirects: true, is: runsWords | isEverywhere, prefix: &prefix{takes: "sk", long: []string{"--signal", "--kill-after"}, operands: 1}},
		"unshare":           {walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{takes: "SG", long: []string{"--setuid", "--setgid", "--root", "--wd"}}},
		"watch":             {walk: shellCommand, always: true, redirects: true, is: runsWords, prefix: &prefix{takes: "n", long: []string{"--interval"}}},
		"xargs":             {walk: xargsCommand, redirects: true, is: readsToEnd | runsWords | makesNames | isEverywhere},
	}.
		each(command{walk: shellCommand, always: true, redirects: true, is: runsText | isShell}, `ash bash dash ksh ksh93 mksh yash zsh`).
		each(command{is: runsInput}, `at batch gmake mosh rsh`).
		each(command{walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{}}, `busybox catatonit chronic dumb-init eatmydata fakeroot linux32 linux64 proxychains systemd-inhibit tini
			torsocks unbuffer`).
		each(command{is: runsInput | isEverywhere}, `crontab make`).
		each(command{walk: prefixCommand, redirects: true, is: runsWords, prefix: &prefix{operands: 1}}, `envdir gosu setarch setuidgid su-exec taskset`).
		each(command{walk: shellCommand, always: true, redirects: true, is: isShell}, `lksh oksh`).
		each(command{walk: languageCommand, program: true, is: isLanguage}, `lua tclsh`).
		each(command{walk: languageCommand, program: true, is: isLanguage | isEverywhere}, `node perl php python python2 python3 ruby`)
}
