package shell

// languageQuestions are scripts that say yes where a fact about the language, about words
// and about traps holds.
var languageQuestions = []question{
	{"AndRedirects", func(f *Dialect) bool { return f.AndRedirects },
		`{ /bin/echo yes &>file; wait; } >/dev/null
cat file`},
	{"AlwaysBlocks", func(f *Dialect) bool { return f.AlwaysBlocks },
		`{ false; } always { echo yes; }`},
	{"EchoPlain", func(f *Dialect) bool { return f.EchoPlain },
		`[ "$(echo -n a)" = "-n a" ] && echo yes`},
	{"LoopLocals", func(f *Dialect) bool { return f.LoopLocals },
		`name=yes
f() { for name in a b; do :; done; }
f
echo $name`},
	{"Coproc", func(f *Dialect) bool { return f.Coproc },
		`coproc { :; } && echo yes`},
	{"Brackets missing", func(f *Dialect) bool { return f.Brackets == BracketsMissing || f == dialects[SystemShell] },
		`[[ a = a ]]
[ $? = 127 ] && echo yes`},
	{"Brackets as test", func(f *Dialect) bool { return f.Brackets == BracketsTest },
		`words='a = b'
[[ a = a ]] && ! [[ $words ]] && echo yes`},
	{"Braces", func(f *Dialect) bool { return f.Braces },
		`[ "$(echo a{b,c})" = "ab ac" ] && echo yes`},
	{"BraceApart", func(f *Dialect) bool { return f.BraceApart },
		`exec {fd} >file
echo yes`},
	{"GlobsValues", func(f *Dialect) bool { return f.GlobsValues },
		`pattern='*'
case x in $pattern) echo yes;; esac`},
	{"Foreach", func(f *Dialect) bool { return f.Foreach },
		`eval 'foreach name (yes)
echo $name
end' 2>/dev/null`},
	{"not DocumentsEnd", func(f *Dialect) bool { return !f.DocumentsEnd },
		`echo 'cat <<END
yes' >file
eval "$(cat file)" 2>/dev/null`},
	{"SetsArrays", func(f *Dialect) bool { return f.SetsArrays },
		`(set -A names no yes) 2>/dev/null && set -A names no yes && echo "${names[@]}" | sed 's/no //'`},
	{"ArraysFromOne", func(f *Dialect) bool { return f.ArraysFromOne },
		`array=(no yes)
echo "${array[1+0*0]}" >file
[ "$(cat file)" = no ] && echo yes`},
	{"ArraysFromOne, all", func(f *Dialect) bool { return f.ArraysFromOne },
		`array=(no yes)
echo $array`},
	{"Locals outer", func(f *Dialect) bool { return f.Locals == LocalOuter },
		`name=yes
f() { local name || return; echo "$name"; }
f`},
	{"Locals empty", func(f *Dialect) bool { return f.Locals == LocalEmpty },
		`f() { local name || return; [ "${name-no}" = "" ] && echo yes; }
f`},
	{"UnsetShows, the outer one", func(f *Dialect) bool { return f.UnsetShows == ShowsOuter },
		`name=yes
f() { local name=no || return; unset name; echo "$name"; }
f`},
	{"UnsetShows, and is that", func(f *Dialect) bool { return f.UnsetShows == ShowsOuter },
		`name=no
f() { local name=no || return; unset name; name=yes; }
f
echo "$name"`},
	{"UnsetShows, of a caller", func(f *Dialect) bool { return f.UnsetShows >= ShowsCallers },
		`name=yes
f() { local name=no || exit; g; echo "$name"; }
g() { unset name; }
f`},
	{"SmallPipes", func(f *Dialect) bool { return f.SmallPipes },
		`false | true
[ "${pipestatus[1]}" = 1 ] && echo yes`},
	{"ReturnFails", func(f *Dialect) bool { return f.ReturnFails || f.Tests },
		`return
echo yes`},
	{"UnsetUntrapped", func(f *Dialect) bool { return !f.UnsetUntrapped },
		`trap 'echo yes' EXIT
f() { : ${nothing?}; }
f`},
	{"LastUntrapped", func(f *Dialect) bool { return !f.LastUntrapped },
		`( trap 'exit 1' TERM; trap 'echo yes' EXIT; if :; then /bin/sh -c 'kill -TERM "$PPID"; :'; fi )`},
	{"LastUntrapped, but at the last command", func(*Dialect) bool { return true },
		`( trap 'exit 1' TERM; trap 'echo yes' EXIT; /bin/sh -c 'kill -TERM "$PPID"; :'; : )`},
	{"LastUntrapped, but in a loop", func(*Dialect) bool { return true },
		`( trap 'exit 1' TERM; trap 'echo yes' EXIT; while :; do /bin/sh -c 'kill -TERM "$PPID"; :'; done )`},
	{"LastUntrapped, but of the script", func(*Dialect) bool { return true },
		`trap 'exit 1' TERM; trap 'echo yes' EXIT; /bin/sh -c 'kill -TERM "$PPID"; :'`},
	{"SubstGoesOn", func(f *Dialect) bool { return f.SubstGoesOn },
		`set -e
x=$(false; echo yes)
echo "$x"`},
	{"SubstAsks", func(f *Dialect) bool { return f.SubstAsks },
		`( set -e; x=$(false; echo on); echo "$x" >file )
[ -s file ] && ( set -o posix ) && set -o posix || exit
trap '[ "$x" ] || echo yes' EXIT
set -e
x=$(false; echo no)`},
	{"KnowsErr", func(f *Dialect) bool { return f.KnowsErr },
		`trap 'echo yes' ERR
false`},
	{"ErrInherited", func(f *Dialect) bool { return f.ErrInherited >= ErrFunctions },
		`trap 'echo yes' ERR
f() { false; :; }
f`},
	{"ErrInherited by the word function", func(f *Dialect) bool { return f.ErrInherited >= ErrAllFunctions },
		`trap 'echo yes' ERR
function f { false; :; }
f`},
	{"ErrInherited on demand", func(f *Dialect) bool { return f.ErrInherited == ErrOnDemand || f.ErrInherited >= ErrAllFunctions },
		`( set -o errtrace ) && set -o errtrace
trap 'echo yes' ERR
function f { false; :; }
f`},
	{"ErrInherited in a subshell", func(f *Dialect) bool { return f.ErrInherited == ErrAnywhere },
		`trap 'echo yes' ERR
( false; : )`},
	{"TrapFunctions", func(f *Dialect) bool { return f.TrapFunctions },
		`TRAPUSR1() { echo yes; }
kill -USR1 $$`},
	{"ReturnTrap", func(f *Dialect) bool { return f.ReturnTrap },
		`f() { trap 'echo yes' RETURN; }
f`},
	{"FunctionExit", func(f *Dialect) bool { return f.FunctionExit == ExitOfAll },
		`f() { trap 'echo ye >file' EXIT; }
f
[ -e file ] && echo yes`},
	{"FunctionExit of the word function", func(f *Dialect) bool { return f.FunctionExit != ExitOfScript },
		`function f { trap 'echo ye >file' EXIT; }
f
[ -e file ] && echo yes`},
	{"JobNegated", func(f *Dialect) bool { return f.JobNegated }, closedIn("! hold 9>&- &")},
	{"LastTurn", func(f *Dialect) bool { return f.LastTurn }, droppedIn("( for i in 1; do hold 9>&-; done ) 9>locked\n:")},
	{"InOutForBoth", func(f *Dialect) bool { return f.InOutForBoth }, `[ -n "$(echo a <>/dev/null)" ] || echo yes`},
	{"PartsRunOn", func(f *Dialect) bool { return f.PartsRunOn }, goesOn("PART | LAST")},
	{"PartsRunOn, but for pipefail", func(f *Dialect) bool { return false }, "( set -o pipefail ) && set -o pipefail || exit\n" + goesOn("PART | LAST")},
	{"PartsLeft", func(f *Dialect) bool { return f.PartsLeft || f.PartsRunOn }, goesOn("( PART | LAST )")},
	{"PartsLeft, but behind !", func(f *Dialect) bool { return f.PartsRunOn }, goesOn("( ! PART | LAST )")},
	{"PartsLeft, but with a trap", func(f *Dialect) bool { return f.PartsRunOn }, goesOn("( trap : EXIT; PART | LAST )")},
	{"AsidesWaited", func(f *Dialect) bool { return !f.AsidesWaited }, withAsides + goesOn(`eval "{ LAST; } > >(PART)"`)},
	{"AsidesWaited, but for programs", func(*Dialect) bool { return true }, withAsides + goesOn(`eval "LAST > >(PART)"`)},
	{"LastFunction", func(f *Dialect) bool { return f.LastFunction }, droppedIn("g() { hold; :; }\nexec 9>locked\ng 9>&-\n")},
}
