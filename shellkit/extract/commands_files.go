package extract

// fileCommands are commands that make, move, replace and remove names.
func fileCommands() family {
	return family{
		"chown":    {is: namesOnly | namesAny | tellsWords | isEverywhere | asksNothing},
		"chmod":    {is: namesOnly | namesAny | tellsWords | isEverywhere | asksNothing},
		"rmdir":    {walk: removeCommand, is: silent | namesAny | makesNames | isEverywhere | asksNothing},
		"unlink":   {walk: removeCommand, is: silent | namesAny | makesNames | isEverywhere | asksNothing},
		"awk":      {is: asksFirst | readsToEnd | onlyLooks | readsFiles | tellsWords | isEverywhere, rewriter: &rewriter{only: []string{"inplace"}, behind: true, takes: []string{"-i", "-v", "-F"}}},
		"chgrp":    {is: namesOnly | namesAny | isEverywhere | asksNothing},
		"dd":       {walk: ddCommand, program: true, is: readsToEnd | isEverywhere},
		"gawk":     {is: asksFirst | readsToEnd | onlyLooks | isEverywhere, rewriter: &rewriter{only: []string{"inplace"}, behind: true, takes: []string{"-i", "-v", "-F"}}},
		"git":      {walk: gitCommand, program: true, is: closesInherited | makesNames | isEverywhere, with: []string{"clean"}},
		"link":     {walk: linkCommand, is: silent | namesOnly | makesNames},
		"ln":       {walk: linkCommand, is: silent | namesOnly | makesNames | tellsWords | isEverywhere},
		"mkdir":    {walk: mkdirCommand, is: silent | namesOnly | makesNames | isEverywhere | asksNothing},
		"mktemp":   {walk: plainProgram, is: onlyLooks | namesOnly | namesAny | isEverywhere},
		"mv":       {walk: moveCommand, is: makesNames | tellsWords | takesTime | isEverywhere},
		"patch":    {is: readsToEnd | isEverywhere, rewriter: &rewriter{first: true, never: []string{"--dry-run", "-o", "--output"}, takes: []string{"-i", "-d", "-D", "-F", "-p", "-B", "-r", "-Y", "-z", "-V"}}},
		"rm":       {walk: removeCommand, is: silent | namesAny | makesNames | tellsWords | isEverywhere | asksNothing},
		"rsync":    {walk: rsyncCommand, program: true, is: makesNames | isEverywhere, stays: &stayer{words: []string{"--daemon"}, unless: []string{"--no-detach"}}},
		"savelog":  {is: isEverywhere, rewriter: &rewriter{removes: true, takes: []string{"-m", "-u", "-g", "-c", "-r", "-T"}}},
		"shred":    {rewriter: &rewriter{removes: true, only: []string{"-u", "--remove", "--remove=unlink", "--remove=wipe", "--remove=wipesync"}, takes: []string{"-n", "-s"}}},
		"sponge":   {rewriter: &rewriter{never: []string{"-a"}}},
		"tar":      {is: readsToEnd | isEverywhere, rewriter: &rewriter{removes: true, only: []string{"--remove-files"}, behind: true}},
		"tee":      {walk: teeCommand, is: readsToEnd | handsOnText | namesAny | makesNames | tellsWords | isEverywhere},
		"touch":    {walk: touchCommand, is: onlyNotes | silent | namesOnly | namesAny | makesNames | isEverywhere | asksNothing},
		"truncate": {walk: touchCommand, is: namesAny | makesNames | isEverywhere},
		"yq":       {rewriter: &rewriter{only: []string{"-i", "--inplace", "--in-place"}, behind: true}},
		"zip":      {is: isEverywhere, rewriter: &rewriter{removes: true, only: []string{"-m", "--move"}, behind: true}},
		"zstd":     {rewriter: &rewriter{removes: true, only: []string{"--rm"}}},
	}.
		each(command{is: readsToEnd | isEverywhere, rewriter: &packs}, `bunzip2 bzip2 compress gunzip gzip unxz xz`).
		each(command{is: namesOnly | namesAny | tellsWords | isEverywhere}, ``).
		each(command{walk: copyCommand, is: makesNames | tellsWords | takesTime | isEverywhere}, `cp install`).
		each(command{rewriter: &turnsLines}, `dos2unix fromdos todos unix2dos`).
		each(command{is: readsToEnd, rewriter: &packs}, `lzma pbzip2 pigz uncompress unlzma`).
		each(command{walk: pipeCommand, is: silent | makesNames | isEverywhere}, `mkfifo mknod`).
		each(command{walk: removeCommand, is: silent | namesAny | makesNames | isEverywhere}, ``).
		each(command{rewriter: &throwsAway}, `srm trash trash-put wipe`)
}
