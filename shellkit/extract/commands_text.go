package extract

// lookingCommands are commands that look at text, processes and files, and print.
func lookingCommands() family {
	return family{
		"basename": {is: onlyPrints | onlyLooks | namesOnly | namesAny | tellsWords | isEverywhere},
		"cat":      {walk: catCommand, looks: &reader, is: readsToEnd | onlyLooks | handsOnText | readsFiles | tellsWords | isEverywhere},
		"date":     {is: onlyPrints | onlyNotes | onlyLooks | namesOnly | namesAny | isEverywhere},
		"dirname":  {is: onlyLooks | namesOnly | namesAny | tellsWords | isEverywhere},
		"expr":     {walk: exprCommand, program: true, is: onlyLooks | isEverywhere},
		"fold":     {is: readsToEnd | onlyLooks | handsOnText | isEverywhere},
		"grep":     {looks: &searcher, is: asksFirst | readsToEnd | onlyLooks | handsOnText | readsFiles | tellsWords | isEverywhere},
		"hostname": {is: onlyPrints | onlyNotes | onlyLooks | namesAny | isEverywhere},
		"killall":  {is: tellsWords | isEverywhere | asksProcesses},
		"logger":   {walk: quietProgram, is: readsToEnd | onlyPrints | namesOnly | namesAny | tellsWords | isEverywhere | endsWell | asksNothing},
		"ls":       {looks: &looker{takes: []string{"-I", "-w", "-T"}, names: true}, is: onlyLooks | listsNames | namesOnly | namesAny | tellsWords | isEverywhere},
		"pgrep":    {walk: aliveCommand, is: onlyLooks | namesOnly | namesAny | tellsWords | isEverywhere | asksProcesses},
		"pidof":    {is: onlyLooks | tellsWords | asksProcesses},
		"pkill":    {walk: pkillCommand, program: true, is: tellsWords | isEverywhere},
		"ps":       {walk: psCommand, is: onlyLooks | namesOnly | namesAny | isEverywhere | asksProcesses},
		"sed":      {walk: sedCommand, is: asksFirst | readsToEnd | onlyLooks | handsOnText | readsFiles | makesNames | tellsWords | isEverywhere, with: []string{"-i", "--in-place"}},
		"sleep":    {is: silent | isEverywhere | endsWell},
		"stat":     {looks: &looker{takes: []string{"-c"}}, is: setsOperands | onlyLooks | namesOnly | namesAny | isEverywhere},
		"tput":     {is: onlyPrints | onlyLooks | isEverywhere},
		"ts":       {is: readsToEnd | handsOnText},
		"which":    {walk: whichCommand, is: onlyLooks | tellsWords | isEverywhere},
	}.
		each(command{is: readsItsFiles | onlyLooks | isEverywhere}, `cmp comm diff`).
		each(command{is: onlyLooks | isEverywhere}, `df file getent groups nproc printenv seq tty uname uptime`).
		each(command{looks: &looker{takes: []string{"-d", "-B", "-t"}, names: true}, is: onlyLooks | isEverywhere}, `du`).
		each(command{looks: &looker{}, is: readsToEnd | onlyLooks | isEverywhere}, `cksum md5sum sha1sum sha256sum sha512sum wc`).
		each(command{is: readsToEnd | onlyLooks | isEverywhere}, `bc paste`).
		each(command{is: asksFirst | readsToEnd | onlyLooks | isEverywhere}, `jq mawk nawk`).
		each(command{looks: &reader, is: readsToEnd | onlyLooks | isEverywhere}, `hexdump nl od rev sort strings sum tac uniq`).
		each(command{is: onlyLooks}, `lslocks`).
		each(command{is: readsToEnd | onlyLooks}, `column fmt lz4 lzop pv xxd`).
		each(command{looks: &reader, is: onlyLooks | handsOnText | readsFiles | isEverywhere}, `head`).
		each(command{looks: &reader, is: readsToEnd | onlyLooks | handsOnText | readsFiles | isEverywhere}, `cut tail`).
		each(command{is: readsToEnd | onlyLooks | handsOnText | readsFiles | isEverywhere}, `tr`).
		each(command{looks: &searcher, is: asksFirst | readsToEnd | onlyLooks | tellsWords | isEverywhere}, `egrep fgrep`).
		each(command{is: onlyLooks | namesOnly | namesAny | isEverywhere}, `fuser lsof`).
		each(command{looks: &looker{only: []string{"-e", "--canonicalize-existing"}}, is: onlyLooks | namesOnly | namesAny | isEverywhere}, `readlink realpath`).
		each(command{is: onlyNotes | onlyLooks | isEverywhere}, `id logname whoami`)
}

// reader is a command that prints what stands in the file that it is given, and searcher one
// that looks for something in it: where there is nothing of that it fails as well.
var (
	reader   = looker{takes: []string{"-n", "-c", "-d", "-f", "-b", "-k", "-t", "-A", "-N", "-j", "-w", "-s", "-v", "-i", "-l"}, shows: true}
	searcher = looker{takes: []string{"-m", "-A", "-B", "-C", "-e", "-f"}, behind: 1, hides: []string{"-e", "-f", "--regexp", "--file"}, shows: true, weighs: true}
)
