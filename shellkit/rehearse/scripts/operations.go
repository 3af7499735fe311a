package scripts

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// Operations are what scripts do to locks, by the words of the protocol's list.
func Operations() []string {
	var out []string
	for _, o := range operations {
		out = append(out, o.name)
	}
	return out
}

// operations tells by what text each is recognised in a script that was made here:
// the grammar writes each of them in few ways.
var operations = []struct {
	name string
	text regex.Pattern
}{
	{"open", regex.Of(`(?m)(exec|^\s*[)}]|done) (\{\w+\}|\d+)(>|>>|<|<>)["$/]`)},
	{"close", regex.Of(`exec (\{\w+\}|\d+)>&-`)},
	{"dup", regex.Of(`\d[<>]&\d`)},
	{"flock shared", regex.Of(`flock [^\n]*-s `)},
	{"flock exclusive", regex.Of(`flock (-n |-w \d+ |--timeout \d |-x )*["\d/$]`)},
	{"flock unlock", regex.Of(`flock -u `)},
	{"flock wait", regex.Of(`flock (-s |-x |-o )*["\d/$]`)},
	{"flock try", regex.Of(`flock -e?n `)},
	{"flock timed", regex.Of(`flock (-w|--timeout) `)},
	{"flock descriptor", regex.Of(`(?m)flock (-[nsx] |-w \d+ |--timeout \d )*("\$(fd|LOCKFD|handle)"|\d+( \d<&\d)?)( |$|;)`)},
	{"flock command", regex.Of(`flock [^\n]*["\w] (\./|true|sleep|sh )`)},
	{"flock -c", regex.Of(`flock [^\n]* -c `)},
	{"flock -o", regex.Of(`flock [^\n]*-o `)},
	{"flock re-exec", regex.Of(`exec env HELD`)},
	{"fcntl", regex.Of(`zsystem flock|--fcntl`)},
	{"test", regex.Of(`(\[|test)( !)? -[efd] `)},
	{"create", regex.Of(`touch |\n\s*(echo \$\$|:) >`)},
	{"mkdir", regex.Of(`mkdir ["$/]`)},
	{"noclobber", regex.Of(`set -C|noclobber`)},
	{"ln", regex.Of(`ln ["$/]`)},
	{"ln -s", regex.Of(`ln -sf? `)},
	{"lockfile", regex.Of(`(?m)(^|[ !(])lockfile -r`)},
	{"dotlockfile", regex.Of(`dotlockfile -r`)},
	{"shlock", regex.Of(`shlock -f`)},
	{"lockfile-create", regex.Of(`lockfile-create `)},
	{"lock", regex.Of(`(?m)(^|[ !(])lock -n `)},
	{"mv", regex.Of(`mv "[^\n]*\.\$\$" `)},
	{"remove", regex.Of(`(rm|rm -f|rmdir|unlink) ["$/]`)},
	{"remove folder", regex.Of(`rm -rf `)},
	{"rename", regex.Of(`mv |sed -i`)},
	{"compare inode", regex.Of(` -ef `)},
	{"write content", regex.Of(`echo "?\$\$"? ?>`)},
	{"read content", regex.Of(`\$\((cat|readlink) ["$/]`)},
	{"entries", regex.Of(`\$\(ls |for other in `)},
	{"liveness", regex.Of(`kill -0 `)},
	{"slots", regex.Of(`for slot in `)},
	{"fork", regex.Of(`(?m) &$`)},
	{"exec", regex.Of(`exec (env|\./)`)},
	{"own run", regex.Of(`"\$0" (inner|"\$0")`)},
	{"trap", regex.Of(`trap [^-\n]* ([A-Z]+|\d)`)},
	{"untrap", regex.Of(`trap - `)},
	{"trap ERR", regex.Of(`trap .* ERR`)},
	{"exit", regex.Of(`exit \d`)},
	{"signal to itself", regex.Of(`kill -[A-Zs]`)},
	{"with_lock", regex.Of(`with_lock `)},
	{"lock_fd", regex.Of(`lock_fd `)},
	{"unlock", regex.Of(`(?m)^\s*unlock \d`)},
}

// operationsIn lists the operations that stand in a script.
func operationsIn(text string) []string {
	var out []string
	for _, o := range operations {
		if o.text().MatchString(text) {
			out = append(out, o.name)
		}
	}
	slices.Sort(out)
	return out
}
