package extract

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// entry says how a command is walked.
type entry struct {
	walk      func(x *walker, c *call, f flow) []flow
	always    bool // it matters wherever it stands
	control   bool // it moves control within a function or a loop
	locks     bool // its redirects are opened for real: flock 9 9>file
	redirects bool // it handles its redirects itself
	program   bool // it is work, whatever else it does
}

// commands is every command that is understood. It is filled here, not by
// init functions of other files, so that one look tells what there is.
var commands map[string]entry

func init() {
	quiet := entry{walk: func(x *walker, c *call, f flow) []flow { return x.succeeds(c, f) }}
	commands = map[string]entry{
		":": quiet, "true": quiet, "echo": {walk: echoCommand}, "printf": {walk: printfCommand}, "logger": {walk: quietProgram}, "false": {walk: fails, control: true},
		"print": {walk: printfCommand}, "umask": quiet,

		"exit": {walk: exitCommand, always: true}, "return": {walk: returnCommand, control: true},
		"break": {walk: breakCommand, control: true}, "continue": {walk: continueCommand, control: true},
		"set": {walk: setCommand, always: true}, "shopt": {walk: shoptCommand, always: true}, "setopt": {walk: setoptCommand, always: true}, "unsetopt": {walk: setoptCommand, always: true},
		"shift": {walk: shiftCommand, control: true}, "unset": {walk: unsetCommand}, "read": {walk: readCommand},
		"local": {walk: declareCommand}, "export": {walk: declareCommand}, "readonly": {walk: declareCommand},
		"typeset": {walk: declareCommand}, "declare": {walk: declareCommand},
		"getopts": {walk: getoptsCommand}, "trap": {walk: trapCommand, always: true}, "wait": {walk: waitCommand, always: true},
		"exec": {walk: execCommand, always: true, redirects: true}, "eval": {walk: evalCommand, always: true, locks: true},
		"source": {walk: sourceCommand, always: true}, ".": {walk: sourceCommand, always: true},
		"cd": {walk: cdCommand}, "pushd": {walk: pushdCommand}, "popd": {walk: popdCommand}, "kill": {walk: killCommand}, "pkill": {walk: pkillCommand, program: true},

		"mapfile": {walk: setterCommand}, "readarray": {walk: setterCommand}, "let": {walk: setterCommand}, "vared": {walk: setterCommand}, "sysread": {walk: setterCommand},
		"zparseopts": {walk: setterCommand}, "zstat": {walk: setterCommand}, "strftime": {walk: setterCommand}, "integer": {walk: setterCommand}, "float": {walk: setterCommand},
		"private": {walk: setterCommand}, "compgen": {walk: setterCommand}, "zformat": {walk: setterCommand}, "zregexparse": {walk: setterCommand}, "sysopen": {walk: setterCommand}, "array": {walk: setterCommand},

		"[": {walk: testCommand}, "test": {walk: testCommand}, "[[": {walk: testCommand}, "pgrep": {walk: aliveCommand}, "ps": {walk: psCommand}, "expr": {walk: exprCommand, program: true}, "find": {walk: findCommand},

		"flock": {walk: flockCommand, always: true, locks: true}, "zsystem": {walk: zsystemCommand, always: true, locks: true},
		"lockf":    {walk: lockfCommand, always: true, locks: true},
		"lockfile": {walk: lockTool("lockfile"), always: true}, "dotlockfile": {walk: lockTool("dotlockfile"), always: true},
		"lockfile-create": {walk: lockTool("lockfile-create"), always: true}, "lockfile-remove": {walk: lockTool("lockfile-remove"), always: true}, "lockfile-touch": {walk: lockTool("lockfile-touch"), always: true},
		"shlock": {walk: lockTool("shlock"), always: true}, "pmlock": {walk: lockTool("pmlock"), always: true},
		"lckdo": {walk: lockRunner, always: true}, "with-lock-ex": {walk: lockRunner, always: true}, "setlock": {walk: lockRunner, always: true}, "runlock": {walk: lockRunner, always: true},
		"with_lock": {walk: withLockCommand, always: true, locks: true}, "lock_fd": {walk: lockFDCommand, always: true, locks: true}, "unlock": {walk: unlockCommand, always: true},

		"rm": {walk: removeCommand}, "rmdir": {walk: removeCommand}, "unlink": {walk: removeCommand},
		"mv": {walk: moveCommand}, "cp": {walk: copyCommand}, "install": {walk: copyCommand}, "ln": {walk: linkCommand}, "link": {walk: linkCommand},
		"which": {walk: whichCommand}, "type": {walk: whichCommand}, "hash": {walk: whichCommand},
		"mkdir": {walk: mkdirCommand}, "mkfifo": {walk: pipeCommand}, "mknod": {walk: pipeCommand}, "dd": {walk: ddCommand, program: true}, "touch": {walk: touchCommand}, "sed": {walk: sedCommand}, "git": {walk: gitCommand, program: true}, "rsync": {walk: rsyncCommand, program: true}, "mktemp": {walk: plainProgram},
		"cat": {walk: catCommand}, "tee": {walk: teeCommand}, "truncate": {walk: touchCommand},
	}
	commands["lock"] = entry{walk: lockCommand, always: true}
	commands["xargs"] = entry{walk: xargsCommand, redirects: true}
	commands["parallel"] = entry{walk: parallelCommand, redirects: true}
	for name := range languages {
		commands[name] = entry{walk: languageCommand, program: true}
	}
	for name := range prefixes {
		commands[name] = entry{walk: prefixCommand, always: name == "command" || name == "builtin", redirects: true}
	}
	for _, name := range []string{"sh", "bash", "dash", "ash", "ksh", "ksh93", "mksh", "lksh", "oksh", "zsh", "yash", "su", "runuser", "ssh", "script", "watch"} {
		commands[name] = entry{walk: shellCommand, always: true, redirects: true}
	}
}

// commandOf returns what is known of a command, from its name and the word that names it.
// A word with a folder in it names a program, and no program is what only a shell can do.
func commandOf(name, word string) (entry, bool) {
	if strings.Contains(word, "/") && ofShell[name] {
		return entry{}, false
	}
	e, ok := commands[name]
	return e, ok
}

func plainProgram(x *walker, c *call, f flow) []flow { return x.program(c, c.name(), f) }

func quietProgram(x *walker, c *call, f flow) []flow {
	n := x.node(protocol.Work, c.at)
	n.Text, n.Mode = c.name(), protocol.Quiet|protocol.Program|adds(c.at)
	return []flow{x.then(f, n).with(f.st.ok())}
}

// succeeds is a builtin that prints or does nothing.
func (x *walker) succeeds(c *call, f flow) []flow {
	n := x.node(protocol.Work, c.at)
	n.Text = c.name()
	if !x.writes(c.at) {
		n.Mode = protocol.Quiet | adds(c.at)
	}
	g := x.then(f, n)
	return []flow{g.with(g.st.ok())}
}

func fails(x *walker, c *call, f flow) []flow { return []flow{f.with(f.st.fail())} }

// rest is the call of the words from i on, run past the shell's own lookup.
func (c *call) rest(i int, plain bool) *call {
	return &call{
		at: c.at, expr: c.expr, args: c.args[i:], words: c.words[min(i, len(c.words)):], plain: plain,
		loose: c.loose, from: max(c.from-i, 0), behind: c.behind, past: c.past, execs: c.execs, limit: c.limit, apart: c.apart,
	}
}

// whichCommand walks the ways to ask whether a command is there.
func whichCommand(x *walker, c *call, f flow) []flow {
	return x.installed(c, c.args[1:], f)
}

// firstOperand is the index of the first word that is no option.
func firstOperand(args []value) int {
	for i := 1; i < len(args); i++ {
		if !strings.HasPrefix(args[i].text, "-") {
			return i
		}
	}
	return len(args)
}
