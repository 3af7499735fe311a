package shell

// exitQuestions are scripts that say yes where a fact about the end of a shell in a function,
// and about the EXIT trap that runs then, holds.
var exitQuestions = []question{
	{"UnsetUntrapped, not of set -u", func(f *Dialect) bool { return true },
		`trap 'echo yes' EXIT
set -u
f() { : $nothing; }
f`},
	{"ErrexitUntrapped", func(f *Dialect) bool { return !f.ErrexitUntrapped },
		`trap 'echo yes' EXIT
set -e
f() { false; }
f`},
	{"ErrexitUntrapped, not outside", func(f *Dialect) bool { return true },
		`trap 'echo yes' EXIT
set -e
f() { [ "" ] && :; }
f`},
	{"ErrexitUntrapped, not in a subshell", func(f *Dialect) bool { return true },
		`set -e
f() { ( trap 'echo yes' EXIT; false; ); }
f`},
	{"ReturnUntrapped", func(f *Dialect) bool { return !f.ReturnUntrapped },
		`trap 'echo yes' EXIT
set -e
f() { false || return 3; }
f`},
	{"ExitParams of the function", func(f *Dialect) bool { return f.ExitParams == ParamsOfFunction },
		`trap 'echo "$1"' EXIT
set -- no
f() { exit; }
f yes`},
	{"ExitParams of the inner function", func(f *Dialect) bool { return f.ExitParams == ParamsOfFunction },
		`trap 'echo "$1"' EXIT
g() { exit; }
f() { g yes; }
f no`},
	{"ExitParams behind a signal", func(f *Dialect) bool { return f.ExitParams == ParamsOfFunction },
		`trap 'echo "$1"' EXIT
trap exit TERM
f() { kill -TERM $$; :; }
f yes`},
	{"ExitParams, not of a signal's trap", func(*Dialect) bool { return true },
		`trap 'echo "$1"' TERM
f() { kill -TERM $$; :; }
f yes`},
	{"ExitParams of the shell", func(f *Dialect) bool { return f.ExitParams == ParamsOfShell },
		`g() { exit; }
f() { ( trap 'echo "$1"' EXIT; g no ); }
f yes`},
	{"ExitParams of the script", func(f *Dialect) bool { return f.ExitParams == ParamsOfScript },
		`set -- yes
f() { ( trap 'echo "$1"' EXIT; : ); }
f no`},
	{"ExitLocals", func(f *Dialect) bool { return f.ExitLocals },
		`trap 'echo "$name"' EXIT
f() { local name=yes || name=; exit; }
f`},
	{"UnsetUnwinds", func(f *Dialect) bool { return f.UnsetUnwinds || f.ExitParams != ParamsOfFunction },
		`trap 'echo "$1"' EXIT
set -u
set -- yes
f() { : $nothing; }
f no`},
	{"FunctionExit sees what is outside", func(*Dialect) bool { return true },
		`f() { trap 'echo "$1"' EXIT; set -- no; }
set -- yes
f no`},
	{"TrapFunctions, with the number", func(f *Dialect) bool { return f.TrapFunctions },
		`TRAPTERM() { [ "$1" = 15 ] && echo yes; }
kill -TERM $$; :`},
	{"TrapFunctions, exit skips the traps of functions", func(f *Dialect) bool { return false },
		`TRAPTERM() { exit 1; }
f() { trap 'echo yes' EXIT; kill -TERM $$; :; }
[ "$ZSH_VERSION" ] && f`},
	{"TrapFunctions, exit runs the trap of the script", func(f *Dialect) bool { return f.TrapFunctions },
		`TRAPTERM() { exit 1; }
trap '[ "$ZSH_VERSION" ] && echo yes' EXIT
f() { kill -TERM $$; :; }
f`},
}
