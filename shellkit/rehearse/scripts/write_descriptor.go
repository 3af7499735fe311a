package scripts

import "strings"

// open opens the lock's file for the rest of the script.
func (p *plan) open() []string {
	if p.opening == "brace" {
		return []string{"exec {" + p.fd + "}" + p.mode + p.bare()}
	}
	return []string{"exec " + p.fd + p.mode + p.bare()}
}

// flock is the command that locks a descriptor.
func (p *plan) flock(options, fd string) string {
	again := ""
	if p.opening == "exec" && closesForPrograms.has(p.shell) && p.twist != "closed-for-programs" {
		again = " " + p.fd + "<&" + p.fd
	}
	switch p.patience {
	case "try":
		options = "-n " + options
	case "timed":
		if p.shell == "ash" {
			options = "-n " + options // the flock of busybox does not know -w
		} else {
			options = pick(p.dice, "-w 5 ", "-w 10 ", "--timeout 3 ") + options
		}
	}
	return p.prefix + "flock " + options + fd + again + p.mute
}

// descriptorSection takes the lock by flock on a descriptor.
func (p *plan) descriptorSection(bail string) *section {
	s := &section{bail: bail}
	fd, options := p.descriptor(), ""
	if p.shared {
		options = "-s "
	}
	if p.twist == "wrong-descriptor" {
		fd = map[string]string{"9": "8", "8": "9", "7": "6", "3": "4", "200": "9", "99": "9"}[p.fd]
	}
	open := p.open()
	if p.opening == "scope" {
		s.redirect, open = p.fd+p.mode+p.bare(), nil
	}
	open = p.opened(open, bail)
	before, after := p.heeded(p.flock(options, fd), bail)
	s.take, s.close = join(p.first(), open, before), after
	switch p.twist {
	case "recheck":
		s.take = within("while :; do", join(open, before, []string{"[ " + p.path() + " -ef /dev/fd/" + p.fd + " ] && break"}), "done")
	case "probe":
		s.take = join(open, within(pick(p.dice, "if command -v flock >/dev/null; then", "if type flock >/dev/null 2>&1; then"), before, "fi"))
	case "in-child":
		s.take = within("(", join(open, before), ") || "+bail)
	case "of-function":
		s.take = join(within("guard() {", before, "} "+p.fd+p.mode+p.path()), []string{"guard || " + bail})
	}
	s.inside = p.descriptorInside(bail)
	s.leave = p.descriptorLeave()
	return s
}

// first is what is done before the file is opened.
func (p *plan) first() []string {
	if p.twist == "removed-first" {
		return []string{"rm -f " + p.path()}
	}
	return nil
}

// opened changes how the file is opened, for twists that are about that.
func (p *plan) opened(open []string, bail string) []string {
	switch p.twist {
	case "not-open":
		return pick(p.dice, nil, append(open, "exec "+p.fd+">&-"))
	case "muted":
		return []string{open[0] + " 2>/dev/null"}
	}
	if p.openFails {
		return within(open[0]+" || {", []string{`echo "cannot open" >&2`, bail}, "}")
	}
	return open
}

// descriptorInside is what is done under the lock.
func (p *plan) descriptorInside(bail string) []string {
	j, fd := p.words.jobs, p.descriptor()
	work := join(p.quietTraps(), p.work())
	away := p.close(true)
	switch p.twist {
	case "reopened":
		return join(work, pick(p.dice, []string{"exec " + p.fd + ">>./out.log"}, []string{"exec " + p.fd + "</dev/null"}), []string{"./" + j[2]})
	case "last-closed":
		return append(work, "./"+j[2]+" "+p.noDescriptor())
	case "early":
		return join(away, work)
	case "midway":
		return join([]string{"./" + j[2]}, away, work)
	case "upgrade":
		return join(work, []string{p.flock("-x ", fd) + " || " + bail, "./" + j[2]})
	case "child-unlock":
		return join(within("(", []string{"./" + j[2], p.unlock()}, ")"), work)
	case "signal-unlock":
		return join([]string{"trap '" + p.unlock() + "' " + pick(p.dice, "INT TERM", "HUP INT TERM")}, work)
	case "same-descriptor":
		return join([]string{"exec " + p.fd + ">" + p.secondPath(), p.flock("", fd) + " || " + bail}, work)
	case "nested-wait":
		return join([]string{"./" + j[2], "flock " + p.path() + " ./" + j[1]}, work)
	case "itself-again":
		return join(within(`if [ "${1-}" = inner ]; then`, []string{"./" + j[1], "exit"}, "fi"), work, []string{strings.Join(Interpreter(p.shell), " ") + ` "$0" inner`})
	case "copied":
		spare := pick(p.dice, "4", "5", "6")
		return join([]string{"exec " + spare + ">&" + p.fd, "exec " + p.noDescriptor()}, work)
	case "folder-removed":
		all := "/*"
		if strings.HasPrefix(p.words.lock, ".") {
			all = "/.[a-z]*"
		}
		return join(work, []string{pick(p.dice, "rm -rf "+p.words.folder, "rm -rf "+p.words.folder+all, "find "+p.words.folder+" -type f -delete",
			"mv "+p.words.folder+" "+p.words.folder+".old"), "mkdir -p " + p.words.folder, "./" + j[2]})
	case "replaced-file":
		return join(work, pick(p.dice,
			[]string{"sort -u " + p.path() + " >" + p.beside(".new"), "mv " + p.beside(".new") + " " + p.path()},
			[]string{"sed -i '/^#/d' " + p.path()},
			[]string{"sort -u " + p.path() + " >" + p.beside(".new"), "ln -f " + p.beside(".new") + " " + p.path()},
			[]string{"cp --remove-destination /dev/null " + p.path()},
			[]string{"perl -i -pe 1 " + p.path()},
			[]string{"install -m 644 /dev/null " + p.path()}))
	case "dynamic":
		return join(pick(p.dice, []string{`eval "$STAGE_HOOK"`}, []string{`$STAGE_TOOL -u ` + fd}, []string{`. "$STAGE_CONF"`}), work)
	}
	if p.numbered {
		return join([]string{"echo $$ >&" + p.descriptor()}, work, []string{`echo "was $(cat ` + p.path() + `)"`})
	}
	return work
}

// quietTraps are traps that mean nothing to the lock.
func (p *plan) quietTraps() []string {
	switch p.traps {
	case "tidy":
		return []string{`trap 'rm -f ./scratch' EXIT`}
	case "ignore":
		return []string{"trap '' HUP"}
	case "errtrap":
		return []string{`trap 'echo "failed" >&2' ERR`}
	}
	return nil
}

// unlock is the command that unlocks the descriptor.
func (p *plan) unlock() string {
	if p.opening == "exec" && closesForPrograms.has(p.shell) {
		return "flock -u " + p.fd + " " + p.fd + "<&" + p.fd
	}
	return "flock -u " + p.descriptor()
}

// close gives the lock up, by one way or the other.
func (p *plan) close(either bool) []string {
	unlock := []string{p.unlock()}
	shut := []string{"exec " + p.noDescriptor()}
	switch {
	case p.leave == "unlock", either && p.opening == "scope":
		return unlock
	case either:
		return pick(p.dice, unlock, shut)
	}
	return shut
}

// descriptorLeave is how the lock is given up.
func (p *plan) descriptorLeave() []string {
	remove := pick(p.dice, "rm -f ", "rm ", "unlink ", "shred -u ", "/bin/rm -f ", "rm -f -- ") + p.bare()
	if p.leave != "closed-then-removed" && p.twist == "" && p.dice.chance(25) {
		remove = "mv " + p.bare() + " " + p.beside(".done")
	}
	switch p.leave {
	case "close":
		return append(p.close(false), `echo "$0 is through"`)
	case "unlock":
		return append(p.close(true), `echo "$0 is through"`)
	case "removed":
		return []string{remove}
	case "removed-then-closed":
		return append([]string{remove}, p.close(true)...)
	case "closed-then-removed":
		return append(p.close(true), remove)
	}
	return nil
}
