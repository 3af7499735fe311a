package reworded

// rewrite is another way to write a script. It returns false where it does not fit, and may
// have changed the draft then.
type rewrite struct {
	name  string
	apply func(*draft) bool
}

var rewrites = []rewrite{
	{"in a function", (*draft).inFunction},
	{"in a group", (*draft).inGroup},
	{"under a case", (*draft).underCase},
	{"under an if", (*draft).underIf},
	{"in a loop that runs once", (*draft).inLoop},
	{"ends by exit", (*draft).endsByExit},
	{"a line between", (*draft).lineBetween},
	{"a command in a function", (*draft).commandInFunction},
	{"some lines in a function", (*draft).linesInFunction},
	{"functions in a file", (*draft).functionsInFile},
	{"a trap in a function", (*draft).trapInFunction},
	{"signals by number", (*draft).signalsByNumber},
	{"other names", (*draft).otherNames},
	{"a path in a variable", (*draft).pathInVariable},
	{"a path with a default", (*draft).pathWithDefault},
	{"quoted words", (*draft).quotedWords},
	{"test for [", (*draft).testForBracket},
	{"if for ||", (*draft).ifForOr},
	{"|| for if", (*draft).orForIf},
	{"in another shell", (*draft).inAnotherShell},
}
