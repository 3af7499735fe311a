package extract

import (
	"strings"
	"sync"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// command is what is known of a command by its name. Who wants to teach a command adds a
// row to its family (commands_*.go); what is no row loses precision and never truth.
type command struct {
	walk      func(x *walker, c *call, f flow) []flow
	always    bool // it matters wherever it stands
	control   bool // it moves control within a function or a loop
	locks     bool // its redirects are opened for real: flock 9 9>file
	redirects bool // it handles its redirects itself
	program   bool // it is work, whatever else it does

	is       trait
	sets     []string  // variables that it sets without being told
	tool     *lockTool // it takes a lock file, or gives it up
	prefix   *prefix   // it runs the command behind its own words
	rewriter *rewriter // it leaves another file, or none, under the names that it is given
	looks    *looker   // it fails where the file that it is given is not there
	stays    *stayer   // it leaves a process behind
	with     []string  // it makes or removes names only where one of these is among its words
}

// trait is something that is true of a command, whatever its words are.
type trait uint64

const (
	isBuiltin       trait = 1 << iota // shells run it in their own process
	alsoProgram                       // and there is a program of that name, which does the same
	setsOperands                      // it sets the variables that its operands name
	declares                          // it assigns; where the dialect has it as a plain command its operands are words
	readsLines                        // it puts what it reads into variables
	takesLocks                        // it takes or releases a lock
	meansTool                         // its name means nothing else where it is an operand
	runsWords                         // it runs the words behind its options
	runsText                          // it runs a word behind -c as a script
	runsInput                         // it has its input run as a script, or may, without a shell among its words
	isShell                           // its operand is a script
	isLanguage                        // it runs a word behind an option, or a here-document, in another language
	closesInherited                   // it closes what it inherits before it goes on, or has a service start what stays
	closesFirst                       // it closes every descriptor above 2 itself, as the first thing that it does
	onlyPrints                        // it changes nothing but what a person reads
	onlyNotes                         // its output is a note and no result
	onlyLooks                         // it looks at text, processes, files or locks and leaves them as they are
	handsOnText                       // it hands on what it reads and changes nothing else
	readsToEnd                        // it reads its input until there is no more
	readsItsFiles                     // it reads the files in its words to the end
	readsFiles                        // it says what stands in a file: in a substitution it asks who has it
	listsNames                        // it prints the names that it is given
	outspoken                         // its output is known
	silent                            // it has none: what it complains of goes elsewhere
	namesOnly                         // an operand of it is nothing but a name
	namesAny                          // an operand of it need be nothing but a name: it makes, removes, looks and tells
	makesNames                        // it makes, moves, replaces or removes what it is given
	tellsWords                        // the name of a tool is a word like any other to it
	mayLeave                          // it may end a loop, or the shell that goes through it
	endsWell                          // it succeeds, whatever its words are
	asksProcesses                     // it looks for processes by their names
	weighsWords                       // it matters what its operands are
	asksNothing                       // it writes or removes what it names, or prints, and asks nobody what is in it
	asksFirst                         // its first operand says what is looked for in the files behind it
	takesTime                         // it goes through files of any size, and a signal may find it at that
	isEverywhere                      // nearly every system has it: nobody gives a function such a name for anything but the program
)

// family is a part of the table.
type family map[string]command

// each adds a row for each of the names, which are all alike.
func (f family) each(c command, names string) family {
	for _, name := range strings.Fields(names) {
		f[name] = c
	}
	return f
}

// commands is every command of which something is known, put together when it is first
// asked for. It is set here, since walks ask it and stand in it.
var commands func() family

func init() { commands = sync.OnceValue(allCommands) }

// allCommands is every part of the table, so that one look tells what there is.
func allCommands() family {
	all := family{}
	for _, part := range []family{
		shellCommands(), lockCommands(), runningCommands(), fileCommands(), lookingCommands(), serviceCommands(), otherCommands(),
	} {
		for name, row := range part {
			if _, twice := all[name]; twice {
				panic("two rows for " + name)
			}
			all[name] = row
		}
	}
	return all
}

// isA tells whether that is true of a command.
func isA(name string, what trait) bool { return commands()[name].is&what != 0 }

// namesOf lists the commands of which that is true, in order.
func namesOf(what trait) (names []string) {
	for _, name := range sortedKeys(commands()) {
		if isA(name, what) {
			names = append(names, name)
		}
	}
	return names
}

// ofShell tells of a command that means something to the shell that runs it alone. Behind a
// prefix, and with a folder in front, it is a program, if there is any.
func ofShell(name string) bool { return isA(name, isBuiltin) && !isA(name, alsoProgram) }

// commandOf returns how a command is walked, from its name and the word that names it.
// A word with a folder in it names a program, and no program is what only a shell can do.
func commandOf(name, word string) (command, bool) {
	if strings.Contains(word, "/") && ofShell(name) {
		return command{}, false
	}
	e := commands()[name]
	return e, e.walk != nil
}

func plainProgram(x *walker, c *call, f flow) []flow { return x.program(c, c.name(), f) }

func quietProgram(x *walker, c *call, f flow) []flow {
	n := x.node(protocol.Work, c.at)
	n.Text, n.Mode = c.name(), protocol.Quiet|protocol.Program|adds(c.at)
	return []flow{x.then(f, n).with(f.st.ok())}
}

// quietBuiltin is a builtin that prints or does nothing.
func quietBuiltin(x *walker, c *call, f flow) []flow { return x.succeeds(c, f) }

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
