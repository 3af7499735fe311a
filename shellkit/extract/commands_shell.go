package extract

// shellCommands are what a shell does itself.
func shellCommands() family {
	return family{
		"readonly": {walk: declareCommand, is: isBuiltin | setsOperands | declares | namesOnly | tellsWords | asksNothing},
		"export":   {walk: declareCommand, is: isBuiltin | setsOperands | declares | namesOnly | tellsWords | asksNothing},
		"source":   {walk: sourceCommand, always: true, is: readsItsFiles | isBuiltin | tellsWords | mayLeave},
		".":        {walk: sourceCommand, always: true, is: readsItsFiles | isBuiltin | tellsWords | mayLeave},
		":":        {walk: quietBuiltin, is: isBuiltin | onlyPrints | onlyNotes | silent | namesOnly | namesAny | endsWell},
		"[":        {walk: testCommand, is: isBuiltin | alsoProgram | onlyPrints | silent | namesOnly | namesAny | tellsWords | weighsWords},
		"[[":       {walk: testCommand},
		"break":    {walk: breakCommand, control: true, is: isBuiltin | mayLeave | endsWell},
		"builtin":  {walk: prefixCommand, always: true, redirects: true, is: isBuiltin | runsWords | mayLeave, prefix: &prefix{}},
		"cd":       {walk: cdCommand, is: isBuiltin, sets: []string{"PWD", "OLDPWD"}},
		"command":  {walk: prefixCommand, always: true, redirects: true, is: isBuiltin | alsoProgram | runsWords | mayLeave, prefix: &prefix{}},
		"compgen":  {walk: setterCommand, is: isBuiltin | setsOperands | tellsWords},
		"continue": {walk: continueCommand, control: true, is: isBuiltin},
		"coproc":   {is: isBuiltin | setsOperands, sets: []string{"COPROC"}},
		"echo":     {walk: echoCommand, is: isBuiltin | alsoProgram | onlyPrints | onlyNotes | listsNames | outspoken | namesOnly | namesAny | tellsWords | endsWell | asksNothing},
		"eval":     {walk: evalCommand, always: true, locks: true, is: isBuiltin | namesOnly | namesAny | mayLeave | weighsWords},
		"exec":     {walk: execCommand, always: true, redirects: true, is: isBuiltin | runsWords | silent | namesOnly | namesAny | mayLeave},
		"exit":     {walk: exitCommand, always: true, is: isBuiltin | silent | namesOnly | namesAny | tellsWords | mayLeave | endsWell},
		"false":    {walk: fails, control: true, is: isBuiltin | alsoProgram | onlyPrints | silent | namesOnly | isEverywhere},
		"foreach":  {walk: foreachCommand, is: isBuiltin},
		"getopts":  {walk: getoptsCommand, is: isBuiltin | setsOperands, sets: []string{"OPTARG", "OPTIND"}},
		"hash":     {walk: whichCommand, is: isBuiltin | tellsWords},
		"jobs":     {is: isBuiltin | onlyLooks},
		"kill":     {walk: killCommand, is: isBuiltin | alsoProgram | silent | namesOnly | namesAny | tellsWords | isEverywhere | mayLeave},
		"local":    {walk: declareCommand, is: isBuiltin | setsOperands | declares | onlyPrints | silent | namesOnly | tellsWords | asksNothing},
		"popd":     {walk: popdCommand, is: isBuiltin},
		"print":    {walk: printfCommand, is: isBuiltin | setsOperands | onlyPrints | onlyNotes | namesOnly | namesAny | tellsWords | endsWell | asksNothing},
		"printf":   {walk: printfCommand, is: isBuiltin | alsoProgram | setsOperands | onlyPrints | onlyNotes | listsNames | outspoken | namesOnly | namesAny | tellsWords | endsWell | asksNothing},
		"pushd":    {walk: pushdCommand, is: isBuiltin},
		"pwd":      {is: isBuiltin | alsoProgram | onlyNotes | onlyLooks | isEverywhere},
		"read":     {walk: readCommand, is: readsItsFiles | isBuiltin | setsOperands | readsLines | namesOnly | namesAny | tellsWords, sets: []string{"REPLY", "reply"}},
		"return":   {walk: returnCommand, control: true, is: isBuiltin | onlyPrints | silent | namesOnly | namesAny | tellsWords | mayLeave | endsWell},
		"select":   {is: isBuiltin | setsOperands, sets: []string{"REPLY"}},
		"set":      {walk: setCommand, always: true, is: isBuiltin | setsOperands | silent | namesOnly | namesAny | tellsWords | mayLeave | endsWell},
		"shift":    {walk: shiftCommand, control: true, is: isBuiltin | onlyPrints | namesOnly | namesAny | endsWell},
		"shopt":    {walk: shoptCommand, always: true, is: isBuiltin},
		"test":     {walk: testCommand, is: isBuiltin | alsoProgram | onlyPrints | silent | namesOnly | namesAny | tellsWords | isEverywhere | weighsWords},
		"trap":     {walk: trapCommand, always: true, is: isBuiltin | namesOnly | namesAny | tellsWords | endsWell | weighsWords | asksNothing},
		"true":     {walk: quietBuiltin, is: isBuiltin | alsoProgram | onlyPrints | onlyNotes | silent | namesOnly | isEverywhere | endsWell},
		"type":     {walk: whichCommand, is: isBuiltin | onlyLooks | tellsWords},
		"umask":    {walk: quietBuiltin, is: isBuiltin | alsoProgram},
		"unset":    {walk: unsetCommand, is: isBuiltin | setsOperands | namesOnly | tellsWords | endsWell},
		"wait":     {walk: waitCommand, always: true, is: isBuiltin | setsOperands},
	}.
		each(command{walk: sourceCommand, always: true, is: isBuiltin | tellsWords}, ``).
		each(command{walk: aliasCommand, always: true, is: isBuiltin | tellsWords}, `alias`).
		each(command{is: isBuiltin | tellsWords}, `complete enable unalias`).
		each(command{walk: setterCommand, is: isBuiltin | setsOperands}, `array float integer let private strftime sysopen sysread vared zformat zparseopts zregexparse zstat`).
		each(command{is: isBuiltin}, `autoload bg caller dirs disown fg history times ulimit`).
		each(command{walk: declareCommand, is: isBuiltin | setsOperands | declares | namesOnly | tellsWords}, `declare typeset`).
		each(command{is: isBuiltin | setsOperands}, `getln nameref zstyle`).
		each(command{walk: setterCommand, is: readsItsFiles | isBuiltin | setsOperands | readsLines, sets: []string{"MAPFILE"}}, `mapfile readarray`).
		each(command{walk: setoptCommand, always: true, is: isBuiltin}, `setopt unsetopt`)
}
