package scripts

import (
	"regexp"
	"slices"
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
	text *regexp.Regexp
}{
	{"open", regexp.MustCompile(`(?m)(exec|^\s*[)}]|done) (\{\w+\}|\d+)(>|>>|<|<>)["$/]`)},
	{"close", regexp.MustCompile(`exec (\{\w+\}|\d+)>&-`)},
	{"dup", regexp.MustCompile(`\d[<>]&\d`)},
	{"flock shared", regexp.MustCompile(`flock [^\n]*-s `)},
	{"flock exclusive", regexp.MustCompile(`flock (-n |-w \d+ |--timeout \d |-x )*["\d/$]`)},
	{"flock unlock", regexp.MustCompile(`flock -u `)},
	{"flock wait", regexp.MustCompile(`flock (-s |-x |-o )*["\d/$]`)},
	{"flock try", regexp.MustCompile(`flock -e?n `)},
	{"flock timed", regexp.MustCompile(`flock (-w|--timeout) `)},
	{"flock descriptor", regexp.MustCompile(`(?m)flock (-[nsx] |-w \d+ |--timeout \d )*("\$(fd|LOCKFD|handle)"|\d+( \d<&\d)?)( |$|;)`)},
	{"flock command", regexp.MustCompile(`flock [^\n]*["\w] (\./|true|sleep|sh )`)},
	{"flock -c", regexp.MustCompile(`flock [^\n]* -c `)},
	{"flock -o", regexp.MustCompile(`flock [^\n]*-o `)},
	{"flock re-exec", regexp.MustCompile(`exec env HELD`)},
	{"fcntl", regexp.MustCompile(`zsystem flock|--fcntl`)},
	{"test", regexp.MustCompile(`(\[|test)( !)? -[efd] `)},
	{"create", regexp.MustCompile(`touch |\n\s*(echo \$\$|:) >`)},
	{"mkdir", regexp.MustCompile(`mkdir ["$/]`)},
	{"noclobber", regexp.MustCompile(`set -C|noclobber`)},
	{"ln", regexp.MustCompile(`ln ["$/]`)},
	{"ln -s", regexp.MustCompile(`ln -sf? `)},
	{"lockfile", regexp.MustCompile(`(?m)(^|[ !(])lockfile -r`)},
	{"dotlockfile", regexp.MustCompile(`dotlockfile -r`)},
	{"shlock", regexp.MustCompile(`shlock -f`)},
	{"lockfile-create", regexp.MustCompile(`lockfile-create `)},
	{"lock", regexp.MustCompile(`(?m)(^|[ !(])lock -n `)},
	{"mv", regexp.MustCompile(`mv "[^\n]*\.\$\$" `)},
	{"remove", regexp.MustCompile(`(rm|rm -f|rmdir|unlink) ["$/]`)},
	{"remove folder", regexp.MustCompile(`rm -rf `)},
	{"rename", regexp.MustCompile(`mv |sed -i`)},
	{"compare inode", regexp.MustCompile(` -ef `)},
	{"write content", regexp.MustCompile(`echo "?\$\$"? ?>`)},
	{"read content", regexp.MustCompile(`\$\((cat|readlink) ["$/]`)},
	{"entries", regexp.MustCompile(`\$\(ls |for other in `)},
	{"liveness", regexp.MustCompile(`kill -0 `)},
	{"slots", regexp.MustCompile(`for slot in `)},
	{"fork", regexp.MustCompile(`(?m) &$`)},
	{"exec", regexp.MustCompile(`exec (env|\./)`)},
	{"own run", regexp.MustCompile(`"\$0" (inner|"\$0")`)},
	{"trap", regexp.MustCompile(`trap [^-\n]* ([A-Z]+|\d)`)},
	{"untrap", regexp.MustCompile(`trap - `)},
	{"trap ERR", regexp.MustCompile(`trap .* ERR`)},
	{"exit", regexp.MustCompile(`exit \d`)},
	{"signal to itself", regexp.MustCompile(`kill -[A-Zs]`)},
	{"with_lock", regexp.MustCompile(`with_lock `)},
	{"lock_fd", regexp.MustCompile(`lock_fd `)},
	{"unlock", regexp.MustCompile(`(?m)^\s*unlock \d`)},
}

// operationsIn lists the operations that stand in a script.
func operationsIn(text string) []string {
	var out []string
	for _, o := range operations {
		if o.text.MatchString(text) {
			out = append(out, o.name)
		}
	}
	slices.Sort(out)
	return out
}
